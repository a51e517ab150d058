// What is said of one work center in these tests, as messages of a plant. Used by the tests of the equipment actor and its
// view.
import type { Received } from "../../../core/decider.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import type { EquipmentMessage } from "../../../core/message/equipment.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import type { EquipmentState } from "../../../core/plant/equipment.ts"
import {
  Badge,
  MessageId,
  OperationId,
  OrderId,
  PersonId,
  Source,
  WorkCenterId
} from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

export const workCenterId = WorkCenterId.make("LATHE/1")
export const verifier = PersonId.make("6f1c9c9e-4a5e-4d8e-9d3a-1f2e3d4c5b6a")

export type Made = Received<EquipmentMessage>

/** Seconds since midnight of 30 November 2026, in a plant that is an hour ahead of UTC. */
export const second = (at: number): OccurredAt =>
  OccurredAt.make(`${new Date(Date.UTC(2026, 10, 30, 0, 0, at)).toISOString().slice(0, 19)}+01:00`)

const envelope = (id: string, at: number): MessageMetadata => ({
  source: Source.make("ulm/mes.events/mes"),
  messageId: MessageId.make(id),
  digest: sha256(new TextEncoder().encode(id)),
  queue: "traveler.in.ulm",
  occurredAt: second(at)
})

const about = (at: number) => ({ workCenterId, occurredAt: second(at) })
const because = (reason: string | undefined) => (reason === undefined ? {} : { reason })
const order = (name: string, operation?: string) => ({
  order: {
    orderId: OrderId.make(name),
    ...(operation === undefined ? {} : { operationId: OperationId.make(operation) })
  }
})

export const state = (id: string, at: number, state: EquipmentState, reason?: string): Made => ({
  type: "EquipmentStateChanged",
  body: { ...about(at), state, ...because(reason) },
  metadata: envelope(id, at)
})

/** What was found, at which second. */
export const sampled = (id: string, samples: ReadonlyArray<readonly [at: number, state: EquipmentState]>): Made => {
  const last = samples.at(-1)?.[0] ?? 0
  return {
    type: "EquipmentStateSampled",
    body: { ...about(last), samples: samples.map(([at, state]) => ({ at: second(at), state })) },
    metadata: envelope(id, last)
  }
}

/** One a second, from the one time to the other. */
export const every = (from: number, to: number, state: EquipmentState) =>
  Array.from({ length: to - from + 1 }, (_, index) => [from + index, state] as const)

export const down = (id: string, at: number, reason?: string): Made => ({
  type: "DowntimeStarted",
  body: { ...about(at), ...because(reason) },
  metadata: envelope(id, at)
})
export const up = (id: string, at: number, reason?: string): Made => ({
  type: "DowntimeEnded",
  body: { ...about(at), ...because(reason) },
  metadata: envelope(id, at)
})
export const begun = (id: string, at: number, name: string, operation?: string): Made => ({
  type: "EquipmentUseStarted",
  body: { ...about(at), ...order(name, operation) },
  metadata: envelope(id, at)
})
export const done = (id: string, at: number, name: string, operation?: string): Made => ({
  type: "EquipmentUseEnded",
  body: { ...about(at), ...order(name, operation) },
  metadata: envelope(id, at)
})
export const cleaned = (id: string, from: number, to: number): Made => ({
  type: "CleanBreakRecorded",
  body: {
    ...about(to),
    badge: Badge.make("3100"),
    startedAt: second(from),
    endedAt: second(to),
    method: "Washed and swabbed",
    reference: `SAN-${id}`
  },
  metadata: { ...envelope(id, to), by: verifier }
})
/** What the message of this id said isn't so. */
export const reversed = (id: string, at: number, of: string): Made => ({
  type: "EquipmentReportReversed",
  body: { ...about(at), reverses: { messageId: MessageId.make(of) }, reason: "Another machine was meant" },
  metadata: envelope(id, at)
})
