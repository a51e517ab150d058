// An export verifies offline, by us and by Python alone, and whatever is edited in it is found, also where all of it was made
// to fit with another key.
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { afterAll, expect } from "vitest"
import { exportArchive } from "../../../adapters/audit/export.ts"
import { asPem, newSigningKey, type PublicKey } from "../../../adapters/audit/keys.ts"
import { makeCheckpoint } from "../../../adapters/audit/make-checkpoint.ts"
import { parseNote, signNote } from "../../../adapters/audit/signed-note.ts"
import { verifyExport } from "../../../adapters/audit/verify-export.ts"
import type { Wanted } from "../../../adapters/audit/wanted.ts"
import { writeZip } from "../../../adapters/zip.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { partitionOf, StreamName } from "../../../core/journal/stream.ts"
import { makeProjectionTables } from "../../../projections/index.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"
import {
  type Entries,
  edited,
  edits,
  expectFound,
  lines,
  places,
  sealed,
  stranger,
  text,
  unpacked,
  withComment,
  withFileBefore,
  withLines
} from "./export-edits.ts"
import { auditedJournal, journalHere, key, partitions, sign, signedJournal } from "./postgres-journal.ts"

const folder = mkdtempSync(join(tmpdir(), "traveler-export-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const main = join(import.meta.dirname, "../../../scripts/traveler.mjs")
let files = 0
const file = () => join(folder, `${++files}.zip`)

const everything: Wanted = { _tag: "Time", subject: "time of all", from: 0, to: Number.MAX_SAFE_INTEGER }

const exportOf = Effect.fnUntraced(function* (wanted: Wanted) {
  const path = file()
  const manifest = yield* exportArchive(wanted, key, path)
  return { path, manifest }
}, Effect.scoped)

/** Why it isn't exported after somebody with all rights did something, all of which is undone afterwards. */
const refused = (wanted: Wanted, tamper: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql`set local session_replication_role = replica`.pipe(
      Effect.andThen(tamper(sql)),
      Effect.andThen(Effect.provideServiceEffect(exportOf(wanted), Journal, journalHere)),
      sql.withTransaction,
      Effect.flip
    )
  })

const packed = async (entries: Entries): Promise<string> => {
  const path = file()
  await writeZip(path, entries)
  return path
}

const verified = (path: string, trusted: PublicKey | undefined = key) => verifyExport(path, trusted)

const exportable = Layer.effectDiscard(makeProjectionTables(partitions)).pipe(Layer.provideMerge(auditedJournal))

it.live("An export verifies whatever separators ids and texts have, for which JSON needs no escape", () =>
  Effect.gen(function* () {
    const separated = "4711\u2028b\u2029c"
    const stream = StreamName(`order/test/${separated}`)
    const owner = yield* takeOver(partitionOf(stream, partitions))
    yield* (yield* Journal).append(owner.plan([{ stream, messageId: separated }]))
    yield* sign(undefined)
    const { path } = yield* exportOf({ _tag: "Story", subject: `order test/${separated}`, stream })
    expect(yield* verified(path)).toMatchObject({ proven: 1, notYetProven: 0, findings: [] })
  }).pipe(Effect.provide(exportable), Effect.scoped)
)

layer(exportable)("An export", (it) => {
  let signed = false
  const signedOnce = Effect.suspend(() => {
    if (signed) return Effect.void
    signed = true
    return Effect.asVoid(signedJournal(folder))
  })
  /** As it was exported, without being exported again. */
  let exported: { readonly path: string } | undefined
  const whole = Effect.gen(function* () {
    yield* signedOnce
    exported ??= yield* exportOf(everything)
    return exported
  })

  it.effect("of a time verifies, and tells what is not yet proven", () =>
    Effect.gen(function* () {
      const { path } = yield* whole
      expect(yield* verified(path)).toEqual({
        subject: "time of all",
        checkpoint: { number: 2, time: expect.any(String), key: key.text },
        ...{ proven: 90, notYetProven: 18, rawMessages: 27, findings: [] }
      })
      expect(readFileSync((yield* exportOf(everything)).path).equals(readFileSync(path))).toBe(true)
    })
  )

  it.effect("of a stream holds its neighbours whole, and nothing of theirs", () =>
    Effect.gen(function* () {
      yield* signedOnce
      const sql = yield* SqlClient.SqlClient
      const [own, near, far] = [streamIn(0, partitions, 0), streamIn(1, partitions, 1), streamIn(2, partitions, 2)]
      const edge = (source: StreamName, target: StreamName, offset: number) => sql`
        insert into genealogy.edge (partition, "offset", line, stream, source, target, through, quantity, unit, certainty,
          valid_from, known_from, version, specific)
        values (0, ${offset}::int8, 0, ${source}, ${source}, ${target}, 'consumption', 1, 'EA', 'exact', 0, 0, 1, false)`
      yield* edge(own, near, 1)
      yield* edge(near, far, 2)
      const { manifest, path } = yield* exportOf({ _tag: "Story", subject: "order test/1", stream: own })
      expect([...manifest.streams]).toEqual([own, near].sort().map((name) => [name, 12]))
      expect(yield* verified(path)).toMatchObject({ proven: 20, notYetProven: 4, findings: [] })

      const entries = yield* Effect.promise(() => unpacked(path))
      withLines(entries, lines(entries).slice(0, -1))
      const cut = yield* Effect.promise(() => packed(sealed(entries, key)))
      expect((yield* verified(cut)).findings).toContainEqual({
        file: "events.jsonl",
        reason: expect.stringMatching(/^Stream .* ends at version 11 of 12$/)
      })
    })
  )

  for (const one of edits) {
    it.effect(`in which somebody edited ${one.name} is found, and where, also with the manifest made to fit`, () =>
      Effect.gen(function* () {
        const { path } = yield* whole
        const entries = yield* Effect.promise(() => unpacked(path))
        for (const line of places(1)) yield* expectFound(entries, one, line, file())
      })
    )
  }

  it.effect("in which a file is another, missing or more than the manifest says is found", () =>
    Effect.gen(function* () {
      const { path } = yield* whole
      const after = (edit: (entries: Entries) => unknown) =>
        Effect.gen(function* () {
          const entries = yield* Effect.promise(() => unpacked(path))
          edit(entries)
          return (yield* verified(yield* Effect.promise(() => packed(entries)))).findings
        })
      expect(yield* after((entries) => entries.set("README.txt", Buffer.from("Trust me")))).toEqual([
        { file: "README.txt", reason: "It isn't the file of the manifest" }
      ])
      expect(yield* after((entries) => entries.delete("verify.py"))).toEqual([
        { file: "verify.py", reason: "It is missing" }
      ])
      expect(yield* after((entries) => entries.set("more.txt", Buffer.from("More")))).toEqual([
        { file: "more.txt", reason: "The manifest doesn't know it" }
      ])
    })
  )

  it.effect("in which the manifest was edited is found, or is none", () =>
    Effect.gen(function* () {
      const { path } = yield* whole
      const after = (edit: (manifest: string) => string) =>
        Effect.gen(function* () {
          const entries = yield* Effect.promise(() => unpacked(path))
          entries.set("manifest.txt", Buffer.from(edit(text(entries, "manifest.txt"))))
          return yield* verified(yield* Effect.promise(() => packed(entries)))
        })
      const notSigned = { file: "manifest.txt", reason: expect.stringContaining("isn't signed by") }
      expect((yield* after((of) => of.replace("not yet proven 18", "not yet proven 17"))).findings).toContainEqual(
        notSigned
      )
      expect((yield* after((of) => of.replace("export time of all", "export time of more"))).findings).toEqual([
        notSigned
      ])
      expect((yield* after((of) => of.replace(/— .*\n/, ""))).findings).toEqual([notSigned])
      expect(yield* Effect.flip(after((of) => of.replace("events 108", "events more")))).toMatchObject({
        field: "export"
      })
    })
  )

  it.effect("that another key signed anew is found by whoever has the right key, and only then", () =>
    Effect.gen(function* () {
      const { path } = yield* whole
      const entries = yield* Effect.promise(() => unpacked(path))
      const checkpoint = parseNote(text(entries, "checkpoint.txt"))?.text.replace(key.text, stranger.text) ?? ""
      entries.set("checkpoint.txt", Buffer.from(signNote(checkpoint, [stranger])))
      entries.set("public-key.txt", Buffer.from(`${stranger.text}\n`))
      entries.set("public-key.pem", Buffer.from(asPem(stranger)))
      const forged = yield* Effect.promise(() => packed(sealed(entries)))
      expect((yield* verified(forged)).findings.map(({ file }) => file)).toEqual(["checkpoint.txt", "manifest.txt"])
      expect(yield* verifyExport(forged, undefined)).toMatchObject({
        findings: [],
        checkpoint: { key: stranger.text }
      })
    })
  )

  it.effect("is verified by the command where there is no database and no broker", () =>
    Effect.gen(function* () {
      const { path } = yield* whole
      const nowhere = {
        TRAVELER_POSTGRES_URL: "postgres://nobody@127.0.0.1:1/none",
        TRAVELER_BROKER_URL: "amqp://a:b@127.0.0.1:1"
      }
      const { status, stderr, stdout } = spawnSync(process.execPath, [main, "audit", "verify", path, "--json"], {
        env: { ...process.env, ...nowhere },
        encoding: "utf8"
      })
      expect({ status, stderr, answer: JSON.parse(stdout) }).toMatchObject({
        ...{ status: 0, stderr: "", answer: { sound: true, trusted: false, proven: 90, notYetProven: 18 } }
      })
    })
  )

  const python = spawnSync("python3", ["--version"]).status === 0
  it.effect.skipIf(!python)("is verified by Python alone, which finds an edited event", () =>
    Effect.gen(function* () {
      const { path } = yield* whole
      const entries = yield* Effect.promise(() => unpacked(path))
      const run = (of: Entries) => {
        const place = mkdtempSync(join(folder, "python-"))
        for (const [name, bytes] of of) {
          mkdirSync(dirname(join(place, name)), { recursive: true })
          writeFileSync(join(place, name), bytes)
        }
        const { status, stdout } = spawnSync("python3", ["verify.py"], { cwd: place, encoding: "utf8" })
        return { status, stdout: stdout.trim() }
      }
      expect(run(entries)).toEqual({
        status: 0,
        stdout: "90 events are in the tree whose root checkpoint.txt holds, 18 came after it."
      })
      edited(entries, 7, (event) => ({ ...event, type: "Forged" }))
      expect(run(entries)).toMatchObject({ status: 1, stdout: expect.stringContaining("events.jsonl, line 7") })
    })
  )

  it.effect("of what isn't there is refused, and so is one of a journal that was tampered with", () =>
    Effect.gen(function* () {
      yield* signedOnce
      const nothing = { _tag: "Story", subject: "order test/none", stream: StreamName("order/test/none") } as const
      expect(yield* Effect.flip(exportOf(nothing))).toMatchObject({ reason: "The journal holds no event of it" })
      expect(
        yield* refused(everything, (sql) => sql`update event set type = 'Forged' where partition = 1 and "offset" = 14`)
      ).toMatchObject({ field: "journal", value: "partition 1" })
    })
  )

  it.effect("from which somebody kept events back by what the database says of them is refused", () =>
    Effect.gen(function* () {
      yield* signedOnce
      const stream = streamIn(1, partitions, 0)
      const story: Wanted = { _tag: "Story", subject: "order test/1", stream }
      const ofPartition = { field: "journal", value: "partition 1" }
      const kept: ReadonlyArray<readonly [Wanted, (sql: SqlClient.SqlClient) => Effect.Effect<unknown, unknown>]> = [
        [story, (sql) => sql`update event set stream_key = 2 where partition = 1 and stream_key = 1 and version > 9`],
        [everything, (sql) => sql`update event set recorded_at = -1 where partition = 1`],
        [
          { ...story, stream: streamIn(0, partitions, 0) },
          (sql) =>
            Effect.all([
              sql`
                  insert into genealogy.edge (partition, "offset", line, stream, source, target, through, quantity, unit,
                    certainty, valid_from, known_from, version, specific)
                  values (0, 3::int8, 0, ${streamIn(0, partitions, 0)}, ${streamIn(0, partitions, 0)}, ${stream},
                    'consumption', 1, 'EA', 'exact', 0, 0, 1, false)`,
              sql`delete from stream where partition = 1 and name = ${stream}`
            ])
        ]
      ]
      for (const [wanted, tamper] of kept) expect(yield* refused(wanted, tamper)).toMatchObject(ofPartition)
      expect(
        yield* refused(everything, (sql) => sql`update audit_checkpoint set note = replace(note, 'time 1', 'time 2')`)
      ).toMatchObject({ field: "checkpoint" })
    })
  )

  it.effect("whose archive has two files of a name, or bytes that are no file, is found", () =>
    Effect.gen(function* () {
      const zip = readFileSync((yield* whole).path)
      const after = (edit: (zip: Buffer) => Promise<Buffer> | Buffer) =>
        Effect.gen(function* () {
          const path = file()
          const edited = yield* Effect.promise(async () => edit(zip))
          yield* Effect.sync(() => writeFileSync(path, edited))
          return (yield* verified(path)).findings
        })
      expect(yield* after((zip) => zip)).toEqual([])
      expect(yield* after((zip) => withFileBefore(zip, file(), "events.jsonl", true))).toEqual([
        { file: "events.jsonl", reason: "The archive has another file of this name" }
      ])
      for (const hidden of [
        (zip: Buffer) => withFileBefore(zip, file(), "events.jsonl", false),
        (zip: Buffer) => withComment(zip, "Trust me")
      ])
        expect(yield* after(hidden)).toEqual([
          { file: "the archive", reason: "It has bytes that belong to none of its files" }
        ])
    })
  )

  // The last, since the key changes.
  it.effect("after a rotation is believed by whoever trusts the old key, or the new one", () =>
    Effect.gen(function* () {
      yield* signedOnce
      const next = newSigningKey(key.name)
      yield* makeCheckpoint({ key, next }, undefined)
      const path = file()
      yield* Effect.scoped(exportArchive(everything, next, path))
      for (const trusted of [key, next])
        expect(yield* verified(path, trusted)).toMatchObject({ proven: 108, notYetProven: 0, findings: [] })
      expect((yield* verified(path, stranger)).findings).toHaveLength(2)
      expect(yield* Effect.flip(exportOf(everything))).toMatchObject({ field: "key" })
    })
  )

  it.effect("after many rotations is believed by whoever trusts any of the keys", () =>
    Effect.gen(function* () {
      const keys = [newSigningKey(key.name)]
      const sql = yield* SqlClient.SqlClient
      yield* Effect.all([sql`delete from audit_checkpoint`, sql`delete from audit_edge`])
      for (let number = 1; number <= 11; number++) {
        const [old, next] = [keys.at(-1) ?? key, newSigningKey(key.name)]
        keys.push(next)
        yield* makeCheckpoint({ key: old, next }, undefined)
      }
      const path = file()
      yield* Effect.scoped(exportArchive(everything, keys.at(-1) ?? key, path))
      for (const trusted of keys) expect((yield* verified(path, trusted)).findings).toEqual([])
    })
  )
})
