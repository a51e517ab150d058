// A work center's messages go to the stream of its day, each makes one small event, and it's the same event whatever came
// before it.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { equipmentDecider } from "../../../actors/equipment/decider.ts"
import { understand } from "../../../actors/understand.ts"
import { encode } from "../../../core/journal/codec.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { specification } from "../../harness/decider-specification.ts"
import * as shop from "./shop.ts"

const understood = (type: string, body: object) =>
  understand(
    {
      queue: "traveler.in.ulm",
      plant: PlantId.make("ulm"),
      exchange: "mes.events",
      routingKey: `ulm.${type}`,
      redelivered: false,
      type,
      contentType: "application/json",
      schemaVersion: "1",
      messageId: "m-1",
      appId: "gateway",
      body: new TextEncoder().encode(JSON.stringify(body))
    },
    OccurredAt.make("2026-11-23T06:00:00Z")
  )

const said = { workCenterId: "LATHE/1", occurredAt: "2026-12-01T00:30:00+01:00" }

describe("what is said of a work center", () => {
  it("goes to its stream of the day that it is at the plant", () => {
    expect(understood("EquipmentStateChanged", { ...said, state: "Running" }).stream).toBe(
      "equipment/ulm/LATHE%2F1/2026-12-01"
    )
    expect(understood("DowntimeStarted", { ...said, occurredAt: "2026-11-30T23:30:00-02:00" }).stream).toBe(
      "equipment/ulm/LATHE%2F1/2026-11-30"
    )
  })

  it("goes to the work center, not to the order that it works on", () => {
    expect(understood("EquipmentUseStarted", { ...said, order: { orderId: "4711" } }).stream).toContain("equipment/")
  })

  it("keeps no order waiting where it isn't understood, though it names one", () => {
    for (const [type, body] of [
      ["EquipmentUseStarted", { ...said, orderId: "4711" }],
      ["EquipmentStateChanged", { ...said, state: "Broken", orderId: "4711" }],
      ["EquipmentStateChanged", { ...said, state: "Broken", itemId: "GEAR", lotId: "L-1" }]
    ] as const) {
      const { content, stream } = understood(type, body)
      expect(content._tag).toBe("NotUnderstood")
      expect(stream).toMatch(/^case\//)
    }
  })

  it("is a clean break only with its document and with whoever verified it", () => {
    const cleanBreak = {
      ...said,
      startedAt: said.occurredAt,
      endedAt: said.occurredAt,
      method: "CIP",
      reference: "S-1"
    }
    expect(understood("CleanBreakRecorded", { ...cleanBreak, badge: "3100" }).content._tag).toBe("Understood")
    for (const missing of [cleanBreak, { ...cleanBreak, badge: "3100", reference: "" }]) {
      expect(understood("CleanBreakRecorded", missing).content._tag).toBe("NotUnderstood")
    }
  })
})

describe("samples", () => {
  it("are kept as runs of equal ones, by their times", () => {
    const samples = [...shop.every(10, 14, "Down"), ...shop.every(0, 9, "Running"), ...shop.every(15, 15, "Running")]
    specification(equipmentDecider)
      .when(shop.sampled("m-1", samples))
      .thenRecords({
        type: "EquipmentStateSampled",
        data: {
          workCenterId: shop.workCenterId,
          runs: [
            { state: "Running", from: shop.second(0), to: shop.second(9), samples: 10 },
            { state: "Down", from: shop.second(10), to: shop.second(14), samples: 5 },
            { state: "Running", from: shop.second(15), to: shop.second(15), samples: 1 }
          ]
        }
      })
  })

  it("of a thousand seconds are one event of a hundred bytes", () => {
    const { events } = specification(equipmentDecider).when(shop.sampled("m-1", shop.every(0, 999, "Running")))
    expect(events).toHaveLength(1)
    expect(encode(events[0]?.data).length).toBeLessThan(200)
  })

  it("of more than an hour aren't understood", () => {
    const samples = shop.every(0, 3_600, "Running").map(([at, state]) => ({ at: shop.second(at), state }))
    const { content } = understood("EquipmentStateSampled", { ...said, samples })
    expect(content).toMatchObject({ _tag: "NotUnderstood", failure: { field: "samples" } })
  })
})

const messages = [
  shop.state("m-1", 1, "Setup", "New tool"),
  shop.sampled("m-2", shop.every(2, 5, "Running")),
  shop.down("m-3", 6, "Belt"),
  shop.up("m-4", 7),
  shop.begun("m-5", 3, "4711", "10"),
  shop.done("m-6", 8, "4711"),
  shop.cleaned("m-7", 9, 12),
  shop.reversed("m-8", 13, "m-3")
]

it("every message makes its own event, in any order", () => {
  const inOrder = new Set(
    specification(equipmentDecider)
      .when(...messages)
      .events.map((event) => JSON.stringify(event))
  )
  expect(inOrder.size).toBe(messages.length)
  fc.assert(
    fc.property(
      fc.shuffledSubarray(messages, { minLength: messages.length, maxLength: messages.length }),
      (shuffled) => {
        const { events } = specification(equipmentDecider).when(...shuffled)
        expect(new Set(events.map((event) => JSON.stringify(event)))).toEqual(inOrder)
      }
    ),
    { numRuns: 20 }
  )
})
