// However a history of lots is cut into batches, from zero or by two runners at once, the views hold the same rows: the
// balances of the history, in sum and by place, and a genealogy in which forward and backward are inverse.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { expect } from "vitest"
import { lotStream } from "../../core/journal/stream.ts"
import { ItemId, LotId, StorageLocationId } from "../../core/plant/identifiers.ts"
import { LotScope } from "../../core/plant/lot.ts"
import { type Direction, edgesFrom } from "../../projections/genealogy/queries.ts"
import { lotByKey } from "../../projections/lots/queries.ts"
import { postingsOfLot } from "../../projections/postings/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { quantity, Writer } from "./events.ts"
import { filled } from "./follow.ts"
import { LotHistory, lotCalled, lotSteps, nodeCalled, orderNode } from "./lot-history.ts"

const numbers = Array.from({ length: 8 }, (_, number) => number)
const nodes = [...numbers, orderNode]

/** Per lot's number: what is on hand, and what all its places hold together. */
const balances = Effect.forEach(numbers, (number) =>
  Effect.map(lotByKey(lotCalled(number)), (lot) => {
    const tenths = (rows: ReadonlyArray<string>) => rows.reduce((sum, value) => sum + Math.round(Number(value) * 10), 0)
    return [
      tenths(lot?.balances.map(({ onHand }) => onHand) ?? []),
      tenths(lot?.locations.map(({ quantity }) => quantity) ?? [])
    ]
  })
)

const edgeCount = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ readonly edges: number; readonly reversed: number }>`
    select count(*) filter (where known_until is null)::integer as edges,
      count(known_until)::integer as reversed from genealogy.edge`
)

const reached = (number: number, direction: Direction) =>
  Effect.map(edgesFrom(nodeCalled(number), direction), (edges) => {
    const ends = edges.map(({ source, target }) => (direction === "forward" ? target : source))
    return new Set(nodes.filter((other) => ends.includes(nodeCalled(other))))
  })

/** The closure, one step after the other, until nothing is new. */
const closure = (number: number, edges: LotHistory["edges"], direction: Direction): ReadonlySet<number> => {
  const found = new Set<number>()
  const visited = new Set<number>()
  const work = [number]
  while (work.length > 0) {
    const at = work.pop()
    if (at === undefined || visited.has(at)) continue
    visited.add(at)
    for (const [from, to] of edges) {
      const [near, far] = direction === "forward" ? [from, to] : [to, from]
      if (near !== at) continue
      found.add(far)
      work.push(far)
    }
  }
  return found
}

it.live(
  "any history of lots gives its balances and its genealogy, in any batches",
  () =>
    Effect.gen(function* () {
      const context = yield* Effect.context<SqlClient.SqlClient>()
      const run = Effect.runPromiseWith(context)
      const property = fc.asyncProperty(
        lotSteps,
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
        async (plan, sizes) => {
          const history = new LotHistory(plan)
          const inBatches = (options: Parameters<typeof filled>[1]) => run(filled(history.writer, options))
          const whole = await inBatches({})
          const onHand = numbers.map((number) => history.onHand.get(number) ?? 0)
          expect(await run(balances)).toEqual(onHand.map((tenths) => [tenths, tenths]))
          const [stored] = await run(edgeCount)
          expect(stored).toEqual({ edges: history.edges.length, reversed: history.reversedEdges })
          const directions = ["forward", "backward"] as const
          for (const direction of directions) {
            const found = await run(Effect.forEach(nodes, (number) => reached(number, direction)))
            expect(found).toEqual(nodes.map((number) => closure(number, history.edges, direction)))
          }
          expect(await inBatches({ sizes })).toEqual(whole)
          expect(await inBatches({ sizes, runners: 2 })).toEqual(whole)
        }
      )
      yield* Effect.promise(() => fc.assert(property, { numRuns: 3, endOnFailure: true }))
    }).pipe(Effect.provide(temporaryClient)),
  60_000
)

it.live("the views hold the longest names that there are, and sums of more digits than one quantity", () =>
  Effect.gen(function* () {
    // Hardly any of it can be compressed, as an index would.
    const long = (length: number, from: number) =>
      Array.from({ length }, (_, at) => String.fromCodePoint(0x20000 + ((from + at * 7919) % 40_000))).join("")
    const lot = {
      scope: LotScope.make(`supplier/${long(60, 1)}`),
      itemId: ItemId.make(long(200, 2)),
      lotId: LotId.make(long(200, 3))
    }
    const storageLocation = StorageLocationId.make(long(60, 4))
    const other = { lotId: LotId.make(long(200, 5)), quantity: quantity("1") }
    const writer = new Writer()
    for (let time = 0; time < 2; time++) {
      const data = { ...lot, quantity: quantity("999999999999999999"), storageLocation, posting: "requested" } as const
      writer.write(lotStream(lot), { type: "LotReceived", data })
    }
    writer.write(lotStream(lot), { type: "LotSplit", data: { ...lot, into: [other], posting: "requested" } })
    yield* filled(writer, {})
    expect(yield* lotByKey(lot)).toMatchObject({ balances: [{ onHand: "1999999999999999997" }] })
    expect(yield* edgesFrom(lotStream(lot), "forward")).toHaveLength(1)
    expect(yield* postingsOfLot(lot)).toHaveLength(3)
  }).pipe(Effect.provide(temporaryClient))
)
