// One moment for many questions: in portions on several connections, all of which see what the first one saw.
import { layer } from "@effect/vitest"
import { Effect, Result } from "effect"
import { SqlClient } from "effect/sql"
import { describe, expect } from "vitest"
import { atOneMoment } from "../../../adapters/recall/one-moment.ts"
import { makeTables } from "../../../projections/projection.ts"
import { temporaryClient } from "../../harness/database.ts"

const tenThousand = Array.from({ length: 10_000 }, (_, number) => number)

const countSeen = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{
    readonly count: number
    readonly backend: number
  }>`select (select count(*)::integer from seen) as count, pg_backend_pid() as backend`
  return row ?? { count: -1, backend: -1 }
})

const emptyTable = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* makeTables([], 1)
  yield* sql`drop table if exists seen`
  yield* sql`create table seen (number integer)`
})

describe("Of one moment", () => {
  layer(temporaryClient)((it) => {
    it.effect("many are asked for in portions, in order, and few at once", () =>
      Effect.gen(function* () {
        yield* emptyTable
        const sizes = yield* atOneMoment((ask) =>
          Effect.all({
            many: ask(tenThousand, (portion, first) => Effect.succeed({ portion, first })),
            few: ask(tenThousand.slice(0, 10), (portion) => Effect.succeed(portion)),
            none: ask([], (portion) => Effect.succeed(portion))
          })
        )
        expect(sizes.many.length).toBeGreaterThan(1)
        expect(sizes.many.flatMap(({ portion }) => portion)).toEqual(tenThousand)
        for (const { first, portion } of sizes.many) expect(portion[0]).toBe(first)
        expect(sizes.few).toEqual([tenThousand.slice(0, 10)])
        expect(sizes.none).toEqual([[]])
      })
    )

    it.effect("whatever is written meanwhile, all see the same, on more than one connection", () =>
      Effect.gen(function* () {
        yield* emptyTable
        const sql = yield* SqlClient.SqlClient
        yield* sql`insert into seen values (1)`
        const other = yield* Effect.context<SqlClient.SqlClient>()
        const write = Effect.promise(() => Effect.runPromiseWith(other)(sql`insert into seen values (2)`))
        const { first, second } = yield* atOneMoment((ask) =>
          Effect.gen(function* () {
            const first = yield* ask(tenThousand, () => Effect.andThen(write, countSeen))
            return { first, second: yield* ask([1], () => countSeen) }
          })
        )
        const seen = [...first, ...second]
        expect(new Set(seen.map(({ count }) => count))).toEqual(new Set([1]))
        expect(new Set(seen.map(({ backend }) => backend)).size).toBeGreaterThan(1)
        expect((yield* countSeen).count).toBeGreaterThan(1)
      })
    )

    it.effect("a question that fails fails the whole, and every connection is free again", () =>
      Effect.gen(function* () {
        yield* emptyTable
        for (let time = 0; time < 20; time++) {
          const failed = yield* Effect.result(
            atOneMoment((ask) =>
              ask(tenThousand, (_, first) =>
                Effect.filterOrFail(
                  countSeen,
                  () => first === 0,
                  () => "No"
                )
              )
            )
          )
          expect(failed).toEqual(Result.fail("No"))
        }
        expect(yield* countSeen).toMatchObject({ count: 0 })
      })
    )
  })
})
