// The view `reconciliation`: what the last run of each plant found, whatever month it was in and however batches are cut.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import { reconciliationStream } from "../../core/journal/stream.ts"
import { type Difference, shownQuantities } from "../../core/message/reconciliation.ts"
import { ItemId, LotId, OrderId, type PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { postingKey } from "../../core/port/erp.ts"
import { movementsOutside } from "../../projections/postings/queries.ts"
import {
  acceptedAt,
  acknowledgedAt,
  differenceById,
  differencesOf,
  lastReconciliations
} from "../../projections/reconciliation/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { order, plant, quantity, Writer } from "./events.ts"
import { filled } from "./follow.ts"

const difference = (id: string, good = "5"): Difference => ({
  ...{ id, stream: "order/plant-1/4711", kind: "gone", about: "order/plant-1/4711/3/confirmation" },
  since: OccurredAt.make(`2026-11-2${id.length}T02:00:00Z`),
  reported: { "10: good EA": quantity(good).value },
  journal: { "10: good EA": quantity(good).value },
  erp: {},
  repair: `reconcile repair ${id}`
})

/** Two months of nights; what was found is written as the actor would. */
class Nights {
  readonly writer = new Writer()

  night(at: string, found: ReadonlyArray<Difference>, gone: ReadonlyArray<string> = [], of: PlantId = plant): this {
    const stream = reconciliationStream(of, at.slice(0, 7))
    const occurredAt = OccurredAt.make(`${at}T02:00:00Z`)
    for (const data of found) this.writer.write(stream, { type: "DifferenceFound", data }, { occurredAt })
    for (const id of gone) this.writer.write(stream, { type: "DifferenceGone", data: { id } }, { occurredAt })
    const counts = { plant: of, orders: 3, lots: 2, equal: 5 - found.length, differences: found.length }
    this.writer.write(stream, { type: "PlantReconciled", data: counts }, { occurredAt })
    return this
  }
}

const told = Effect.map(differencesOf(plant), (all) => all.map(({ id }) => id))

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("reconciliation", (it) => {
  describe("holds", () => {
    it.effect("what the last run found, the same however batches are cut", () =>
      Effect.gen(function* () {
        const nights = new Nights()
          .night("2026-11-29", [difference("a"), difference("bb")])
          .night("2026-11-30", [difference("bb", "6"), difference("ccc")], ["a"])
          .night("2026-12-01", [difference("bb", "6"), difference("a")])
          .night("2026-12-02", [], ["a"])
        const whole = yield* filled(nights.writer, {})
        expect(yield* told).toEqual(["bb"])
        expect(yield* differenceById("bb")).toEqual({ plant, content: difference("bb", "6") })
        expect(yield* differenceById("ccc")).toBeUndefined()
        expect(yield* lastReconciliations).toMatchObject([{ plant, at: new Date("2026-12-02T02:00:00Z"), equal: 5 }])
        for (const size of [1, 3]) expect(yield* filled(nights.writer, { sizes: [size] })).toEqual(whole)
      })
    )

    it.effect("that a document isn't in the ERP which was posted again in vain, as long as its report counts", () =>
      Effect.gen(function* () {
        const writer = new Writer()
        const stream = order("4711")
        const materials = [{ itemId: ItemId.make("STEEL"), lotId: LotId.make("L1"), quantity: quantity("2", "KGM") }]
        const [gone, again] = [postingKey(stream, 1, "goodsMovement"), postingKey(stream, 3, "goodsMovement")]
        writer.write(stream, {
          type: "MaterialConsumed",
          data: { orderId: OrderId.make("4711"), materials, posting: "requested" }
        })
        writer.write(stream, { type: "PostingVerified", data: { posting: gone, attempt: 1, document: "1" } })
        writer.write(stream, { type: "PostingRepeated", data: { posting: gone, reason: "It was cancelled" } })
        writer.write(stream, { type: "PostingOmitted", data: { posting: again, attempt: 2, reason: "No word for it" } })
        yield* filled(writer, {})
        expect((yield* movementsOutside([plant], "", 10)).map(({ key }) => key)).toEqual([again])
      })
    )

    it.effect("what people let stand, and which documents they took as they are", () =>
      Effect.gen(function* () {
        const { writer } = new Nights().night("2026-11-30", [difference("a")])
        const quantities = shownQuantities(difference("a"))
        writer.write(reconciliationStream(plant, "2026-11"), {
          type: "DifferenceAccepted",
          data: { plant, difference: "a", quantities, reason: "As agreed" }
        })
        const content = { orderId: OrderId.make("4711"), amounts: { yield: quantity("2") } }
        for (const taken of [{}, content]) {
          const data = { document: "900", content: taken, reason: "Booked by hand" }
          writer.write(order("4711"), { type: "DocumentAcknowledged", data })
        }
        yield* filled(writer, { sizes: [1] })
        expect(yield* acceptedAt(plant)).toEqual(new Set([`a ${quantities}`]))
        expect(yield* acknowledgedAt(plant)).toEqual([{ orderId: "4711", document: "900", content }])
      })
    )
  })
})
