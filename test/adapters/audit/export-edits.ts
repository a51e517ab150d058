// An export taken apart and put together again, and the ways in which somebody may edit one. For tests.

import { readFileSync } from "node:fs"
import { buffer } from "node:stream/consumers"
import { Effect } from "effect"
import fc from "fast-check"
import { expect } from "vitest"
import { openArchive } from "../../../adapters/audit/archive.ts"
import { newSigningKey, type SigningKey } from "../../../adapters/audit/keys.ts"
import { manifestText, parseManifest } from "../../../adapters/audit/manifest.ts"
import { parseNote, signNote } from "../../../adapters/audit/signed-note.ts"
import { verifyExport } from "../../../adapters/audit/verify-export.ts"
import { writeZip } from "../../../adapters/zip.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { key } from "./postgres-journal.ts"

export type Entries = Map<string, Buffer>

export const unpacked = async (path: string): Promise<Entries> => {
  const archive = await openArchive(path)
  const entries: Entries = new Map()
  for (const name of archive.names) entries.set(name, await buffer(await archive.open(name)))
  archive.close()
  return entries
}

export const text = (entries: Entries, name: string): string => entries.get(name)?.toString() ?? ""
export const lines = (entries: Entries): ReadonlyArray<string> => text(entries, "events.jsonl").split("\n").slice(0, -1)
export const withLines = (entries: Entries, of: ReadonlyArray<string>) =>
  entries.set("events.jsonl", Buffer.from(of.map((line) => `${line}\n`).join("")))

export const edited = (
  entries: Entries,
  line: number,
  edit: (event: Record<string, unknown>) => Record<string, unknown>
) =>
  withLines(
    entries,
    lines(entries).map((of, index) => (index === line - 1 ? JSON.stringify(edit(JSON.parse(of))) : of))
  )

/** Whose key nobody trusts. */
export const stranger = newSigningKey(key.name)

/** The manifest made to fit the files, and sealed by whoever can. */
export const sealed = (entries: Entries, by: SigningKey = stranger): Entries => {
  const manifest =
    parseManifest(parseNote(text(entries, "manifest.txt"))?.text ?? "") ?? expect.unreachable("It has no manifest")
  const hashes = Array.from(entries, ([name, bytes]) => [name, hex(sha256(bytes))] as const)
  const fitted = {
    ...manifest,
    events: lines(entries).length,
    files: new Map(hashes.filter(([name]) => name !== "manifest.txt").sort())
  }
  return entries.set("manifest.txt", Buffer.from(signNote(manifestText(fitted), [by])))
}

/** The parts of an archive: its files, its directory of them, and where it says that the directory is. */
const parts = (zip: Buffer) => {
  const end = zip.subarray(-22)
  const directory = end.readUInt32LE(16)
  return { files: zip.subarray(0, directory), directory: zip.subarray(directory, -22), end: Buffer.from(end) }
}

/** A directory whose files are so much further back. */
const movedBy = (directory: Buffer, distance: number): Buffer => {
  const moved = Buffer.from(directory)
  for (let at = 0; at < moved.length; ) {
    moved.writeUInt32LE(moved.readUInt32LE(at + 42) + distance, at + 42)
    at += 46 + moved.readUInt16LE(at + 28) + moved.readUInt16LE(at + 30) + moved.readUInt16LE(at + 32)
  }
  return moved
}

