// The orders of the throughput bench: whole, in order, a tenth of the messages new streams, a tenth of the orders late.
import { describe, expect, it } from "vitest"
import { understand } from "../../actors/understand.ts"
import { publication } from "../../adapters/simulator/trouble.ts"
import { orderMix } from "../../bench/order-mix.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { inboundQueue } from "../../core/port/broker.ts"

const mix = { orders: 300, running: 25, lateAfter: 100 }

describe("the mix of orders", () => {
  it("is ten messages an order, each once and in the order's own order", () => {
    const steps = new Map<string, Array<string>>()
    for (const { orderId, messageId } of orderMix(mix)) {
      steps.set(orderId, [...(steps.get(orderId) ?? []), messageId])
    }
    expect(steps.size).toBe(300)
    for (const [order, ids] of steps) {
      expect(ids).toEqual(Array.from({ length: 10 }, (_, step) => `${order}/${step}`))
    }
  })

  it("is the same at every call", () => {
    expect([...orderMix(mix)]).toEqual([...orderMix(mix)])
  })

  it("interleaves as many orders as run", () => {
    const inTurn = [...orderMix(mix)].slice(0, 200).map(({ orderId }) => orderId)
    expect(new Set(inTurn).size).toBeGreaterThanOrEqual(25)
    expect(inTurn.filter((order, index) => order !== inTurn[index - 1]).length).toBeGreaterThan(150)
  })

  it("sends the last report of every tenth order after so many others were taken up", () => {
    let released = 0
    const releasedBefore = new Map<string, number>()
    const late: Array<string> = []
    for (const { orderId, type, sequence } of orderMix(mix)) {
      if (type === "ProductionOrderReleased") released++
      if (sequence === 8) releasedBefore.set(orderId, released)
      const since = released - (releasedBefore.get(orderId) ?? released)
      // An order that was taken up may not have had its first turn yet.
      if (sequence === 9 && since >= 100 - mix.running) late.push(orderId)
    }
    expect(late.filter((orderId) => !orderId.endsWith("0"))).toEqual([])
    // The last hundred orders have nothing to wait for.
    expect(late.length).toBeGreaterThanOrEqual(20)
  })

  it("holds nothing that the core can't understand", () => {
    const plant = PlantId.make("bench")
    for (const message of orderMix({ orders: 20, running: 5, lateAfter: 5 })) {
      const { body, ...sent } = publication(plant, message)
      const delivery = { ...sent, body: new Uint8Array(body), queue: inboundQueue(plant), plant, redelivered: false }
      const incoming = understand(delivery, OccurredAt.make("2026-01-05T06:00:00Z"))
      expect(incoming.content._tag, message.messageId).toBe("Understood")
    }
  })
})
