// One moment of the database for every statement of a recall, whatever the core writes meanwhile; and many items asked of in
// portions, two at a time, so that Postgres works on two processors while Node reads what came. Used by `recall.ts`.
import { Effect, Queue, Scope } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Connection } from "effect/sql/SqlConnection"
import { keepingTables } from "../../projections/projection.ts"

/** Asks for all items as one, or portion by portion; `first` is the place of a portion's first among all. */
export type Ask = <Item, Answer, E>(
  items: ReadonlyArray<Item>,
  of: (portion: ReadonlyArray<Item>, first: number) => Effect.Effect<Answer, E, SqlClient.SqlClient>
) => Effect.Effect<ReadonlyArray<Answer>, E | SqlError.SqlError, SqlClient.SqlClient>

/** Fewer are asked for in a tenth of a second: other connections wouldn't be worth their while. */
const fewItems = 1_000
const atOnce = 2

/** As many for each connection, and never so many that its answer would be long in reading. */
const portionsOf = <Item>(items: ReadonlyArray<Item>): ReadonlyArray<{ items: ReadonlyArray<Item>; first: number }> => {
  const count = atOnce * Math.ceil(items.length / (atOnce * 16_000))
  const size = Math.ceil(items.length / count)
  return Array.from({ length: count }, (_, place) => ({
    items: items.slice(place * size, (place + 1) * size),
    first: place * size
  }))
}

/** A hundred thousand lots are sorted in memory: with Postgres's usual 4 MB they would go by way of the disk. */
const sortingInMemory = "set local work_mem = '64MB'"

/**
 * The transaction keeps the snapshot, and the tables, which no rebuild may exchange meanwhile; those beside it take the
 * snapshot from it, are opened when many items are first asked for, and stay until the end. They wait for no lock for long,
 * since whoever holds it may wait for the first one.
 */
export const atOneMoment = <A, E, R>(program: (ask: Ask) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`set transaction isolation level repeatable read, read only`
        yield* keepingTables
        yield* sql.unsafe(sortingInMemory)
        const [exported] = yield* sql<{ readonly snapshot: string }>`select pg_export_snapshot() as snapshot`
        const scope = yield* Effect.scope
        const beside = yield* Effect.cached(Scope.provide(connectionsBeside(exported?.snapshot ?? ""), scope))
        const ask: Ask = (items, of) =>
          items.length <= fewItems
            ? Effect.map(of(items, 0), (answer) => [answer])
            : Effect.flatMap(beside, (free) =>
                Effect.forEach(
                  portionsOf(items),
                  ({ first, items }) =>
                    Effect.acquireUseRelease(
                      Queue.take(free),
                      (connection) => Effect.provideService(of(items, first), sql.transactionService, [connection, 0]),
                      (connection) => Queue.offer(free, connection)
                    ),
                  { concurrency: atOnce }
                )
              )
        return yield* program(ask)
      })
    )
  }).pipe(Effect.scoped)

/** Those that nobody uses at the moment; closed with the scope. */
const connectionsBeside = Effect.fnUntraced(function* (snapshot: string) {
  const sql = yield* SqlClient.SqlClient
  const free = yield* Queue.unbounded<Connection>()
  for (let count = 0; count < atOnce; count++) {
    const connection = yield* sql.reserve
    const say = (statement: string) => connection.executeUnprepared(statement, [], undefined)
    yield* Effect.acquireRelease(say("begin isolation level repeatable read read only"), () =>
      Effect.orDie(say("rollback"))
    )
    yield* say(`set transaction snapshot '${snapshot}'`)
    yield* say("set local lock_timeout = '10s'")
    yield* say(sortingInMemory)
    yield* Queue.offer(free, connection)
  }
  return free
})
