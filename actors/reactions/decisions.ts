// Reaction: a case tells the stream that waits for it what was decided.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { StreamName } from "../../core/journal/stream.ts"
import { type CaseSubject, isOwnWork } from "../../core/message/exception.ts"
import { CaseId } from "../../core/plant/identifiers.ts"
import type { Incoming } from "../../core/port/door.ts"
import { type Reaction, reactionMessage } from "./reaction.ts"

const name = "decisions"

const caseOf = ({ stream }: RecordedEvent): CaseId => CaseId.make(stream.slice("case/".length))

/** The notice of a message that its stream has never seen takes its place: the sender's count has no hole there then. */
const inPlaceOf = (subject: CaseSubject, notice: Incoming): Incoming => {
  if (subject.kind !== "message") return notice
  const { sequence } = subject.delivery
  const place = { corrects: subject.message, ...(sequence === undefined ? {} : { sequence }) }
  return { ...notice, metadata: { ...notice.metadata, ...place } }
}

/** What the stream that waits is asked to try again itself. */
const triedAgain = (event: RecordedEvent) => {
  if (event.type !== "PostingResubmitted" && event.type !== "ReleaseResubmitted") return undefined
  const { attempt, subject } = event.data
  return isOwnWork(subject) ? { attempt, subject } : undefined
}

export const decisions: Reaction = {
  name,
  react: (event) => {
    const again = triedAgain(event)
    if (again !== undefined) {
      const { attempt, subject } = again
      const body = { caseId: caseOf(event), occurredAt: event.metadata.occurredAt, attempt, subject }
      return Effect.succeed([
        reactionMessage(name, event, StreamName(subject.stream), { type: "CaseResubmittedNotice", body })
      ])
    }
    if (event.type !== "CaseClosed" || event.data.waiting === undefined || event.data.resolution === "withdrawn") {
      return undefined
    }
    const { resolution, subject, waiting } = event.data
    // That its document was posted, or that its release went on, the stream has told the case itself.
    if (isOwnWork(subject) && resolution === "resubmitted") return undefined
    const { occurredAt } = event.metadata
    const body = { caseId: caseOf(event), occurredAt, resolution, subject }
    const notice = reactionMessage(name, event, StreamName(waiting), { type: "CaseClosedNotice", body })
    return Effect.succeed([event.data.unseen === true ? inPlaceOf(subject, notice) : notice])
  }
}
