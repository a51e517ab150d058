// The orders of the throughput bench: ten messages each, so that a tenth of all messages opens a new stream. Messages
// only, no rule of ours is called here. Used by the bench's scenarios and tests.

import type { MadeUpMessage } from "../adapters/simulator/orders.ts"
import { type Chance, chance } from "../adapters/simulator/random.ts"
import { exchanges } from "../core/port/broker.ts"

export interface Mix {
  readonly orders: number
  /** Orders that report in turns: a shop floor's work in progress. */
  readonly running: number
  /** A late report comes once so many other orders were released after its own: its actor was put away long ago. */
  readonly lateAfter: number
}

export const messagesPerOrder = 10

const start = Date.UTC(2026, 0, 5, 6)
const each = (value: number) => ({ value: String(value), unit: "EA" })
const minutes = (value: number) => ({ value: String(value), unit: "MIN" })
const operations = ["OP10", "OP20"] as const
const partsPerOperation = 4

/** Of every so many orders one has its last report late; the others are finished when they are put away. */
const latePerOrders = 10
const isLate = (order: number) => order % latePerOrders === 0

/** Message 0 releases the order, 1 starts it, 2 to 9 confirm a quarter of an operation each. */
const messageOf = (order: number, step: number, random: Chance): MadeUpMessage => {
  const orderId = `PO-${String(order).padStart(6, "0")}`
  const occurredAt = `${new Date(start + order * 60_000 + step * 600_000).toISOString().slice(0, 19)}+00:00`
  if (step === 0) {
    const body = {
      orderId,
      occurredAt,
      itemId: `ITEM-${random.between(1, 90)}`,
      quantity: each(100),
      revision: 1,
      operations: operations.map((operationId, index) => ({ operationId, workCenterId: `WC-${index + 1}` })),
      operationsDefinition: { id: `ROUTING-${random.between(1, 30)}`, version: "A" }
    }
    return { exchange: exchanges.erpEvents, type: "ProductionOrderReleased", messageId: `${orderId}/0`, orderId, body }
  }
  const report = Math.max(0, step - 2)
  const operation = Math.floor(report / partsPerOperation)
  const on = {
    orderId,
    occurredAt,
    operationId: operations[operation],
    workCenterId: `WC-${operation + 1}`,
    badge: `B${random.between(1, 60)}`
  }
  const body =
    step === 1
      ? on
      : {
          ...on,
          yield: each(25),
          laborTime: minutes(random.between(1, 90)),
          machineTime: minutes(random.between(1, 900) / 10),
          ...(report % partsPerOperation === partsPerOperation - 1 ? { final: true } : {})
        }
  const type = step === 1 ? "OperationStarted" : "OperationConfirmed"
  return { exchange: exchanges.mesEvents, type, messageId: `${orderId}/${step}`, sequence: step, orderId, body }
}

/** Each order in its own order, those that run interleaved by chance; made one by one, since a million is large. */
export const orderMix = function* ({ orders, running, lateAfter }: Mix): Generator<MadeUpMessage> {
  const random = chance(1)
  const underWay: Array<{ readonly order: number; next: number }> = []
  const late: Array<{ readonly order: number; readonly since: number }> = []
  let released = 0
  let returned = 0
  while (released < orders || underWay.length > 0) {
    while (underWay.length < running && released < orders) underWay.push({ order: released++, next: 0 })
    const index = random.between(0, underWay.length - 1)
    const turn = underWay[index]
    if (turn === undefined) break
    yield messageOf(turn.order, turn.next++, random)
    if (turn.next < messagesPerOrder - (isLate(turn.order) ? 1 : 0)) continue
    underWay.splice(index, 1)
    if (!isLate(turn.order)) continue
    late.push({ order: turn.order, since: released })
    const first = late[returned]
    if (first === undefined || released - first.since < lateAfter) continue
    yield messageOf(first.order, messagesPerOrder - 1, random)
    returned++
  }
  for (const { order } of late.slice(returned)) yield messageOf(order, messagesPerOrder - 1, random)
}
