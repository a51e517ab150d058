// The view `ledger` alone, in a database of its own. For its service tests.
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { ledger } from "../../projections/ledger/ledger.ts"
import { makeTables, useSchema } from "../../projections/projection.ts"
import { temporaryClient } from "../harness/database.ts"

export const ledgerTables = ["flow", "stock", "total", "word", "plan", "finish", "item_word"]

/** A database of its own with the view's tables. */
export const emptyLedger = Layer.effectDiscard(makeTables([ledger], 1)).pipe(Layer.provideMerge(temporaryClient))

/** The view of these events and no others, so many at once, in turn. */
export const fillLedger = Effect.fnUntraced(function* (
  events: ReadonlyArray<RecordedEvent>,
  sizes: ReadonlyArray<number> = [events.length]
) {
  const sql = yield* SqlClient.SqlClient
  for (const table of ledgerTables) yield* sql`delete from ledger.${sql(table)}`
  for (let from = 0, turn = 0; from < events.length; turn++) {
    const size = sizes[turn % sizes.length] ?? events.length
    const batch = events.slice(from, from + size)
    yield* sql.withTransaction(Effect.andThen(useSchema(sql, ledger.name), ledger.apply(sql, batch)))
    from += size
  }
})
