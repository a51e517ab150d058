// Events of a work center, version 1. Anyone may import this file.
// An event has the message's name and content (without the badge, which is outside the chain); of samples, their runs.
import { Schema } from "effect"
import { equipmentMessages } from "../message/equipment.ts"
import { EquipmentState } from "../plant/equipment.ts"
import { WorkCenterId } from "../plant/identifiers.ts"
import { OccurredAt } from "../plant/time.ts"
import { content } from "./content.ts"

const factOf = <Fields extends Schema.Struct.Fields>(fields: Fields) => Schema.Struct(content(fields))

/** Equal samples that followed one another. */
export const SampledRun = Schema.Struct({
  state: EquipmentState,
  /** Of its first and its last sample. */
  from: OccurredAt,
  to: OccurredAt,
  samples: Schema.Int
})
export type SampledRun = typeof SampledRun.Type

export const equipmentEvents = {
  EquipmentStateChanged: factOf(equipmentMessages.EquipmentStateChanged.fields),
  EquipmentStateSampled: Schema.Struct({ workCenterId: WorkCenterId, runs: Schema.Array(SampledRun) }),
  DowntimeStarted: factOf(equipmentMessages.DowntimeStarted.fields),
  DowntimeEnded: factOf(equipmentMessages.DowntimeEnded.fields),
  EquipmentUseStarted: factOf(equipmentMessages.EquipmentUseStarted.fields),
  EquipmentUseEnded: factOf(equipmentMessages.EquipmentUseEnded.fields),
  CleanBreakRecorded: factOf(equipmentMessages.CleanBreakRecorded.fields),
  EquipmentReportReversed: factOf(equipmentMessages.EquipmentReportReversed.fields)
} as const

export type EquipmentEvent = {
  [Type in keyof typeof equipmentEvents]: {
    readonly type: Type
    readonly data: (typeof equipmentEvents)[Type]["Type"]
  }
}[keyof typeof equipmentEvents]

export const isEquipmentEvent = <Event extends { readonly type: string }>(
  event: Event
): event is Extract<Event, EquipmentEvent> => Object.hasOwn(equipmentEvents, event.type)
