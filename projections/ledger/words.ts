// Which words on lots have come to be known. Used by whoever said them and waits.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import { recordset } from "../recordset.ts"

/** How many of these the ledger has. */
export const wordsKnown = Effect.fnUntraced(function* (
  said: ReadonlyArray<{ readonly lot: StreamName; readonly messageId: string }>
) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly known: number }>`
    select count(*)::integer as known from ${recordset(sql, { lot: "text", messageId: "text" }, said)}
      join ledger.word on word.lot = row.lot and message_id = row."messageId"`
  return row?.known ?? 0
})
