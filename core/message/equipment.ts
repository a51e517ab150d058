// Canonical messages about a work center, version 1. Anyone may import this file.
// Names and meaning: DOMAIN.md 1.4 and 6. All of them are facts: recorded whenever they come, and in any order.
import { Schema } from "effect"
import { EquipmentState, ServedOrder } from "../plant/equipment.ts"
import { Badge, MessageId, Source, WorkCenterId } from "../plant/identifiers.ts"
import { OccurredAt } from "../plant/time.ts"

const about = { workCenterId: WorkCenterId, occurredAt: OccurredAt, badge: Schema.optionalKey(Badge) }
const reason = { reason: Schema.optionalKey(Schema.NonEmptyString) }

/** From then on, until another word. */
export const EquipmentStateChanged = Schema.Struct({ ...about, state: EquipmentState, ...reason })

/** An hour at one a second: more would make an event too long to read. */
const mostSamples = 3_600

/** What a machine was found to do, again and again: only where that changes, it says something. */
export const EquipmentStateSampled = Schema.Struct({
  ...about,
  samples: Schema.Array(Schema.Struct({ at: OccurredAt, state: EquipmentState })).pipe(
    Schema.check(Schema.isMinLength(1), Schema.isMaxLength(mostSamples))
  )
})

/** B2MML OperationsEvent of category Downtime: it is `Down` from then on. */
export const DowntimeStarted = Schema.Struct({ ...about, ...reason })
/** The reason may be known only now; it is then that of the downtime. */
export const DowntimeEnded = Schema.Struct({ ...about, ...reason })

/** B2MML EquipmentActual: from then on it works on this order, and on no other. */
export const EquipmentUseStarted = Schema.Struct({ ...about, order: ServedOrder })
/** It works on this order no more; where it works on another by then, that goes on. */
export const EquipmentUseEnded = Schema.Struct({ ...about, order: ServedOrder })

/**
 * A verified, documented sanitation: what is made afterwards wasn't touched by what was made before. Whoever verified it
 * (`badge`) and the document are required: without them it ends no contamination window.
 */
export const CleanBreakRecorded = Schema.Struct({
  ...about,
  badge: Badge,
  startedAt: OccurredAt,
  endedAt: OccurredAt,
  method: Schema.NonEmptyString,
  /** Its document's number. */
  reference: Schema.NonEmptyString
})

/** What that report about this work center said isn't so. `source` is the sender's own where absent. */
export const EquipmentReportReversed = Schema.Struct({
  ...about,
  reverses: Schema.Struct({ source: Schema.optionalKey(Source), messageId: MessageId }),
  reason: Schema.NonEmptyString
})

/** Type name → schema of the body, for `catalogue.ts`. */
export const equipmentMessages = {
  EquipmentStateChanged,
  EquipmentStateSampled,
  DowntimeStarted,
  DowntimeEnded,
  EquipmentUseStarted,
  EquipmentUseEnded,
  CleanBreakRecorded,
  EquipmentReportReversed
} as const

export type EquipmentMessage = {
  [Type in keyof typeof equipmentMessages]: {
    readonly type: Type
    readonly body: (typeof equipmentMessages)[Type]["Type"]
  }
}[keyof typeof equipmentMessages]

export const isEquipmentMessage = <Message extends { readonly type: string }>(
  message: Message
): message is Extract<Message, EquipmentMessage> => Object.hasOwn(equipmentMessages, message.type)
