// Whether an event's ERP documents may be posted now. Used by the order actor's decide alone.
import type { PostingDecision } from "../../core/event/posting.ts"
import { type MessageMetadata, senderOf } from "../../core/message/metadata.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { isRefusedAt, ofKind, withheldAt } from "../posting/documents.ts"
import { refusedGroupOf } from "../posting/groups.ts"
import { breachChanges } from "./breaches.ts"
import { isBlocked } from "./course.ts"
import type { Event } from "./event.ts"
import { isBackflushed } from "./plan.ts"
import { type DocumentMessage, documentEvent, type MaterialMessage, materialEvent } from "./recording.ts"
import type { Turn } from "./turn.ts"

/** Whether nothing would withhold this event's documents: neither what is open now, nor a breach that it would cause. */
const mayBePosted = (
  turn: Turn,
  metadata: MessageMetadata,
  requested: Event,
  { final, operationIds }: { readonly final: boolean; readonly operationIds: Iterable<OperationId> }
): boolean => {
  const { course } = turn
  if (isBlocked(course) || (final && turn.gap)) return false
  return breachChanges(turn.factsAfter(metadata, requested), course, operationIds).found.length === 0
}

/**
 * A report's document is withheld where something open withholds it, a breach that this very report causes included,
 * and where it's final and a gap is known.
 */
export const recordReport = (turn: Turn, message: DocumentMessage, metadata: MessageMetadata): Turn => {
  const operationIds = [message.body.operationId]
  const final = message.type === "OperationConfirmed" && message.body.final === true
  const requested = documentEvent(message, "requested")
  return mayBePosted(turn, metadata, requested, { final, operationIds })
    ? turn.recordOf(metadata, requested)
    : turn.recordFact(metadata, documentEvent(message, "withheld"), operationIds)
}

/**
 * Places of the lines of components that the ERP takes out of stock itself, by the plan that is known now: whether the
 * floor scanned them makes no difference to it. What is given back of them it never took. Where the plan says nothing,
 * what the floor says of all its lines holds.
 */
const backflushedPlaces = ({ facts }: Turn, { body, type }: MaterialMessage): ReadonlyArray<number> => {
  const { plan } = facts
  if (plan?.backflushed === undefined || type === "MaterialProduced") return []
  return body.materials.flatMap(({ itemId }, place) => (isBackflushed(plan, itemId, body.operationId) ? [place] : []))
}

const saysBackflush = (turn: Turn, { body }: MaterialMessage): boolean =>
  "backflush" in body && body.backflush === true && turn.facts.plan?.backflushed === undefined

/** So is a movement of material, unless the ERP itself tells of it, or books it by its own backflush. What its lots say of it, the poster asks the view. */
export const recordMaterial = (turn: Turn, message: MaterialMessage, metadata: MessageMetadata): Turn => {
  const isTold = senderOf(metadata).isErp || saysBackflush(turn, message)
  const places = isTold ? [] : backflushedPlaces(turn, message)
  const isBooked = isTold || places.length === message.body.materials.length
  const decision = isBooked ? undefined : isBlocked(turn.course) ? "withheld" : "requested"
  return turn.recordOf(metadata, materialEvent(message, decision, places))
}

export interface TakingBack {
  readonly event: (posting: PostingDecision) => Event
  /** The ERP itself tells of it, of what is in its books: it makes no document. */
  readonly told?: Event
  /** Whether the replacement is. */
  readonly final: boolean
  /** Version of the event that it takes back, 0 for none. */
  readonly version: number
  /** What it takes back is material. */
  readonly isMaterial: boolean
  /** Of what it takes back and of the replacement. */
  readonly operationIds: Iterable<OperationId>
}

/**
 * So is what a reversal or a correction asks for; and while what it takes back is withheld, since both go in order then.
 * Where that was refused there is nothing to reverse: it is no longer needed. Where it was refused with others, they are
 * posted anew, together with what takes it back.
 */
export const recordTakingBack = (turn: Turn, metadata: MessageMetadata, takingBack: TakingBack): Turn => {
  const { isMaterial, version } = takingBack
  const isRefused = isRefusedAt(turn.course, version)
  const group = refusedGroupOf(turn.course, version)
  recordWithItsDocuments(turn, metadata, takingBack)
  if (group !== undefined) return turn.record({ type: "PostingsUngrouped", data: { group } })
  return isRefused
    ? turn.record({
        type: "PostingWithdrawn",
        data: { version, ...ofKind(isMaterial ? "goodsMovement" : "confirmation") }
      })
    : turn
}

const recordWithItsDocuments = (turn: Turn, metadata: MessageMetadata, takingBack: TakingBack): Turn => {
  const { event, told, version, operationIds } = takingBack
  if (told !== undefined) return turn.recordFact(metadata, told, operationIds)
  const requested = event("requested")
  const isFree = withheldAt(turn.course, version) === undefined && mayBePosted(turn, metadata, requested, takingBack)
  return turn.recordFact(metadata, isFree ? requested : event("withheld"), operationIds)
}
