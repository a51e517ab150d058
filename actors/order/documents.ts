// Whether an event's ERP documents may be posted now. Used by the order actor's decide alone.
import type { PostingDecision } from "../../core/event/order.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { instant } from "../../core/plant/time.ts"
import { breachChanges, breaks } from "./breaches.ts"
import { isBlocked } from "./course.ts"
import { reportOf, withReport } from "./operation.ts"
import { isRefusedAt, withheldAt } from "./postings.ts"
import { type DocumentMessage, documentEvent } from "./recording.ts"
import { operationOf } from "./reports.ts"
import type { Event, Turn } from "./turn.ts"

/**
 * A report's document is withheld where something open withholds it, a breach that this very report causes included,
 * and where it's final and a gap is known.
 */
export const recordReport = (turn: Turn, message: DocumentMessage, metadata: MessageMetadata): Turn => {
  const { facts, course } = turn
  const { operationId } = message.body
  const final = message.type === "OperationConfirmed" && message.body.final === true
  if (!isBlocked(course) && !(final && turn.gap)) {
    const event = documentEvent(message, "requested")
    const report = reportOf(event, instant(metadata.occurredAt))
    if (!breaks(facts, course, operationId, withReport(operationOf(facts, operationId), report))) {
      return turn.recordOf(metadata, event)
    }
  }
  return turn.recordFact(metadata, documentEvent(message, "withheld"), [operationId])
}

export interface TakingBack {
  readonly event: (posting: PostingDecision) => Event
  /** Whether the replacement is. */
  readonly final: boolean
  /** Version of the event that it takes back, 0 for none. */
  readonly version: number
  /** Of what it takes back and of the replacement. */
  readonly operationIds: Iterable<OperationId>
}

/**
 * So is what a reversal or a correction asks for; and while what it takes back is withheld, since both go in order then.
 * Where that was refused there is nothing to reverse: it is no longer needed.
 */
export const recordTakingBack = (turn: Turn, metadata: MessageMetadata, takingBack: TakingBack): Turn => {
  const { version } = takingBack
  const isRefused = isRefusedAt(turn.course, version)
  recordWithItsDocuments(turn, metadata, takingBack)
  return isRefused ? turn.record({ type: "PostingWithdrawn", data: { version } }) : turn
}

const recordWithItsDocuments = (turn: Turn, metadata: MessageMetadata, takingBack: TakingBack): Turn => {
  const { event, final, version, operationIds } = takingBack
  const { course } = turn
  if (!isBlocked(course) && !(final && turn.gap) && withheldAt(course, version) === undefined) {
    const requested = event("requested")
    const { found } = breachChanges(turn.factsAfter(metadata, requested), course, operationIds)
    if (found.length === 0) return turn.recordFact(metadata, requested, operationIds)
  }
  return turn.recordFact(metadata, event("withheld"), operationIds)
}
