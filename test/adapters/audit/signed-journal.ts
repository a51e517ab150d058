// A small journal with three checkpoints in a folder and a few events after the last: what the tests of the audit tamper
// with. Rows are plain values here, so that a forger can do anything to them.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { type Checkpoint, digestOf, signCheckpoint } from "../../../adapters/audit/checkpoint.ts"
import { hashesFile } from "../../../adapters/audit/hashes-file.ts"
import { newSigningKey, type SigningKey } from "../../../adapters/audit/keys.ts"
import { hashesName, noteName } from "../../../adapters/audit/place.ts"
import { proveJournal } from "../../../adapters/audit/prove-journal.ts"
import { evidenceOf, readPublished } from "../../../adapters/audit/published.ts"
import { memoryJournal } from "../../../adapters/memory/journal.ts"
import type { EventRow } from "../../../core/journal/event.ts"
import { eventHash, genesis, sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { MerkleTree } from "../../../core/journal/merkle.ts"
import { Owner, streamIn } from "../../journal/owner.ts"

/** The rows of each partition. */
export type Logs = ReadonlyArray<ReadonlyArray<EventRow>>

export const partitions = 3
/** How many events of each partition each checkpoint covers; the last is all that there are. */
export const sizes = [12, 12, 30] as const
export const signedSize = 30
export const length = 36

/** Three streams, each event on the next. */
export const logs: Logs = Array.from(
  { length: partitions },
  (_, partition) =>
    new Owner(partition, { offset: 0, hash: genesis, recordedAt: 1_767_000_000_000, lastKey: 0 }).plan(
      Array.from({ length }, (_, index) => ({
        stream: streamIn(partition, partitions, index % 3),
        messageId: `${partition}-${index}`
      }))
    ).rows
)

export const key = newSigningKey("example.com/test")

/** As if made when each partition had so many events. */
export const checkpointAt = (
  of: Logs,
  number: number,
  size: number,
  before: { readonly size: number; readonly text: string } | undefined,
  next: SigningKey = key
): { readonly checkpoint: Checkpoint; readonly hashes: Uint8Array } => {
  const hashesOf = (rows: ReadonlyArray<EventRow>) => rows.slice(0, size).map(({ hash }) => hash)
  const hashes = hashesFile(of.map((rows) => hashesOf(rows).slice(before?.size ?? 0)))
  const checkpoint: Checkpoint = {
    origin: key.name,
    number,
    time: new Date(1_767_100_000_000 + number * 86_400_000).toISOString(),
    previous: before === undefined ? undefined : digestOf(before.text),
    key: next,
    hashes: sha256(hashes),
    partitions: of.map((rows) => ({
      size: Math.min(size, rows.length),
      hash: hashesOf(rows).at(-1) ?? genesis,
      root: new MerkleTree(hashesOf(rows)).root
    }))
  }
  return { checkpoint, hashes }
}

/** The notes of the three checkpoints, into a folder; gives them back. */
export const publishTo = (folder: string, of: Logs = logs, by: SigningKey = key): ReadonlyArray<string> => {
  mkdirSync(folder, { recursive: true })
  const notes: Array<string> = []
  for (const [index, size] of sizes.entries()) {
    const text = notes.at(-1)?.split("\n\n")[0]
    const before = text === undefined ? undefined : { size: sizes[index - 1] ?? 0, text: `${text}\n` }
    const { checkpoint, hashes } = checkpointAt(of, index + 1, size, before, by)
    const note = signCheckpoint(checkpoint, by, by)
    writeFileSync(join(folder, hashesName(index + 1)), hashes)
    writeFileSync(join(folder, noteName(index + 1)), note)
    notes.push(note)
  }
  return notes
}

/** A journal that holds these rows, whatever they are. */
const holding = (of: Logs) =>
  Effect.map(Journal, (journal) =>
    Journal.of({
      ...journal,
      rows: (partition, after, limit) =>
        Effect.succeed((of[partition] ?? []).filter(({ offset }) => offset > after).slice(0, limit))
    })
  ).pipe(Effect.provide(memoryJournal(partitions)))

/** What is proven of these rows by the checkpoints in a folder, and what can't be believed there. */
export const proved = (of: Logs, folder: string, trusted: SigningKey | undefined = key) =>
  Effect.gen(function* () {
    const published = yield* readPublished(folder, trusted)
    const found = yield* proveJournal(evidenceOf(folder, published.checkpoints)).pipe(
      Effect.provideServiceEffect(Journal, holding(of))
    )
    return { published, found }
  })

/** The hashes of all rows made to fit, as whoever has this code and the database could. */
export const madeToFit = (rows: ReadonlyArray<EventRow>): ReadonlyArray<EventRow> => {
  let hash: Uint8Array = genesis
  return rows.map((row) => {
    hash = eventHash(hash, row)
    return { ...row, hash }
  })
}

/** Offsets, and versions within each stream, counted anew. */
export const renumbered = (rows: ReadonlyArray<EventRow>): ReadonlyArray<EventRow> => {
  const versions = new Map<number, number>()
  return rows.map((row, index) => {
    const version = (versions.get(row.key) ?? 0) + 1
    versions.set(row.key, version)
    return { ...row, offset: index + 1, version }
  })
}
