// One moment of the database for every statement of a recall, whatever the core writes meanwhile; and many items asked of in
// portions, two at a time, so that Postgres works on two processors while Node reads what came. Used by `recall.ts`.
import { Context, Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { keepingTables } from "../../projections/projection.ts"

/** Asks for all items as one, or portion by portion; `first` is the place of a portion's first among all. */
export type Ask = <Item, Answer, E>(
  items: ReadonlyArray<Item>,
  of: (portion: ReadonlyArray<Item>, first: number) => Effect.Effect<Answer, E, SqlClient.SqlClient>
) => Effect.Effect<ReadonlyArray<Answer>, E | SqlError.SqlError, SqlClient.SqlClient>

/** Fewer are asked for in a tenth of a second: other connections wouldn't be worth their while. */
const fewItems = 4_000
const atOnce = 2

/** As many for each connection, and never so many that its answer would be long in reading. */
const portionsOf = <Item>(items: ReadonlyArray<Item>): ReadonlyArray<{ items: ReadonlyArray<Item>; first: number }> => {
  const count = atOnce * Math.ceil(items.length / (atOnce * fewItems))
  const size = Math.ceil(items.length / count)
  return Array.from({ length: count }, (_, place) => ({
    items: items.slice(place * size, (place + 1) * size),
    first: place * size
  }))
}

/** A hundred thousand lots are sorted in memory: with Postgres's usual 4 MB they would go by way of the disk. */
const sortingInMemory = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`set local work_mem = '64MB'`)

/**
 * The transaction keeps the snapshot, and the tables, which no rebuild may exchange meanwhile; those beside it take the
 * snapshot from it. They wait for no lock for long, since whoever holds it may wait for the first one.
 */
export const atOneMoment = <A, E, R>(program: (ask: Ask) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const beside =
      (snapshot: string) =>
      <A, E>(statements: Effect.Effect<A, E, SqlClient.SqlClient>) =>
        Effect.updateContext(
          sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`set transaction isolation level repeatable read, read only`
              yield* sql`set transaction snapshot ${sql.literal(`'${snapshot}'`)}`
              yield* sql`set local lock_timeout = '10s'`
              yield* sortingInMemory
              return yield* statements
            })
          ),
          (context: Context.Context<SqlClient.SqlClient>) => Context.omit(sql.transactionService)(context)
        )
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`set transaction isolation level repeatable read, read only`
        yield* keepingTables
        yield* sortingInMemory
        const [exported] = yield* sql<{ readonly snapshot: string }>`select pg_export_snapshot() as snapshot`
        const besideIt = beside(exported?.snapshot ?? "")
        return yield* program((items, of) =>
          items.length <= fewItems
            ? Effect.map(of(items, 0), (answer) => [answer])
            : Effect.forEach(portionsOf(items), ({ first, items }) => besideIt(of(items, first)), {
                concurrency: atOnce
              })
        )
      })
    )
  })
