// Feeds all projections with a history through the real runner, and reads their tables whole. For the service tests
// of projections.
import { Clock, Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { caughtUp } from "../../projections/checkpoint.ts"
import { makeProjectionTables, projections } from "../../projections/index.ts"
import { runProjection } from "../../projections/runner.ts"
import { countingTracer, type History, headsOf, journalOf } from "./journal.ts"

/** Drops every view, its checkpoints and counters, and makes them anew. */
export const startAnew = Effect.fnUntraced(function* (partitions: number) {
  const sql = yield* SqlClient.SqlClient
  for (const { name } of projections) yield* sql`drop schema if exists ${sql(name)} cascade`
  yield* sql`drop table if exists projection_checkpoint, intake_duplicates`
  yield* makeProjectionTables(partitions)
})

const deadlineMillis = 30_000

/** Polls until the condition holds; dies with what was waited for when it takes too long. */
export const until = Effect.fnUntraced(function* <E, R>(what: string, condition: Effect.Effect<boolean, E, R>) {
  const end = (yield* Clock.currentTimeMillis) + deadlineMillis
  while (!(yield* condition)) {
    if ((yield* Clock.currentTimeMillis) > end) return yield* Effect.die(new Error(`Waited in vain for: ${what}`))
    yield* Effect.sleep(5)
  }
})

/** Runs every projection, each by so many runners at once, until all hold the history. */
export const follow = Effect.fnUntraced(function* (
  history: History,
  { sizes, runners = 1 }: { readonly sizes?: ReadonlyArray<number>; readonly runners?: number } = {}
) {
  const fibers = yield* Effect.forEach(projections, (projection) =>
    Effect.forEach(Array.from({ length: runners }), () =>
      runProjection(projection).pipe(
        Effect.provide(
          Layer.merge(
            journalOf(() => history, sizes),
            countingTracer()
          )
        ),
        Effect.forkChild
      )
    )
  )
  const heads = headsOf(history)
  for (const { name } of projections) yield* until(`${name} to catch up`, caughtUp(name, heads))
  yield* Fiber.interruptAll(fibers.flat())
})

/** What all views hold after this history, from zero. */
export const filled = Effect.fnUntraced(function* (history: History, options: Parameters<typeof follow>[1]) {
  yield* startAnew(history.partitions)
  yield* follow(history, options)
  return yield* tables
})

/** Every row of every view in a fixed order; numbers by value, since `7.0` is `7`. */
export const tables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const names = yield* sql<{ readonly schema: string; readonly name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema = any(${projections.map(({ name }) => name)}::text[]) order by 1, 2`
  const all: { [table: string]: ReadonlyArray<string> } = {}
  for (const { schema, name } of names) {
    const rows = yield* sql<{ readonly row: unknown }>`
      select to_jsonb(each) as row from ${sql(schema)}.${sql(name)} as each`
    all[`${schema}.${name}`] = rows.map(({ row }) => JSON.stringify(row)).sort()
  }
  return all
})
