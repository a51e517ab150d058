// A component in the ERP's books: once, whether the ERP takes it out of stock by itself or we have it issued.
import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { orderDecider } from "../../../actors/order/decider.ts"
import type { Event } from "../../../actors/order/event.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import { ItemId, LotId, OrderId, type PlantId } from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import { type Document, Erp } from "../../../core/port/erp.ts"
import { evolve, type Posting } from "../../../projections/postings/posting.ts"
import * as floor from "../../actors/order/floor.ts"
import { op10, quantity } from "../../actors/order/floor.ts"
import { aPlant, goodsMovement } from "../../erp/documents.ts"
import { specification } from "../../harness/decider-specification.ts"
import { Sandbox, sandboxWorld } from "./sandbox.ts"

const steel = ItemId.make("STEEL")
const lotId = LotId.make("L-1")

/** The documents that an order asks for after these messages, in the order of its events. */
const documentsOf = (plant: PlantId, messages: ReadonlyArray<floor.Message>): ReadonlyArray<Document> => {
  const order = specification(orderDecider)
  const stream = orderStream(plant, OrderId.make(floor.orderId))
  const postings = new Map<string, Posting>()
  const recorded = (event: Event, metadata: MessageMetadata, version: number): RecordedEvent => ({
    ...event,
    ...{ metadata, version, stream, partition: 0, offset: version, recordedAt: 0, hash: genesis }
  })
  for (const message of messages) {
    for (const { decision, metadata, version } of order.deciding(message)) {
      const { of: _, keep: __, ...event } = decision
      const changed = evolve((key) => postings.get(key), recorded(event, metadata, version))
      for (const posting of changed) postings.set(posting.key, posting)
    }
  }
  return [...postings.values()].map(({ content, key, kind, posting_date: postingDate, reverses }) => ({
    ...{ key, kind, plant, ...content, postingDate },
    ...(reverses === null ? {} : { reverses })
  }))
}

const consumed = floor.moved("MaterialConsumed", { id: "consumed", minute: 5 }, 20)
const byBill: floor.Message =
  consumed.type === "MaterialConsumed" ? { ...consumed, body: { ...consumed.body, backflush: true } } : consumed
const confirmed = floor.confirmed({ id: "confirmed", minute: 10 }, { yield: quantity(10) })

interface World {
  readonly erpBackflushes: boolean
  /** Of steel, and that it is all; of nothing at all; or not a word. */
  readonly releaseNames: "steel" | "nothing" | "not a word"
  readonly taken?: floor.Message
}

/** Steel in stock, of a hundred kilograms, after these reports of ten pieces of two kilograms each. */
const stockAfter = Effect.fnUntraced(function* (
  { erpBackflushes, releaseNames, taken = consumed }: World,
  ...more: ReadonlyArray<floor.Message>
) {
  const { admin } = yield* Sandbox
  const erp = yield* Erp
  const plant = aPlant()
  const lot = { itemId: steel, lotId, scope: plantScope(plant) }
  const { movements = [], ...receipt } = goodsMovement(plant, "L-1", 1, "in")
  const hundred = movements.map((line) => ({ ...line, quantity: quantity(100, "KGM") }))
  yield* erp.post({ ...receipt, movements: hundred }, performance.now() + 60_000)
  const backflush = [{ operationId: op10, ...lot, quantity: quantity(2, "KGM") }]
  yield* admin.setOrder({ plant, orderId: floor.orderId, ...(erpBackflushes ? { backflush } : {}) })
  const named = releaseNames === "steel" ? [{ itemId: steel, operationId: op10 }] : []
  const components = releaseNames === "not a word" ? {} : { backflushedComponents: named }
  const released = floor.released({ id: "released" }, floor.plan(10, components))
  const documents = documentsOf(plant, [released, taken, confirmed, ...more])
  for (const document of documents) yield* erp.post(document, performance.now() + 60_000)
  const [left] = yield* admin.stock(plant)
  return { kilograms: left?.quantity, issued: documents.some(({ kind }) => kind === "goodsMovement") }
})

layer(sandboxWorld(10_000), { timeout: "30 seconds", excludeTestServices: true })("a component", (it) => {
  it.effect("scanned, that the ERP backflushes, isn't issued by us; its confirmation takes it", () =>
    Effect.gen(function* () {
      const both = { erpBackflushes: true, releaseNames: "steel" } as const
      expect(yield* stockAfter(both)).toEqual({ kilograms: "80", issued: false })
      const takenBack = floor.reversed({ id: "r1", minute: 20 }, "confirmed")
      const unscanned = floor.reversed({ id: "r2", minute: 20 }, "consumed")
      expect(yield* stockAfter(both, takenBack, unscanned)).toEqual({ kilograms: "100", issued: false })
    })
  )

  it.effect("scanned, that it doesn't, is issued, and given back with its reversal", () =>
    Effect.gen(function* () {
      const neither = { erpBackflushes: false, releaseNames: "not a word" } as const
      expect(yield* stockAfter(neither)).toEqual({ kilograms: "80", issued: true })
      const unscanned = floor.reversed({ id: "r", minute: 20 }, "consumed")
      expect(yield* stockAfter(neither, unscanned)).toEqual({ kilograms: "100", issued: true })
    })
  )

  it.effect("taken by the bill, not scanned, is issued where the ERP is known not to take it", () =>
    Effect.gen(function* () {
      const issued = { erpBackflushes: false, releaseNames: "nothing", taken: byBill } as const
      expect(yield* stockAfter(issued)).toEqual({ kilograms: "80", issued: true })
      const twice = { erpBackflushes: true, releaseNames: "steel", taken: byBill } as const
      expect(yield* stockAfter(twice)).toEqual({ kilograms: "80", issued: false })
    })
  )

  it.effect("would be in its books twice, or not at all, where the release says the wrong thing", () =>
    Effect.gen(function* () {
      expect(yield* stockAfter({ erpBackflushes: true, releaseNames: "not a word" })).toMatchObject({ kilograms: "60" })
      expect(yield* stockAfter({ erpBackflushes: false, releaseNames: "steel" })).toMatchObject({ kilograms: "100" })
    })
  )
})
