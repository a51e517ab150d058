// Directives: what they wait for, and what they do once that is known. Used by the order actor's decide alone.
import { HashMap, Option } from "effect"
import type { PostingDecision } from "../../core/event/posting.ts"
import { type MessageMetadata, type MessageReference, senderOf } from "../../core/message/metadata.ts"
import { compareRanks, rankOf } from "../../core/message/rank.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { isToCome } from "../posting/documents.ts"
import { type Deferred, hasGap, versionOf, waitersOf } from "./course.ts"
import { recordTakingBack } from "./documents.ts"
import type { Event } from "./event.ts"
import { placeOf, targetOf } from "./facts.ts"
import { correctionEvent, type DirectiveMessage, deferral, plainEvent, reversalEvent } from "./recording.ts"
import { type Effect, effectOfCorrection, effectOfReversal, lookUp } from "./reports.ts"
import type { Turn } from "./turn.ts"

/** Applies it, notes that it changes nothing, or defers it. */
export const direct = (turn: Turn, message: DirectiveMessage, metadata: MessageMetadata): Turn => {
  const { facts } = turn
  switch (message.type) {
    case "ProductionOrderChanged":
      return facts.released
        ? turn.recordWord(metadata, plainEvent(message))
        : turn.recordOf(metadata, deferral(message, "release"))
    case "ProductionOrderTechnicallyCompleted":
    case "ProductionOrderClosed":
      return turn.gap
        ? turn.recordOf(metadata, deferral(message, "gap"))
        : turn.recordWord(metadata, plainEvent(message))
    case "ReportReversed": {
      const target = targetOf(message.body.reverses, metadata)
      const effect = effectOfReversal(facts, placeOf(facts, metadata), target)
      const isMaterial = lookUp(facts, target)?.is === "material"
      return takeBack(
        turn,
        { message, metadata, target, effect, final: false, operationIds: [] },
        (posting, version) => reversalEvent(message, posting, version, isMaterial),
        (version) => reversalEvent(message, undefined, version, isMaterial)
      )
    }
    case "ReportCorrected": {
      const { corrects, final = false, operationId } = message.body
      const target = targetOf(corrects, metadata)
      const effect = effectOfCorrection(facts, placeOf(facts, metadata), target, rankOf(metadata))
      const operationIds = [operationId]
      return takeBack(turn, { message, metadata, target, effect, final, operationIds }, (posting, version) =>
        correctionEvent(message, posting, version)
      )
    }
  }
}

interface TakingBack {
  readonly message: DirectiveMessage
  readonly metadata: MessageMetadata
  readonly target: string
  readonly effect: Effect
  readonly final: boolean
  /** Of the replacement. */
  readonly operationIds: ReadonlyArray<OperationId>
}

const takeBack = (
  turn: Turn,
  { message, metadata, target, effect, final, operationIds }: TakingBack,
  event: (posting: PostingDecision, version: number) => Event,
  told?: (version: number) => Event
): Turn => {
  switch (effect._tag) {
    case "Waits":
      return turn.recordOf(metadata, deferral(message, target))
    case "Nothing":
      return turn.recordOf(metadata, { type: "MessageNoted", data: { type: message.type, reason: effect.reason } })
    case "Applies": {
      const { counted } = effect
      const version = counted === undefined ? 0 : versionOf(turn.course, counted)
      const taken = counted === undefined ? undefined : lookUp(turn.facts, counted)
      return recordTakingBack(turn, metadata, {
        event: (posting) => event(posting, version),
        ...(told !== undefined && senderOf(metadata).isErp && !isToCome(turn.course, version)
          ? { told: told(version) }
          : {}),
        final,
        version,
        isMaterial: taken?.is === "material",
        operationIds: taken?.is === "counted" ? new Set([taken.operationId, ...operationIds]) : operationIds
      })
    }
  }
}

/** The lowest ranked directive that has nothing to wait for any more. */
const nextReady = ({ facts, course, arrived }: Turn): Deferred | undefined => {
  if (HashMap.isEmpty(course.deferred)) return undefined
  const ready = [
    ...(facts.released ? waitersOf(course.waiting, "release") : []),
    ...(hasGap(course) ? [] : waitersOf(course.waiting, "gap")),
    ...arrived.flatMap((key) => (lookUp(facts, key) === undefined ? [] : waitersOf(course.waiting, key)))
  ]
  let next: Deferred | undefined
  for (const key of ready) {
    const deferred = Option.getOrUndefined(HashMap.get(course.deferred, key))
    if (deferred === undefined) continue
    if (next === undefined || compareRanks(rankOf(deferred.metadata), rankOf(next.metadata)) < 0) next = deferred
  }
  return next
}

export const referenceTo = ({ messageId, source }: MessageReference): MessageReference => ({ source, messageId })

/** Everything that waited for what has become known goes on, which may free the next. Each goes on once. */
export const goOn = (turn: Turn): void => {
  if (HashMap.isEmpty(turn.before.course.deferred)) return
  for (let next = nextReady(turn); next !== undefined; next = nextReady(turn)) {
    direct(turn, next, next.metadata)
    if (next.overdue === true) turn.record({ type: "DirectiveWentOn", data: { directive: referenceTo(next.metadata) } })
  }
}
