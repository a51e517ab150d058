// Reaction: a case that is closed tells the stream that waits for it.
import { Effect } from "effect"
import { StreamName } from "../../core/journal/stream.ts"
import { CaseId } from "../../core/plant/identifiers.ts"
import { type Reaction, reactionMessage } from "./reaction.ts"

const name = "decisions"

export const decisions: Reaction = {
  name,
  react: (event) => {
    if (event.type !== "CaseClosed" || event.data.waiting === undefined || event.data.resolution === "withdrawn") {
      return undefined
    }
    const { resolution, subject, waiting } = event.data
    const caseId = CaseId.make(event.stream.slice("case/".length))
    const { occurredAt } = event.metadata
    const body = { caseId, occurredAt, resolution, subject }
    return Effect.succeed([reactionMessage(name, event, StreamName(waiting), { type: "CaseClosedNotice", body })])
  }
}
