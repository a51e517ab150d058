// Verifies an export offline: no database, no service, nothing but the file and, best, a key that one was given otherwise.
// Used by `traveler audit verify FILE`.

import { createHash } from "node:crypto"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { Effect } from "effect"
import { DataQualityIssue, messageOf } from "../../core/failure.ts"
import { type Archive, openArchive } from "./archive.ts"
import { parseCheckpoint, type SignedCheckpoint } from "./checkpoint.ts"
import { ExportedEvents, type Finding } from "./exported-events.ts"
import { type PublicKey, parsePublicKey } from "./keys.ts"
import { linesOf } from "./lines.ts"
import { type Manifest, manifestName, parseManifest } from "./manifest.ts"
import { isSignedBy, parseNote } from "./signed-note.ts"

export interface VerifiedExport {
  readonly subject: string
  readonly checkpoint: { readonly number: number; readonly time: string; readonly key: string }
  readonly proven: number
  readonly notYetProven: number
  readonly rawMessages: number
  readonly findings: ReadonlyArray<Finding>
}

const notAnExport = (path: string, reason: string) =>
  new DataQualityIssue({
    field: "export",
    value: path,
    reason,
    nextStep: "Give a file that `traveler audit export` wrote, as it was written"
  })

const read = (path: string, archive: Archive, name: string) =>
  Effect.tryPromise({
    try: async () => (await buffer(await archive.open(name))).toString("utf8"),
    catch: () => notAnExport(path, `It has no ${name} that can be read`)
  })

/** Each file by its SHA-256; of those that can't be read, none. */
const hashesOf = (archive: Archive) =>
  Effect.promise(async () => {
    const hashes = new Map<string, string>()
    for (const name of archive.names) {
      const hash = createHash("sha256")
      const isRead = await archive
        .open(name)
        .then((stream) => pipeline(stream, hash))
        .then(
          () => true,
          () => false
        )
      hashes.set(name, isRead ? hash.digest("hex") : "")
    }
    return hashes
  })

const unlisted = (manifest: Manifest, hashes: ReadonlyMap<string, string>): ReadonlyArray<Finding> => [
  ...Array.from(manifest.files).flatMap(([file, hash]) => {
    const found = hashes.get(file)
    if (found === hash) return []
    return [{ file, reason: found === undefined ? "It is missing" : "It isn't the file of the manifest" }]
  }),
  ...Array.from(hashes.keys())
    .filter((file) => file !== manifestName && !manifest.files.has(file))
    .map((file) => ({ file, reason: "The manifest doesn't know it" }))
]

/** From the key that is trusted, by each rotation that it or its successor signed, to the one that counts. */
const keyAfter = (key: PublicKey, rotations: ReadonlyArray<SignedCheckpoint>): PublicKey =>
  rotations
    .toSorted((left, right) => left.number - right.number)
    .reduce(
      (current, rotation) =>
        isSignedBy(rotation.note, current) && isSignedBy(rotation.note, rotation.key) ? rotation.key : current,
      key
    )

const readEvents = (archive: Archive, checkpoint: SignedCheckpoint, manifest: Manifest) =>
  Effect.promise(async () => {
    const events = new ExportedEvents()
    try {
      for await (const line of linesOf(await archive.open("events.jsonl"))) events.take(line, checkpoint, manifest)
    } catch (cause) {
      events.findings.push({ file: "events.jsonl", reason: `It can't be read: ${String(cause)}` })
    }
    events.end(manifest)
    return events
  })

const rawFindings = (hashes: ReadonlyMap<string, string>, digests: ReadonlySet<string>): ReadonlyArray<Finding> =>
  Array.from(hashes).flatMap(([file, hash]) => {
    if (!file.startsWith("raw/")) return []
    if (file !== `raw/${hash}`) return [{ file, reason: "Its bytes aren't those whose hash it has for a name" }]
    return digests.has(hash) ? [] : [{ file, reason: "No event of the export came from it" }]
  })

export const verifyExport = (path: string, trusted: PublicKey | undefined) =>
  Effect.gen(function* () {
    const archive = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () => openArchive(path),
        catch: (error) => notAnExport(path, messageOf(error))
      }),
      ({ close }) => Effect.sync(close)
    )
    const manifestNote = parseNote(yield* read(path, archive, manifestName))
    const manifest = manifestNote === undefined ? undefined : parseManifest(manifestNote.text)
    const checkpoint = parseCheckpoint(yield* read(path, archive, "checkpoint.txt"))
    const ownKey = parsePublicKey(yield* read(path, archive, "public-key.txt"))
    if (manifestNote === undefined || manifest === undefined)
      return yield* notAnExport(path, "Its manifest was changed")
    if (checkpoint === undefined) return yield* notAnExport(path, "Its checkpoint was changed")
    if (ownKey === undefined) return yield* notAnExport(path, "Its key was changed")
    const rotations = yield* Effect.forEach(
      archive.names.filter((name) => name.startsWith("rotations/")),
      (name) => Effect.map(read(path, archive, name), (text) => parseCheckpoint(text) ?? [])
    )
    const key = keyAfter(trusted ?? ownKey, rotations.flat())
    const hashes = yield* hashesOf(archive)
    const events = yield* readEvents(archive, checkpoint, manifest)
    const findings: ReadonlyArray<Finding> = [
      ...archive.faults,
      ...(isSignedBy(checkpoint.note, key) ? [] : [{ file: "checkpoint.txt", reason: notSignedBy(key) }]),
      ...(isSignedBy(manifestNote, key) ? [] : [{ file: manifestName, reason: notSignedBy(key) }]),
      ...(manifest.checkpoint === checkpoint.number && manifest.origin === checkpoint.origin
        ? []
        : [{ file: "checkpoint.txt", reason: "It isn't the one that the manifest speaks of" }]),
      ...unlisted(manifest, hashes),
      ...events.findings,
      ...rawFindings(hashes, events.digests)
    ]
    const verified: VerifiedExport = {
      subject: manifest.subject,
      checkpoint: { number: checkpoint.number, time: checkpoint.time, key: key.text },
      ...{ proven: events.proven, notYetProven: events.notYetProven, findings },
      rawMessages: archive.names.filter((name) => name.startsWith("raw/")).length
    }
    return verified
  }).pipe(Effect.scoped)

const notSignedBy = ({ id, name }: PublicKey): string => `It isn't signed by the key ${name} ${id}`
