// The order actor against the independent model of the end-to-end tests, message by message, on many made-up plants.
import { describe, expect, it } from "vitest"
import { behaviours } from "../../../actors/behaviours.ts"
import { PartitionState } from "../../../actors/partition-state.ts"
import { understand } from "../../../actors/understand.ts"
import { madeUpOrders } from "../../../adapters/simulator/orders.ts"
import { type Played, withTrouble } from "../../../adapters/simulator/trouble.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { OrderModel } from "../../end-to-end/order-model.ts"

const plant = PlantId.make("model")
const receivedAt = OccurredAt.make("2026-11-23T06:00:00Z")

const incomingOf = ({ publication }: Played) =>
  understand({ ...publication, queue: `traveler.in.${plant}`, plant, redelivered: false }, receivedAt).incoming

/** Versions → how many documents of that event are withheld now. */
const heldBack = (events: ReadonlyArray<ReturnType<typeof recordedEvent>>): number => {
  const held = new Map<number, number>()
  for (const event of events) {
    if ("posting" in event.data && event.data.posting === "withheld") {
      held.set(event.version, event.type === "ReportCorrected" ? 2 : 1)
    }
    if (event.type === "PostingsFreed") for (const version of event.data.versions) held.delete(version)
  }
  return [...held.values()].reduce((sum, count) => sum + count, 0)
}

const play = (seed: number) => {
  const state = new PartitionState(0, { offset: 0, hash: genesis, recordedAt: 0, lastKey: 0 }, behaviours)
  const orders = new Map<string, { model: OrderModel; events: Array<ReturnType<typeof recordedEvent>> }>()
  const trouble = { seed, duplicates: 0.2, reordered: 0.3, bad: 0.03 }
  for (const one of withTrouble(plant, madeUpOrders({ seed, orders: 40, overproduced: 0.2 }), trouble)) {
    const order = orders.get(one.message.orderId) ?? { model: new OrderModel(), events: [] }
    orders.set(one.message.orderId, order)
    order.model.take(one)
    const incoming = incomingOf(one)
    const { rows } = state.decide([incoming], 1, new Map()).append
    if (!incoming.stream.startsWith("order/")) continue
    order.events.push(...rows.map(recordedEvent))
    const told = `${one.message.orderId} after ${one.message.messageId}`
    const expected = order.model.documents.filter(({ withheld }) => withheld).length
    expect(`${told}: ${heldBack(order.events)} withheld`).toBe(`${told}: ${expected} withheld`)
  }
}

describe("the order actor withholds exactly what the model withholds", () => {
  it.each(Array.from({ length: 20 }, (_, index) => index + 1))("in a made-up plant of seed %i", play)
})
