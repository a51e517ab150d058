// The statements that load streams: keys with snapshots, then tails; and the one that saves snapshots.
// Used by `loader.ts`, `snapshot-writer.ts` and `journal.ts`. Why each inner query ends in `offset 0`: see `read.ts`.
import type { SqlClient } from "effect/sql"
import type { Snapshot } from "../../../core/journal/journal.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import { type EventColumns, eventColumns } from "./columns.ts"
import { byteas, int4s, texts } from "./parameters.ts"

export interface StreamColumns {
  readonly partition: number
  readonly name: string
  readonly key: number
  readonly snapshot_version: number | null
  readonly format: string | null
  readonly state: Uint8Array | null
}

/** Those of the streams that exist, with the snapshot of each that has one. */
export const streamsByName = (
  sql: SqlClient.SqlClient,
  wanted: ReadonlyArray<{ readonly partition: number; readonly name: StreamName }>
) =>
  sql<StreamColumns>`
    select s.partition, s.name, s.key, n.version as snapshot_version, n.format, n.state
    from unnest(${int4s(wanted.map(({ partition }) => partition))}, ${texts(wanted.map(({ name }) => name))})
      as wanted (partition, name)
    cross join lateral (
      select partition, key, name from stream
      where stream.partition = wanted.partition and stream.name = wanted.name
      offset 0
    ) s
    left join lateral (
      select version, format, state from snapshot
      where snapshot.partition = s.partition and snapshot.key = s.key
      offset 0
    ) n on true`

export interface TailColumns extends EventColumns {
  readonly stream_key: number
}

/** Each stream's events after a version, in order within a stream. */
export const tailsAfter = (
  sql: SqlClient.SqlClient,
  wanted: ReadonlyArray<{ readonly partition: number; readonly key: number; readonly version: number }>
) =>
  sql<TailColumns>`
    select e.*
    from unnest(
      ${int4s(wanted.map(({ partition }) => partition))},
      ${int4s(wanted.map(({ key }) => key))},
      ${int4s(wanted.map(({ version }) => version))}
    ) as wanted (partition, key, version)
    cross join lateral (
      select ${sql.literal(eventColumns)} from event
      where event.partition = wanted.partition and event.stream_key = wanted.key and event.version > wanted.version
      order by event.version
      offset 0
    ) e`

export interface SnapshotRow extends Snapshot {
  readonly partition: number
  readonly key: number
}

/** Each stream once; one that is already newer stays. */
export const upsertSnapshots = (sql: SqlClient.SqlClient, snapshots: ReadonlyArray<SnapshotRow>) =>
  sql`
    insert into snapshot (partition, key, version, format, state)
    select * from unnest(
      ${int4s(snapshots.map(({ partition }) => partition))},
      ${int4s(snapshots.map(({ key }) => key))},
      ${int4s(snapshots.map(({ version }) => version))},
      ${texts(snapshots.map(({ format }) => format))},
      ${byteas(snapshots.map(({ state }) => state))})
    on conflict (partition, key) do update
      set version = excluded.version, format = excluded.format, state = excluded.state
      where snapshot.version <= excluded.version`.raw
