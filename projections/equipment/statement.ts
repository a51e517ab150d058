// What was said of a work center: the view's rows, and how events make them. Pure. Used by this folder alone.
import { Schema } from "effect"
import type { EquipmentEvent } from "../../core/event/equipment.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { identity, type MessageReference } from "../../core/message/metadata.ts"
import { EquipmentState, ServedOrder } from "../../core/plant/equipment.ts"
import { PersonId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"

const reason = { reason: Schema.optionalKey(Schema.String) }

export const CleanBreak = Schema.Struct({
  startedAt: OccurredAt,
  endedAt: OccurredAt,
  method: Schema.String,
  reference: Schema.String,
  /** Who verified it. */
  by: Schema.optionalKey(PersonId)
})
export type CleanBreak = typeof CleanBreak.Type

export const Said = Schema.TaggedUnion({
  State: { state: EquipmentState, ...reason },
  DowntimeEnd: reason,
  Sample: { state: EquipmentState },
  UseStart: { order: ServedOrder },
  UseEnd: { order: ServedOrder },
  CleanBreak: CleanBreak.fields
})
export type Said = typeof Said.Type

export interface Statement {
  /** From when on it says something; of a clean break, when that was done. */
  readonly occurredAt: OccurredAt
  readonly said: Said
}

export type Reversal = Extract<EquipmentEvent, { readonly type: "EquipmentReportReversed" }>
export type Statements = Exclude<RecordedEvent & EquipmentEvent, Reversal>
export type EquipmentEvents = Statements | (RecordedEvent & Reversal)

export const isReversal = (event: EquipmentEvents): event is RecordedEvent & Reversal =>
  event.type === "EquipmentReportReversed"
export const isStatement = (event: EquipmentEvents): event is Statements => event.type !== "EquipmentReportReversed"

/** The report that it takes back; without a source it's one of the sender's own. */
export const reversedBy = ({ data, metadata }: RecordedEvent & Reversal): MessageReference => ({
  source: data.reverses.source ?? identity(metadata).source,
  messageId: data.reverses.messageId
})

/**
 * Of equal samples that followed one another the first and the last: what lies between them says no more, but what comes
 * late may lie between this run and the next.
 */
export const statementsOf = (event: Statements): ReadonlyArray<Statement> => {
  const { by, occurredAt } = event.metadata
  switch (event.type) {
    case "EquipmentStateChanged": {
      const { workCenterId: _, ...said } = event.data
      return [{ occurredAt, said: { _tag: "State", ...said } }]
    }
    case "DowntimeStarted": {
      const { workCenterId: _, ...said } = event.data
      return [{ occurredAt, said: { _tag: "State", state: "Down", ...said } }]
    }
    case "DowntimeEnded": {
      const { workCenterId: _, ...said } = event.data
      return [{ occurredAt, said: { _tag: "DowntimeEnd", ...said } }]
    }
    case "EquipmentStateSampled":
      return event.data.runs.flatMap(({ from, samples, state, to }) => {
        const said = { _tag: "Sample", state } as const
        const first = { occurredAt: from, said }
        return samples === 1 ? [first] : [first, { occurredAt: to, said }]
      })
    case "EquipmentUseStarted":
      return [{ occurredAt, said: { _tag: "UseStart", order: event.data.order } }]
    case "EquipmentUseEnded":
      return [{ occurredAt, said: { _tag: "UseEnd", order: event.data.order } }]
    case "CleanBreakRecorded": {
      const { workCenterId: _, ...said } = event.data
      return [{ occurredAt: said.endedAt, said: { _tag: "CleanBreak", ...said, ...(by === undefined ? {} : { by }) } }]
    }
  }
}