/** One more file in front of all others, which the directory knows or doesn't: who unpacks file by file meets it either way. */
export const withFileBefore = async (
  zip: Buffer,
  path: string,
  name: string,
  inDirectory: boolean
): Promise<Buffer> => {
  await writeZip(path, new Map([[name, Buffer.from("forged")]]))
  const [first, { directory, end, files }] = [parts(readFileSync(path)), parts(zip)]
  const fitted = Buffer.concat([...(inDirectory ? [first.directory] : []), movedBy(directory, first.files.length)])
  const count = end.readUInt16LE(10) + (inDirectory ? 1 : 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(fitted.length, 12)
  end.writeUInt32LE(first.files.length + files.length, 16)
  return Buffer.concat([first.files, files, fitted, end])
}

/** A note of its own at the end, as archives may have one. */
export const withComment = (zip: Buffer, comment: string): Buffer => {
  const { directory, end, files } = parts(zip)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([files, directory, end, Buffer.from(comment)])
}

export interface Edit {
  readonly name: string
  /** A line of events that a checkpoint proves. */
  readonly edit: (entries: Entries, line: number) => unknown
  readonly file: string | RegExp
  /** Where events are told by their line. */
  readonly atLine?: boolean
}

const raws = (entries: Entries) => [...entries.keys()].filter((name) => name.startsWith("raw/"))

export const edits: ReadonlyArray<Edit> = [
  {
    name: "what is to be read of an event",
    edit: (entries, line) => edited(entries, line, (event) => ({ ...event, content: { forged: true } })),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "the time to be read",
    edit: (entries, line) => edited(entries, line, (event) => ({ ...event, recordedAt: "2020-01-01T00:00:00.000Z" })),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "an event's type",
    edit: (entries, line) => edited(entries, line, (event) => ({ ...event, type: "Forged" })),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "an event's hash",
    edit: (entries, line) => edited(entries, line, (event) => ({ ...event, hash: event.previous })),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "a proof",
    edit: (entries, line) => edited(entries, line, (event) => ({ ...event, proof: [event.hash] })),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "that there is a proof",
    edit: (entries, line) => edited(entries, line, ({ proof: _, ...event }) => event),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "a line into none",
    edit: (entries, line) => edited(entries, line, ({ stream: _, ...event }) => event),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "an event away",
    edit: (entries, line) => withLines(entries, lines(entries).toSpliced(line - 1, 1)),
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "the order of events",
    edit: (entries, line) => {
      const of = lines(entries)
      return withLines(entries, of.with(line - 1, of[line] ?? "").with(line, of[line - 1] ?? ""))
    },
    ...{ file: "events.jsonl", atLine: true }
  },
  {
    name: "the last event away",
    edit: (entries) => withLines(entries, lines(entries).slice(0, -1)),
    file: "events.jsonl"
  },
  {
    name: "a raw message",
    edit: (entries, line) => {
      const names = raws(entries)
      return entries.set(names[line % names.length] ?? "", Buffer.from("forged"))
    },
    file: /^raw\//
  },
  {
    name: "a raw message that belongs to nothing into it",
    edit: (entries) => entries.set(`raw/${hex(sha256(Buffer.from("more")))}`, Buffer.from("more")),
    file: /^raw\//
  },
  {
    name: "the checkpoint",
    edit: (entries) =>
      entries.set(
        "checkpoint.txt",
        Buffer.from(text(entries, "checkpoint.txt").replace(/— (\S+) .*/, "— $1 AAAAAAAA"))
      ),
    file: "checkpoint.txt"
  }
]

/** Random lines of the first partition, that the checkpoint proves; neither the first nor the last. */
export const places = (count: number): ReadonlyArray<number> => fc.sample(fc.integer({ min: 2, max: 28 }), count)

/** The edit is found, and where, as it is and with the manifest made to fit; `path` is written over. */
export const expectFound = Effect.fnUntraced(function* (
  whole: Entries,
  { atLine, edit, file }: Edit,
  line: number,
  path: string
) {
  const entries = new Map(whole)
  edit(entries, line)
  const findingsOf = (of: Entries) =>
    Effect.andThen(
      Effect.promise(() => writeZip(path, of)),
      Effect.map(verifyExport(path, key), ({ findings }) => findings)
    )
  const found = expect.objectContaining({ file: expect.stringMatching(file), ...(atLine === true ? { line } : {}) })
  expect(yield* findingsOf(entries), `line ${line}`).toContainEqual(found)
  const fitted = yield* findingsOf(sealed(entries))
  expect(fitted, `line ${line}`).toContainEqual(found)
  expect(fitted).toContainEqual({ file: "manifest.txt", reason: expect.stringContaining("isn't signed by") })
})
