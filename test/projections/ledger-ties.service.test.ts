// The view `ledger` where two say something of one lot or one order: it takes the word that the actors take, whatever they
// count, whenever they say it, and where nothing but their names tells them apart.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import fc from "fast-check"
import { describe, expect } from "vitest"
import { holding, type Timeline, withWord } from "../../actors/lot/disposition.ts"
import { type Plan, rulingPlan } from "../../actors/order/plan.ts"
import { lotStream } from "../../core/journal/stream.ts"
import { rankOf } from "../../core/message/rank.ts"
import { ItemId, OperationId, OrderId } from "../../core/plant/identifiers.ts"
import { everything } from "../../projections/cut.ts"
import { bookedOf, dispositionsOf } from "../../projections/ledger/queries.ts"
import { order, quantity, Writer } from "./events.ts"
import { emptyLedger, fillLedger } from "./ledger.ts"
import { lotCalled } from "./lot-history.ts"

/** So few of each that most are equal to another in all but one or two, and some in all. */
const rank = {
  minute: fc.nat(1),
  sequence: fc.nat(1),
  source: fc.constantFrom("plant-1/mes.events/mes", "plant-1/Mes.events/mes"),
  messageId: fc.constantFrom("a", "B")
}
const of = fc.nat(7)
const numbers = Array.from({ length: 8 }, (_, number) => number)
const told = { posting: "requested" } as const

/** Holds for random lists of these. */
const always = <Case>(
  cases: fc.Arbitrary<Case>,
  holds: (of: ReadonlyArray<Case>) => Effect.Effect<void, unknown, SqlClient.SqlClient>
) =>
  Effect.gen(function* () {
    const run = Effect.runPromiseWith(yield* Effect.context<SqlClient.SqlClient>())
    const property = fc.asyncProperty(fc.array(cases, { minLength: 30, maxLength: 60, size: "max" }), (list) =>
      run(holds(list))
    )
    yield* Effect.promise(() => fc.assert(property, { numRuns: 10, endOnFailure: true }))
  }).pipe(Effect.provide(emptyLedger))

describe("Of several words", () => {
  it.live("on whether a lot may be used that one holds which its actor takes", () =>
    always(fc.record({ of, ...rank, type: fc.constantFrom("LotHeld", "LotReleased", "LotRejected") }), (words) =>
      Effect.gen(function* () {
        const writer = new Writer()
        const timelines = new Map<number, Timeline>()
        const dispositions = { LotHeld: "held", LotReleased: "released", LotRejected: "rejected" } as const
        for (const { of, type, ...written } of words) {
          const { itemId, lotId } = lotCalled(of)
          writer.write(lotStream(lotCalled(of)), { type, data: { itemId, lotId, reason: type, ...told } }, written)
          const [event] = writer.events.slice(-1)
          if (event === undefined) continue
          const word = { ...rankOf(event.metadata), disposition: dispositions[type], place: event.stream }
          timelines.set(of, withWord(timelines.get(of) ?? [], word))
        }
        yield* fillLedger(writer.events)
        const known = yield* dispositionsOf(
          numbers.map((number) => lotStream(lotCalled(number))),
          everything
        )
        for (const number of numbers) {
          const expected = holding(timelines.get(number) ?? [])
          const word = known.get(lotStream(lotCalled(number)))
          expect({ disposition: word?.disposition, since: word?.since }).toEqual({
            disposition: expected?.disposition,
            since: expected?.at
          })
        }
      })
    )
  )

  it.live("on what an order plans that one rules which its actor takes", () =>
    always(fc.record({ of, ...rank, revision: fc.integer({ min: 1, max: 2 }), isOne: fc.boolean() }), (plans) =>
      Effect.gen(function* () {
        const writer = new Writer()
        const [saw, weld] = [OperationId.make("10"), OperationId.make("20")]
        const ruling = new Map<number, Plan>()
        for (const number of numbers) {
          const orderId = OrderId.make(String(number))
          const materials = [{ ...lotCalled(number), quantity: quantity("3") }]
          writer.write(order(orderId), { type: "MaterialConsumed", data: { orderId, materials, ...told } })
          const final = { orderId, operationId: saw, final: true, ...told }
          writer.write(order(orderId), { type: "OperationConfirmed", data: final })
        }
        for (const { isOne, of, revision, ...written } of plans) {
          const orderId = OrderId.make(String(of))
          const operations = [{ operationId: saw }, ...(isOne ? [] : [{ operationId: weld }])]
          const data = { orderId, itemId: ItemId.make("GATE"), quantity: quantity("5"), revision, operations }
          writer.write(order(orderId), { type: "ProductionOrderChanged", data }, written)
          const [event] = writer.events.slice(-1)
          if (event !== undefined) ruling.set(of, rulingPlan(ruling.get(of), data, rankOf(event.metadata)))
        }
        yield* fillLedger(writer.events)
        const lots = numbers.map((number) => lotStream(lotCalled(number)))
        const { balances } = yield* bookedOf(lots, everything)
        for (const [number, lot] of lots.entries()) {
          const isWhole = ruling.get(number)?.content.operations.length === 1
          expect(balances.get(lot)?.[0]?.inProcess).toBe(isWhole ? "0" : "3")
        }
      })
    )
  )
})
