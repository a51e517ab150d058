// Saves snapshots for the partitions of this process: what comes while a statement runs is one statement afterwards.
// Used by `journal.ts`.
import { Deferred, Effect, Queue } from "effect"
import type { SqlClient } from "effect/sql"
import type { TechnicalFailure } from "../../core/failure.ts"
import type { Snapshot } from "../../core/journal/journal.ts"
import { answered } from "./client.ts"
import { technicalFailure } from "./failure.ts"
import { type SnapshotRow, upsertSnapshots } from "./statements/load.ts"

interface Call {
  readonly rows: ReadonlyArray<SnapshotRow>
  readonly answer: Deferred.Deferred<void, TechnicalFailure>
}

/** Each stream once, as a statement can't write a row twice: the one that came last of the highest version. */
const latest = (calls: ReadonlyArray<Call>): ReadonlyArray<SnapshotRow> => {
  const rows = new Map<string, SnapshotRow>()
  for (const row of calls.flatMap((call) => call.rows)) {
    const stream = `${row.partition}/${row.key}`
    if ((rows.get(stream)?.version ?? 0) <= row.version) rows.set(stream, row)
  }
  return Array.from(rows.values())
}

export const makeSnapshotWriter = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const queue = yield* Queue.unbounded<Call>()

  const round = Effect.gen(function* () {
    const calls = yield* Queue.takeAll(queue)
    const written = answered(upsertSnapshots(sql, latest(calls)).pipe(Effect.asVoid))
    const exit = yield* Effect.exit(Effect.mapError(written, technicalFailure("snapshots")))
    for (const { answer } of calls) Deferred.doneUnsafe(answer, exit)
  })
  yield* Effect.forkScoped(Effect.forever(round))

  return (partition: number, snapshots: ReadonlyArray<Snapshot & { readonly key: number }>) =>
    Effect.suspend(() => {
      if (snapshots.length === 0) return Effect.void
      const answer: Call["answer"] = Deferred.makeUnsafe()
      Queue.offerUnsafe(queue, { rows: snapshots.map((snapshot) => ({ partition, ...snapshot })), answer })
      return Deferred.await(answer)
    })
})
