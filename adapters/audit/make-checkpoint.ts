// Makes a checkpoint of the journal as it is now, from where the last one ended, and publishes those that haven't left the
// machine. Used by `traveler audit checkpoint` and the core's schedule.
import { Clock, Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { BusinessRuleViolation, DataQualityIssue } from "../../core/failure.ts"
import { eventHash, genesis, hex, sha256 } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { RightEdge } from "../../core/journal/merkle.ts"
import { technicalFailure } from "../postgres/failure.ts"
import {
  type Checkpoint,
  digestOf,
  eventsIn,
  parseCheckpoint,
  type SignedCheckpoint,
  signCheckpoint
} from "./checkpoint.ts"
import { hashesFile } from "./hashes-file.ts"
import type { SigningKey } from "./keys.ts"
import type { Place } from "./place.ts"
import { notOurs, publish } from "./publish.ts"
import { isSignedBy } from "./signed-note.ts"
import { type Edge, lastStored, storeCheckpoint, storedEdges, storeEdges } from "./tables.ts"

const pageSize = 5_000

/** Of one checkpoint, whose hashes are one value in the database and one file: 8 MB. More are for another one, at once. */
const mostEvents = 250_000

export interface Signing {
  readonly key: SigningKey
  /** Whose signature counts from the next checkpoint on: the same one, unless the key is rotated. */
  readonly next: SigningKey
}

const verifyFirst = "Find out what happened: npm run traveler -- audit verify"

const broken = (partition: number, offset: number, reason: string) =>
  new DataQualityIssue({
    field: "journal",
    value: `partition ${partition}, offset ${offset}`,
    reason: `${reason}; nothing is signed beyond it`,
    nextStep: verifyFirst
  })

/** Whether the edges that are kept are what the last checkpoint signed: an altered one would make a wrong root. */
const requireEdges = (last: SignedCheckpoint, edges: ReadonlyMap<number, Edge>) => {
  const unlike = last.partitions.findIndex(({ hash, root, size }, partition) => {
    const kept = edges.get(partition)
    const isLike = kept?.edge.size === size && hex(kept.edge.root) === hex(root) && hex(kept.hash) === hex(hash)
    return !isLike
  })
  return unlike < 0
    ? Effect.void
    : Effect.fail(notOurs(last.number, `What the database keeps of partition ${unlike} isn't what it signed`))
}

/** The last checkpoint, if there is one and this key may follow it. */
const lastSigned = Effect.fnUntraced(function* ({ key }: Signing) {
  const stored = yield* lastStored
  if (stored === undefined) return undefined
  const last = parseCheckpoint(stored.note)
  if (last?.number !== stored.number || !isSignedBy(last.note, last.key))
    return yield* notOurs(stored.number, "What the database holds of it was changed")
  if (last.key.text === key.text) return last
  return yield* new BusinessRuleViolation({
    field: "key",
    value: `${key.name} ${key.id}`,
    reason: `Checkpoint ${last.number} says that the next one is signed by the key ${last.key.id}`,
    nextStep: "Give that key, or vouch for this one with it: npm run traveler -- audit checkpoint rotate --help"
  })
})

/** The hashes of a partition's events up to `head` that aren't in its edge yet, which grows with them. */
const grow = Effect.fnUntraced(function* (partition: number, head: number, { edge, hash }: Edge) {
  const journal = yield* Journal
  if (head < edge.size)
    return yield* broken(partition, head + 1, `The log ends there, and the last checkpoint signed ${edge.size} events`)
  const grown = new RightEdge(edge.size, edge.nodes)
  const hashes: Array<Uint8Array> = []
  let last = hash
  while (grown.size < head) {
    const rows = yield* journal.rows(partition, grown.size, Math.min(pageSize, head - grown.size))
    if (rows.length === 0) return yield* broken(partition, grown.size + 1, "The event is gone")
    for (const row of rows) {
      if (row.offset !== grown.size + 1 || hex(eventHash(last, row)) !== hex(row.hash))
        return yield* broken(partition, grown.size + 1, "The event doesn't follow from the one before it")
      grown.append(row.hash)
      hashes.push(row.hash)
      last = row.hash
    }
  }
  return { edge: { edge: grown, hash: last }, hashes }
})

const none: Edge = { edge: new RightEdge(), hash: genesis }

/** Each partition's head, but no more events in all than one checkpoint takes. */
const within = (heads: ReadonlyMap<number, number>, partitions: number, edges: ReadonlyMap<number, Edge>) => {
  let left = mostEvents
  const upTo = Array.from({ length: partitions }, (_, partition) => {
    const head = heads.get(partition) ?? 0
    const size = edges.get(partition)?.edge.size ?? 0
    const taken = Math.min(head, size + left)
    left -= Math.max(0, taken - size)
    return taken
  })
  return { upTo, isAll: upTo.every((taken, partition) => taken === (heads.get(partition) ?? 0)) }
}

const failed = (error: SqlError.SqlError) => technicalFailure("tables of the audit")(error)

/** One after the other in the whole cluster: each follows from the one before. */
const makeOne = Effect.fnUntraced(function* (signing: Signing, place: Place | undefined) {
  const sql = yield* SqlClient.SqlClient
  const journal = yield* Journal
  yield* sql`select pg_advisory_xact_lock(hashtext('audit checkpoint'))`
  const last = yield* lastSigned(signing)
  const number = (last?.number ?? 0) + 1
  if (place !== undefined && (yield* place.reaches(number))) {
    const reason = `The database knows ${last?.number ?? "no"} checkpoints, and ${place.name} has this one: the database is an older copy, or the place another journal's`
    return yield* notOurs(number, reason)
  }
  const edges = yield* storedEdges
  if (last !== undefined) yield* requireEdges(last, edges)
  const { isAll, upTo } = within(yield* journal.heads, journal.partitions, edges)
  const grown = yield* Effect.forEach(upTo, (head, partition) => grow(partition, head, edges.get(partition) ?? none), {
    concurrency: 4
  })
  const hashes = hashesFile(grown.map((partition) => partition.hashes))
  const checkpoint: Checkpoint = {
    origin: signing.key.name,
    number,
    time: new Date(yield* Clock.currentTimeMillis).toISOString(),
    previous: last === undefined ? undefined : digestOf(last.note.text),
    key: isAll ? signing.next : signing.key,
    hashes: sha256(hashes),
    partitions: grown.map(({ edge: { edge, hash } }) => ({ size: edge.size, hash, root: edge.root }))
  }
  yield* storeCheckpoint(
    checkpoint.number,
    signCheckpoint(checkpoint, signing.key, isAll ? signing.next : signing.key),
    hashes
  )
  yield* storeEdges(new Map(grown.map(({ edge }, partition) => [partition, edge])))
  return { checkpoint, isAll, added: eventsIn(checkpoint) - (last === undefined ? 0 : eventsIn(last)) }
})

/** Of all that the journal holds now; published where there is a place. */
export const makeCheckpoint = Effect.fnUntraced(function* (signing: Signing, place: Place | undefined) {
  const sql = yield* SqlClient.SqlClient
  let added = 0
  while (true) {
    const made = yield* sql
      .withTransaction(makeOne(signing, place))
      .pipe(Effect.catchTag("SqlError", (error) => Effect.fail(failed(error))))
    added += made.added
    if (place !== undefined) yield* publish(place, signing.key)
    if (made.isAll) return { checkpoint: made.checkpoint, added }
  }
})
export type MadeCheckpoint = Effect.Success<ReturnType<typeof makeCheckpoint>>
