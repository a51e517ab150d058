// How much of the journal a recall rests on: what every view that it asks has come to, and one hash that says which events
// those are. Used by `recall.ts` and tests.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { genesis, hex, sha256 } from "../../core/journal/hash.ts"
import type { Checkpoint } from "../../core/port/checkpoints.ts"

export interface Prefix {
  /** In each partition the events up to this offset. */
  readonly offsets: Checkpoint
  /** Whether each view has come just as far: then nothing in them has to be left out. */
  readonly isAllThereIs: boolean
}

/** What all of them hold. */
export const commonPrefix = (checkpoints: ReadonlyArray<Checkpoint>): Prefix => {
  const offsets = new Map<number, number>()
  let isAllThereIs = true
  for (const checkpoint of checkpoints) {
    for (const [partition, offset] of checkpoint) {
      const least = offsets.get(partition)
      isAllThereIs &&= least === undefined || least === offset
      offsets.set(partition, Math.min(least ?? offset, offset))
    }
  }
  return { offsets, isAllThereIs }
}

/** A view that has no checkpoint in the other's partition would be missing above; all have one in each from the first. */
const ordered = (offsets: Checkpoint) => [...offsets].sort(([left], [right]) => left - right)

/**
 * SHA-256 over each partition in order: its number and offset (8 bytes each, big-endian) and the chain hash of the event
 * there, which stands for all before it.
 */
export const prefixHash = (offsets: Checkpoint, hashes: ReadonlyMap<number, Uint8Array>): string => {
  const bytes = Buffer.concat(
    ordered(offsets).flatMap(([partition, offset]) => {
      const place = Buffer.alloc(16)
      place.writeBigUInt64BE(BigInt(partition), 0)
      place.writeBigUInt64BE(BigInt(offset), 8)
      return [place, hashes.get(partition) ?? genesis]
    })
  )
  return hex(sha256(bytes))
}

/** The chain hash at each of these offsets. `offset 0` keeps Postgres from joining over all partitions. */
export const chainHashes = Effect.fnUntraced(function* (offsets: Checkpoint) {
  const sql = yield* SqlClient.SqlClient
  const places = ordered(offsets)
  const rows = yield* sql<{ readonly partition: number; readonly hash: Uint8Array }>`
    select place.partition, event.hash
    from unnest(
      ${places.map(([partition]) => partition)}::integer[], ${places.map(([, offset]) => offset)}::bigint[]
    ) as place (partition, last)
    cross join lateral (
      select hash from event where event.partition = place.partition and event."offset" = place.last offset 0
    ) as event`
  return new Map(rows.map(({ hash, partition }) => [partition, hash]))
})

export const eventsIn = (offsets: Checkpoint): number => [...offsets.values()].reduce((sum, offset) => sum + offset, 0)
