// Duplicates that came by each queue. They append nothing, so this is no projection: it is counted by the ingress and
// survives every rebuild. Used by the adapter of the port `IntakeAccount` and by `makeTables`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"

export const duplicatesTable = `
create table if not exists intake_duplicates (
  queue text collate "C" primary key,
  duplicates bigint not null
) with (fillfactor = 50)`

/** Adds to the count of each queue, all or none. */
export const addDuplicates = Effect.fnUntraced(function* (counts: ReadonlyMap<string, number>) {
  if (counts.size === 0) return
  const sql = yield* SqlClient.SqlClient
  const rows = byText(
    [...counts].map(([queue, duplicates]) => ({ queue, duplicates })),
    (row) => row.queue
  )
  yield* sql`
    insert into intake_duplicates (queue, duplicates)
    select * from ${recordset(sql, { queue: "text", duplicates: "bigint" }, rows)}
    on conflict (queue) do update set duplicates = intake_duplicates.duplicates + excluded.duplicates`
})
