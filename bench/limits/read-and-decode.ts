// A limit: how fast all events of a journal are read and decoded, with nothing done to them: one statement whose rows come
// as a stream. Used by the bench's scenarios.
import { Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { type EventColumns, eventColumns, toRow } from "../../adapters/postgres/statements/columns.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import { WrongResult } from "../failure.ts"

/** Events a second; the names of streams come with it, in a map of their own. */
export const readAndDecodeRate = Effect.fnUntraced(function* (events: number) {
  const sql = yield* SqlClient.SqlClient
  const startedAt = performance.now()
  const streams = yield* sql<{ readonly partition: number; readonly key: number; readonly name: string }>`
    select partition, key, name from stream`
  const names = new Map(streams.map(({ key, name, partition }) => [partition * 2 ** 32 + key, name]))
  let decoded = 0
  yield* sql<
    EventColumns & { readonly stream_key: number }
  >`select ${sql.literal(eventColumns)} from event`.stream.pipe(
    Stream.runForEachArray((rows) =>
      Effect.sync(() => {
        for (const row of rows) {
          recordedEvent(toRow(row, names.get(row.partition * 2 ** 32 + row.stream_key) ?? ""))
          decoded++
        }
      })
    )
  )
  const seconds = (performance.now() - startedAt) / 1_000
  if (decoded === events) return events / seconds
  return yield* new WrongResult({ what: "Reading", reason: `${decoded} events of ${events}` })
})
