// What is known of the whole journal after it was held against what has left the machine. Used by `traveler audit verify`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Journal } from "../../core/journal/journal.ts"
import { alteredBlocks } from "../archive/altered.ts"
import { undecided } from "../archive/undecided.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { besides } from "./besides.ts"
import type { ProvedPartition } from "./prove-partition.ts"
import type { Doubt, Published } from "./published.ts"
import { lastStored } from "./tables.ts"

export interface Verdict {
  /** The last one that can be believed; undefined where none has left the machine. */
  readonly checkpoint?: { readonly number: number; readonly time: string; readonly key: string }
  readonly partitions: ReadonlyArray<ProvedPartition>
  readonly doubts: ReadonlyArray<Doubt>
  /** Places of events and names that are in no log, but in its tables. */
  readonly besides: ReadonlyArray<string>
  /** SHA-256 of raw messages whose bytes are others now. */
  readonly alteredRaw: ReadonlyArray<string>
  /** SHA-256 of raw messages whose bytes are gone, which the journal has no decision for. */
  readonly undecided: ReadonlyArray<string>
  /** Blocks of the archive of which a message's bytes are others now, or gone, by their place. */
  readonly alteredBlocks: ReadonlyArray<string>
}

const failing = technicalFailure("tables of the audit")

/** Postgres does it, so that no bytes travel. Redacted ones have left only their hash behind, as they should. */
const alteredRaw = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly hash: string }>`
    select encode(hash, 'hex') as hash from raw where bytes is not null and sha256(bytes) <> hash order by hash`
  return rows.map(({ hash }) => hash)
}).pipe(Effect.mapError(failing))

/** A checkpoint that the database says it has sent to the second place. */
export interface Sent {
  readonly number: number
  readonly to: string
}

/** The last: to be asked before the second place is read, since a core may send another one while the journal is verified. */
export const lastSent = Effect.gen(function* () {
  const stored = yield* lastStored
  if (stored === undefined || stored.publishedTo === null) return undefined
  const sent: Sent = { number: stored.number, to: stored.publishedTo }
  return sent
}).pipe(Effect.mapError(failing))

/** Whether the second place has all that was sent there: somebody may have put an older copy in its stead. */
const setBack = ({ checkpoints, doubt }: Published, sent: Sent | undefined): ReadonlyArray<Doubt> => {
  if (doubt !== undefined || sent === undefined || sent.number <= (checkpoints.at(-1)?.number ?? 0)) return []
  const reason = `The database has it, and published it to ${sent.to}, but it isn't there`
  return [{ checkpoint: sent.number, reason }]
}

/** How a journal is cut into partitions is fixed for ever. */
const cutOtherwise = Effect.fnUntraced(function* ({ checkpoints }: Published) {
  const { partitions } = yield* Journal
  const last = checkpoints.at(-1)
  if (last === undefined || last.partitions.length === partitions) return []
  const reason = `It has ${last.partitions.length} partitions, and the journal says it has ${partitions}`
  return [{ checkpoint: last.number, reason }]
})

const followed = ({ notYetProven, partition, proven }: ProvedPartition) => ({ partition, last: proven + notYetProven })

export const verdict = Effect.fnUntraced(function* (
  sent: Sent | undefined,
  published: Published,
  partitions: ReadonlyArray<ProvedPartition>
) {
  const { checkpoints, doubt } = published
  const last = checkpoints.at(-1)
  const found: Verdict = {
    ...(last === undefined ? {} : { checkpoint: { number: last.number, time: last.time, key: last.key.text } }),
    partitions,
    doubts: [...(doubt === undefined ? [] : [doubt]), ...setBack(published, sent), ...(yield* cutOtherwise(published))],
    besides: yield* besides(partitions.map(followed)),
    alteredRaw: yield* alteredRaw,
    undecided: yield* undecided,
    alteredBlocks: yield* alteredBlocks
  }
  return found
})

export const isSound = ({ alteredBlocks, alteredRaw, besides, doubts, partitions, undecided }: Verdict): boolean =>
  besides.length === 0 &&
  alteredRaw.length === 0 &&
  undecided.length === 0 &&
  alteredBlocks.length === 0 &&
  doubts.length === 0 &&
  partitions.every((partition) => partition.break === undefined)
