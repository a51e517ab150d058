// A recall's steps as Postgres takes them, held against the slow reference: at any time, and of any prefix of the journal.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import fc from "fast-check"
import { expect } from "vitest"
import { graphFrom, type Way } from "../../../adapters/recall/graph.ts"
import { surest } from "../../../adapters/recall/surest.ts"
import { lotsOf } from "../../../adapters/recall/traced.ts"
import type { Cut } from "../../../projections/cut.ts"
import { genealogy } from "../../../projections/genealogy/genealogy.ts"
import { broughtBack, stepsFrom } from "../../../projections/genealogy/steps.ts"
import { makeTables } from "../../../projections/projection.ts"
import { recordset } from "../../../projections/recordset.ts"
import { temporaryClient } from "../../harness/database.ts"
import { asOf, expected, type Line, lots, type Plant, plants } from "./random-plant.ts"

const partitions = 3

/** Each line is its partition's next event, and what takes lines back comes after all of them. */
const placed = (lines: ReadonlyArray<Line>) =>
  lines.map((line, index) => ({
    ...line,
    partition: index % partitions,
    offset: Math.floor(index / partitions) + 1,
    untilOffset: line.until === null ? null : 100 + index
  }))

const columns = {
  ...{ partition: "integer", offset: "bigint", source: "text", target: "text", through: "text", quantity: "numeric" },
  ...{ unit: "text", certainty: "text", occurredAt: "float8", recordedAt: "float8", specific: "boolean" },
  ...{ until: "float8", untilOffset: "bigint" }
}

const store = Effect.fnUntraced(function* (lines: ReadonlyArray<Line>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`truncate genealogy.edge`
  yield* sql`
    insert into genealogy.edge (partition, "offset", source, target, through, quantity, unit, certainty, valid_from,
      known_from, specific, known_until, until_offset, line, stream, version)
    select row.*, 0, 'order/p/1', row_number() over () from ${recordset(sql, columns, placed(lines))}`
})

/** As a recall asks for many nodes: in parts that know their first one's place. */
const inHalves =
  <A, E, R>(ask: (portion: ReadonlyArray<string>, first: number) => Effect.Effect<A, E, R>) =>
  (nodes: ReadonlyArray<string>) => {
    const half = Math.ceil(nodes.length / 2)
    return Effect.all([ask(nodes.slice(0, half), 0), ask(nodes.slice(half), half)])
  }

const found = (derived: Plant["derived"], way: Way, start: string, cut: Cut) =>
  Effect.gen(function* () {
    const steps = {
      stepsFrom: inHalves((portion, first) => stepsFrom(portion, way, cut, first)),
      broughtBack: (pairs: Parameters<typeof broughtBack>[0]) => broughtBack(pairs, cut)
    }
    const graph = yield* graphFrom(start, way, steps, derived)
    const lots = lotsOf([{ graph, reached: surest(graph) }])
    return new Map(lots.map(({ certainty, depth, stream }) => [stream, { certainty, depth }]))
  })

it.live("any genealogy is walked as the reference does, at any time and of any prefix", () =>
  Effect.gen(function* () {
    yield* makeTables([genealogy], partitions)
    const run = Effect.runPromiseWith(yield* Effect.context<SqlClient.SqlClient>())
    const property = fc.asyncProperty(
      plants,
      fc.constantFrom(...lots),
      fc.constantFrom("forward" as const, "backward" as const),
      fc.nat(9),
      fc.array(fc.nat(8), { minLength: partitions, maxLength: partitions }),
      async ({ derived, lines }, start, way, time, offsets) => {
        await run(store(lines))
        const now = { lines: asOf(lines, undefined), derived }
        expect(await run(found(derived, way, start, {}))).toEqual(expected(now, start, way))
        const then = { lines: asOf(lines, time), derived }
        const cut = { recordedBy: time, occurredBy: time }
        expect(await run(found(derived, way, start, cut))).toEqual(expected(then, start, way))
        const prefix = new Map(offsets.entries())
        // What takes a line back comes after every line, so in no prefix of them.
        const early = placed(lines).filter(({ offset, partition }) => offset <= (prefix.get(partition) ?? 0))
        expect(await run(found(derived, way, start, { prefix }))).toEqual(
          expected({ lines: early, derived }, start, way)
        )
      }
    )
    yield* Effect.promise(() => fc.assert(property, { numRuns: 40, endOnFailure: true }))
  }).pipe(Effect.provide(temporaryClient))
)
