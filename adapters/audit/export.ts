// Writes one archive that proves what it holds without the database: events, raw messages, proofs, the checkpoint, the key.
// Used by `traveler audit export`. What is in it, and how it is verified: docs/audit.md.
import { createHash } from "node:crypto"
import { createReadStream, createWriteStream } from "node:fs"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect, type Scope } from "effect"
import type { SqlClient } from "effect/sql"
import {
  BusinessRuleViolation,
  DataQualityIssue,
  type Failure,
  messageOf,
  TechnicalFailure
} from "../../core/failure.ts"
import { decode } from "../../core/journal/codec.ts"
import type { EventContent } from "../../core/journal/event.ts"
import { eventHash, hex, sha256 } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { type Content, writeZip } from "../zip.ts"
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts"
import { evidenceLine } from "./evidence-line.ts"
import { type Offsets, rowsAt } from "./export-rows.ts"
import { asPem, type SigningKey } from "./keys.ts"
import { type Manifest, manifestName, manifestText } from "./manifest.ts"
import { notOurs } from "./publish.ts"
import { readme } from "./readme.ts"
import { isSignedBy, signNote } from "./signed-note.ts"
import { notSigned, signedTree } from "./signed-tree.ts"
import { lastStored, rotationNotes } from "./tables.ts"
import { foundFor, type Wanted } from "./wanted.ts"

const batch = 1_000

const nothing = (subject: string) =>
  new DataQualityIssue({
    field: "export",
    value: subject,
    reason: "The journal holds no event of it",
    nextStep: "See what there is: npm run traveler -- order show, or lot show"
  })

const noCheckpoint = () =>
  new BusinessRuleViolation({
    field: "export",
    value: "",
    reason: "There is no checkpoint, so nothing could be proven",
    nextStep: "Make one: npm run traveler -- audit checkpoint"
  })

const otherKey = (expected: string) =>
  new BusinessRuleViolation({
    field: "key",
    value: expected,
    reason: "The last checkpoint names another key than the one given",
    nextStep: "Give the key whose id that is"
  })

const notWritten = (path: string) => (error: unknown) =>
  new TechnicalFailure({
    field: "output",
    value: path,
    reason: messageOf(error),
    nextStep: "Name a file in a folder that can be written to"
  })

const writing = <A>(path: string, what: () => Promise<A>) => Effect.tryPromise({ try: what, catch: notWritten(path) })

/** The digest of the message that caused an event; of bytes that can't be read there is none. */
const digestIn = (content: Uint8Array): Uint8Array | undefined => {
  try {
    const { digest } = decode<EventContent>(content).metadata
    return digest instanceof Uint8Array ? digest : undefined
  } catch {
    return undefined
  }
}

/** Writes the events line by line, and tells which raw messages they came from. */
const writeEvents = Effect.fnUntraced(function* (path: string, wanted: ReadonlyArray<Offsets>, checkpoint: Checkpoint) {
  const file = yield* Effect.acquireRelease(
    Effect.sync(() => createWriteStream(path)),
    (stream) => Effect.sync(() => stream.destroy())
  )
  const write = (text: string) =>
    writing(
      path,
      () => new Promise<void>((done, failed) => file.write(text, (error) => (error ? failed(error) : done())))
    )
  const digests = new Map<string, Uint8Array>()
  let [events, notYetProven] = [0, 0]
  for (const { offsets, partition } of wanted) {
    const of = checkpoint.partitions[partition]
    if (of === undefined) return yield* notSigned(partition)
    const tree = yield* signedTree(partition, of, checkpoint.number)
    for (let at = 0; at < offsets.length; at += batch) {
      const rows = yield* rowsAt({ partition, offsets: offsets.slice(at, at + batch) })
      if (rows.some(({ previous, row }) => hex(eventHash(previous, row)) !== hex(row.hash)))
        return yield* notSigned(partition)
      const lines = rows.map(({ previous, row }) => {
        const proof = row.offset > of.size ? undefined : tree.inclusion(row.offset - 1)
        if (proof === undefined) notYetProven++
        const digest = digestIn(row.content)
        if (digest !== undefined) digests.set(hex(digest), digest)
        return `${JSON.stringify(evidenceLine(row, previous, proof))}\n`
      })
      events += rows.length
      yield* write(lines.join(""))
    }
  }
  yield* writing(path, () => new Promise<void>((done) => file.end(() => done())))
  return { events, notYetProven, digests }
})

const hashOf = async (content: Content): Promise<string> => {
  if (content instanceof Uint8Array) return hex(sha256(content))
  const hash = createHash("sha256")
  await pipeline(createReadStream(content.path), hash)
  return hash.digest("hex")
}

const temporaryFolder = Effect.acquireRelease(
  writing(tmpdir(), () => mkdtemp(join(tmpdir(), "traveler-export-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

/** The last checkpoint, and those that named another key on the way to it. */
const checkpointFor = Effect.fnUntraced(function* (key: SigningKey) {
  const failing = technicalFailure("tables of the audit")
  const stored = yield* lastStored.pipe(Effect.mapError(failing))
  const checkpoint = stored === undefined ? undefined : parseCheckpoint(stored.note)
  if (stored === undefined || checkpoint === undefined) return yield* noCheckpoint()
  if (checkpoint.key.text !== key.text) return yield* otherKey(checkpoint.key.id)
  if (!isSignedBy(checkpoint.note, key))
    return yield* notOurs(checkpoint.number, `It isn't signed by the key ${key.id}`)
  const rotations = yield* rotationNotes(checkpoint.number).pipe(Effect.mapError(failing))
  return { note: stored.note, checkpoint, rotations }
})

/** One archive, the same byte for byte as long as the journal and the last checkpoint are. */
export const exportArchive = (
  wanted: Wanted,
  key: SigningKey,
  output: string
): Effect.Effect<Manifest, Failure, Journal | SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const { checkpoint, note, rotations } = yield* checkpointFor(key)
    const { offsets, runs, streams } = yield* foundFor(wanted)
    if (offsets.every((of) => of.offsets.length === 0)) return yield* nothing(wanted.subject)
    const folder = yield* temporaryFolder
    const path = join(folder, "events.jsonl")
    const { digests, events, notYetProven } = yield* writeEvents(path, offsets, checkpoint)
    const entries = new Map<string, Content>([
      ["README.txt", Buffer.from(readme)],
      ["checkpoint.txt", Buffer.from(note)],
      ["events.jsonl", { path }],
      ["public-key.pem", Buffer.from(asPem(key))],
      ["public-key.txt", Buffer.from(`${key.text}\n`)],
      ["verify.py", yield* writing("verify.py", () => readFile(new URL("./verify.py", import.meta.url)))],
      ...rotations.map(({ note, number }) => [`rotations/${number}.txt`, Buffer.from(note)] as const)
    ])
    for (const [name, digest] of digests) {
      const bytes = yield* journal.raw(digest)
      if (bytes !== undefined) entries.set(`raw/${name}`, bytes)
    }
    const files = new Map<string, string>()
    for (const [name, content] of entries) files.set(name, yield* writing(output, () => hashOf(content)))
    const manifest: Manifest = {
      ...{ origin: key.name, subject: wanted.subject, checkpoint: checkpoint.number },
      ...{ events, notYetProven, streams, runs, files: new Map([...files].sort()) }
    }
    entries.set(manifestName, Buffer.from(signNote(manifestText(manifest), [key])))
    yield* writing(output, () => writeZip(output, entries))
    return manifest
  })
