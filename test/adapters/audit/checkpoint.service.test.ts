// Checkpoints of a journal on Postgres: made from where the last one ended, published, refused where they would sign what
// was tampered with; and whatever somebody with all rights does to the database is found by them.
import { randomUUID } from "node:crypto"
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it, layer } from "@effect/vitest"
import { Cron, DateTime, Effect, Layer, Schedule, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { afterAll, describe, expect } from "vitest"
import { redact } from "../../../adapters/archive/redact.ts"
import { archive } from "../../../adapters/archive/write.ts"
import { digestOf, eventsIn, parseCheckpoint, signCheckpoint } from "../../../adapters/audit/checkpoint.ts"
import { makeKeyFile, newSigningKey, readSigningKey } from "../../../adapters/audit/keys.ts"
import { makeCheckpoint } from "../../../adapters/audit/make-checkpoint.ts"
import { hashesName, noteName, placeOf } from "../../../adapters/audit/place.ts"
import { proveJournal } from "../../../adapters/audit/prove-journal.ts"
import { publish } from "../../../adapters/audit/publish.ts"
import { evidenceOf, readPublished } from "../../../adapters/audit/published.ts"
import { round, runSchedule } from "../../../adapters/audit/schedule.ts"
import { createAuditTables, firstUnpublished, lastStored } from "../../../adapters/audit/tables.ts"
import { isSound, lastSent, verdict } from "../../../adapters/audit/verdict.ts"
import { proveOnAllProcessors } from "../../../adapters/audit/workers.ts"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { journalTables } from "../../../adapters/postgres/database.ts"
import { journalLayer } from "../../../adapters/postgres/journal.ts"
import type { AnyEvent } from "../../../core/event/catalogue.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { partitionOf, plantStream } from "../../../core/journal/stream.ts"
import { PersonId, PlantId } from "../../../core/plant/identifiers.ts"
import { temporaryDatabase } from "../../harness/database.ts"
import { metadataOf, takeOver } from "../../journal/owner.ts"
import { arrivalOf } from "../archive/archiving.ts"
import {
  auditedJournal,
  journalHere,
  judged,
  judgedAfter,
  key,
  partitions,
  record,
  sign,
  signedJournal
} from "./postgres-journal.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-audit-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const whole = (partition: number) => ({ partition, proven: 30, notYetProven: 6 })

layer(auditedJournal)("A signed journal on Postgres", (it) => {
  const root = mkdtempSync(join(tmpdir(), "traveler-audit-"))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const published = join(root, "published")
  const signed = Effect.suspend(() => (readdirSync(root).length > 0 ? Effect.succeed(published) : signedJournal(root)))

  it.effect("is proven up to the last checkpoint, and what came after it is not yet", () =>
    Effect.gen(function* () {
      const found = yield* judged(yield* signed)
      expect(found).toMatchObject({ checkpoint: { number: 2, key: key.text }, doubts: [], alteredRaw: [] })
      expect(found.partitions).toEqual([0, 1, 2].map(whole))
      expect(isSound(found)).toBe(true)
    })
  )

  /** By plain SQL, with every trigger off: the kinds that the rows' own tests have, as they are done in a database. */
  const kinds: ReadonlyArray<
    readonly [name: string, offset: number, tamper: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, unknown>]
  > = [
    [
      "flips a byte of a content",
      17,
      (sql) => sql`
        update event set content = set_byte(content, 9, get_byte(content, 9) # 1) where partition = 1 and "offset" = 17`
    ],
    ["changes a type", 5, (sql) => sql`update event set type = 'Forged' where partition = 1 and "offset" = 5`],
    [
      "changes a time",
      20,
      (sql) => sql`update event set recorded_at = recorded_at + 1 where partition = 1 and "offset" = 20`
    ],
    ["removes an event", 9, (sql) => sql`delete from event where partition = 1 and "offset" = 9`],
    ["cuts off the last events", 25, (sql) => sql`delete from event where partition = 1 and "offset" >= 25`],
    ["empties a partition", 1, (sql) => sql`truncate event_1`],
    ["drops the table of a range", 1, (sql) => sql`drop table event_1_0`],
    ["renames a stream", 2, (sql) => sql`update stream set name = 'order/x/forged' where partition = 1 and key = 2`],
    ["removes a stream's name", 3, (sql) => sql`delete from stream where partition = 1 and key = 3`],
    [
      "swaps two streams' names",
      1,
      (sql) =>
        Effect.all([
          sql`update stream set key = 0 where partition = 1 and key = 1`,
          sql`update stream set key = 1 where partition = 1 and key = 3`,
          sql`update stream set key = 3 where partition = 1 and key = 0`
        ])
    ],
    [
      "puts an event into another's place",
      14,
      (sql) => sql`
        update event set content = other.content, hash = other.hash from event other
        where event.partition = 1 and event."offset" = 14 and other.partition = 2 and other."offset" = 14`
    ],
    [
      "cuts off the last events and all that the database knows of it",
      28,
      (sql) =>
        Effect.all([
          sql`delete from event where partition = 1 and "offset" >= 28`,
          sql`delete from audit_checkpoint`,
          sql`delete from audit_edge`
        ])
    ]
  ]

  for (const [name, offset, tamper] of kinds) {
    it.effect(`finds that somebody ${name}`, () =>
      Effect.gen(function* () {
        const found = yield* judgedAfter(yield* signed, tamper)
        expect(isSound(found)).toBe(false)
        expect(found.partitions[1]).toMatchObject({ proven: offset - 1, break: { partition: 1, offset } })
        expect([found.partitions[0], found.partitions[2]]).toEqual([whole(0), whole(2)])
      })
    )
  }

  /** Who reads a stream by its versions would find them; who goes from offset to offset never would. */
  const besides: ReadonlyArray<
    readonly [name: string, place: string, add: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, unknown>]
  > = [
    [
      "before the first of a log, as the core itself may insert one",
      "partition 1, offset 0",
      (sql) => sql`
        insert into event select partition, 0, stream_key, 13, type, schema_version, recorded_at, content, hash
        from event where partition = 1 and "offset" = 36`
    ],
    [
      "in a partition that the journal doesn't have",
      "partition 3, offset 1",
      (sql) =>
        Effect.all([
          sql`create table event_3 partition of event for values in (3)`,
          sql`insert into event select 3, 1, stream_key, 1, type, schema_version, recorded_at, content, hash
              from event where partition = 1 and "offset" = 36`
        ])
    ],
    [
      "as a name without events, which the next stream of that name would take for its own",
      "stream order/test/phantom of partition 1",
      (sql) => sql`insert into stream values (1, 99, 'order/test/phantom')`
    ]
  ]

  for (const [name, place, add] of besides) {
    it.effect(`finds what stands ${name}`, () =>
      Effect.gen(function* () {
        const found = yield* judgedAfter(yield* signed, add)
        expect(isSound(found)).toBe(false)
        expect(found.besides).toEqual([place])
      })
    )
  }

  it.effect("finds raw bytes that were edited under their hash", () =>
    Effect.gen(function* () {
      const found = yield* judgedAfter(
        yield* signed,
        (sql) => sql`update raw set bytes = 'other' where hash in (select hash from raw order by hash limit 1)`
      )
      expect(found.alteredRaw).toHaveLength(1)
      expect(isSound(found)).toBe(false)
    })
  )

  it.effect("finds that the second place was set back to an older copy", () =>
    Effect.gen(function* () {
      const copy = join(yield* folder, "copy")
      cpSync(yield* signed, copy, { recursive: true })
      for (const name of [noteName(2), hashesName(2)]) rmSync(join(copy, name))
      const found = yield* judged(copy)
      expect(found.doubts).toEqual([{ checkpoint: 2, reason: expect.stringContaining("but it isn't there") }])
      expect(found.partitions[0]).toEqual({ partition: 0, proven: 12, notYetProven: 24 })
      expect(isSound(found)).toBe(false)
    }).pipe(Effect.scoped)
  )

  it.effect("finds that the journal says it has other partitions than were signed", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const found = yield* judged(yield* signed).pipe(
        Effect.provideService(Journal, Journal.of({ ...journal, partitions: 2 }))
      )
      expect(found.doubts).toEqual([{ checkpoint: 2, reason: "It has 3 partitions, and the journal says it has 2" }])
    })
  )
})

/** A journal of the test's own. */
const own = <A, E>(test: Effect.Effect<A, E, Journal | SqlClient.SqlClient | Scope.Scope>) =>
  Effect.scoped(Effect.provide(test, auditedJournal))

it.live("An event in another's place is found where a page of rows ends, too", () =>
  own(
    Effect.gen(function* () {
      const path = join(yield* folder, "published")
      yield* record(5_003)
      yield* sign(placeOf(path))
      const found = yield* judgedAfter(path, (sql) =>
        Effect.all([
          sql`alter table event drop constraint event_pkey`,
          sql`create index on event (partition, "offset")`,
          // As a larger log is read anyway: equal offsets then come as they were written.
          sql`set local enable_sort = off`,
          sql`insert into event select partition, "offset", stream_key, 9999, type, schema_version, recorded_at, content, hash
              from event where partition = 1 and "offset" = 5000`
        ])
      )
      expect(isSound(found)).toBe(false)
      expect(found.besides).toEqual(["partition 1, offset 5000"])
    })
  )
)

it.live("A checkpoint that is made while the journal is verified is no doubt", () =>
  own(
    Effect.gen(function* () {
      const path = join(yield* folder, "published")
      yield* record(12)
      yield* sign(placeOf(path))
      const sent = yield* lastSent
      const published = yield* readPublished(path, key)
      const proved = yield* proveJournal(evidenceOf(path, published.checkpoints))
      yield* record(3)
      yield* sign(placeOf(path))
      expect(isSound(yield* verdict(sent, published, proved))).toBe(true)
    })
  )
)

describe("A journal of which something was redacted", () => {
  const plant = PlantId.make("test")
  const erased = { plantId: plant, reason: "She asked for it", personId: PersonId.make(randomUUID()) }
  /** A decision as the core records it: `redact` is told when that was. */
  const decided = Effect.fnUntraced(function* (event: AnyEvent) {
    const partition = partitionOf(plantStream(plant), partitions)
    const owner = yield* takeOver(partition, [plantStream(plant)])
    const append = owner.plan([{ stream: plantStream(plant), messageId: event.type, event }])
    yield* (yield* Journal).append(append)
    return append.rows[0]?.recordedAt ?? 0
  })
  const digestOfRaw = (partition: number) => metadataOf(`${partition}-0`).digest
  const unexplained = (partition: number) => [hex(digestOfRaw(partition))]

  it.live("is whole where a person was erased, or a message redacted, as was decided and recorded", () =>
    own(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const path = yield* signedJournal(yield* folder)
        yield* sql`delete from person`
        const { reason } = erased
        const at = yield* decided({ type: "PersonErased", data: erased })
        yield* redact([digestOfRaw(0), digestOfRaw(2)], { at, by: null, reason })
        const data = { plantId: plant, reason, digest: digestOfRaw(1) }
        yield* redact([digestOfRaw(1)], { at: yield* decided({ type: "MessageRedacted", data }), by: null, reason })
        const found = yield* judged(path)
        expect(found).toMatchObject({ undecided: [], alteredRaw: [] })
        expect(found.partitions.map(({ proven }) => proven)).toEqual([30, 30, 30])
        expect(isSound(found)).toBe(true)
      })
    )
  )

  it.live("is not where nobody decided it, or something else", () =>
    own(
      Effect.gen(function* () {
        const path = yield* signedJournal(yield* folder)
        const { reason } = erased
        const at = yield* decided({ type: "PersonErased", data: erased })
        const data = { plantId: plant, reason, digest: digestOfRaw(2) }
        const ofAnother = yield* decided({ type: "MessageRedacted", data })
        const bytesGone = (hash: Uint8Array) => (sql: SqlClient.SqlClient) =>
          sql`update raw set bytes = null where hash = ${hash}`
        const marked = (by: number, why: string) => (sql: SqlClient.SqlClient) =>
          sql`
            update raw set bytes = null, reason = ${why}, redacted_at = ${by}::int8 where hash = ${digestOfRaw(1)}`
        for (const tamper of [
          bytesGone(digestOfRaw(1)),
          marked(at + 1, reason),
          marked(at, "Because"),
          marked(ofAnother, reason)
        ]) {
          const found = yield* judgedAfter(path, tamper)
          expect(isSound(found)).toBe(false)
          expect(found.undecided).toEqual(unexplained(1))
        }
      })
    )
  )

  it.live("is not where the archive says so alone", () =>
    own(
      Effect.gen(function* () {
        const path = yield* signedJournal(yield* folder)
        const sql = yield* SqlClient.SqlClient
        yield* archive(undefined, 1, [arrivalOf(0), arrivalOf(1)], 1_000)
        expect((yield* judged(path)).alteredBlocks).toEqual([])
        yield* redact([sha256(arrivalOf(1).delivery.body)], { at: 1, by: null, reason: "None" })
        yield* sql`delete from raw where reason = 'None'`
        expect((yield* judged(path)).alteredBlocks).toEqual(["archive_block 1/0"])
      })
    )
  )
})

describe("A checkpoint", () => {
  it.live("is made from where the last one ended, and is what one of the whole would be", () =>
    own(
      Effect.gen(function* () {
        const journal = yield* Journal
        const read: Array<number> = []
        const watched = Journal.of({
          ...journal,
          rows: (partition, after, limit) => {
            read.push(after)
            return journal.rows(partition, after, limit)
          }
        })
        const path = join(yield* folder, "published")
        yield* record(12)
        yield* sign(placeOf(path))
        yield* record(5)
        const made = yield* sign(placeOf(path)).pipe(Effect.provideService(Journal, watched))
        expect(read).toEqual([12, 12, 12])
        expect(made).toMatchObject({ added: 15, checkpoint: { number: 2 } })
        expect(eventsIn(made.checkpoint)).toBe(51)
        expect((yield* judged(path)).partitions.map(({ proven }) => proven)).toEqual([17, 17, 17])
        expect(yield* firstUnpublished).toBeUndefined()
      })
    )
  )

  it.live("is not made of a chain that is broken, nor from what the database was made to keep", () =>
    own(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const place = placeOf(join(yield* folder, "published"))
        const refused = (tamper: Effect.Effect<unknown, unknown>) =>
          sql`set local session_replication_role = replica`.pipe(
            Effect.andThen(tamper),
            Effect.andThen(Effect.provideServiceEffect(sign(place), Journal, journalHere)),
            Effect.flip,
            Effect.flatMap((failure) => Effect.fail({ _tag: "Undone" as const, failure })),
            sql.withTransaction,
            Effect.flip,
            Effect.map((undone) => JSON.stringify(undone))
          )
        yield* record(12)
        yield* sign(place)
        yield* record(3)
        expect(yield* refused(sql`update event set type = 'Forged' where partition = 0 and "offset" = 14`)).toContain(
          "doesn't follow from the one before it; nothing is signed beyond it"
        )
        expect(yield* refused(sql`delete from event where partition = 2 and "offset" > 7`)).toContain(
          "The log ends there"
        )
        expect(yield* refused(sql`update audit_edge set hash = nodes where partition = 2`)).toContain(
          "What the database keeps of partition 2 isn't what it signed"
        )
        expect(yield* refused(sql`update audit_checkpoint set note = replace(note, 'time 2', 'time 1')`)).toContain(
          "What the database holds of it was changed"
        )
        expect(yield* refused(sql`delete from audit_checkpoint`)).toContain("the database is an older copy")
        expect((yield* sign(place)).checkpoint.number).toBe(2)
      })
    )
  )

  it.live("is signed by the key that the last one names, until that vouches for another", () =>
    own(
      Effect.gen(function* () {
        const path = join(yield* folder, "published")
        const place = placeOf(path)
        const next = newSigningKey(key.name)
        yield* record(4)
        yield* sign(place)
        const strange = yield* Effect.flip(makeCheckpoint({ key: next, next }, place))
        expect(strange).toMatchObject({ field: "key", reason: expect.stringContaining(key.id) })
        yield* makeCheckpoint({ key, next }, place)
        expect(yield* Effect.flip(sign(place))).toMatchObject({
          field: "key",
          reason: expect.stringContaining(next.id)
        })
        yield* record(4)
        yield* makeCheckpoint({ key: next, next }, place)
        for (const trusted of [key, next]) {
          const { checkpoints, doubt } = yield* readPublished(path, trusted)
          expect({ doubt, numbers: checkpoints.map(({ number }) => number) }).toEqual({ numbers: [1, 2, 3] })
        }
        expect(readdirSync(path).filter((name) => name.startsWith("key-"))).toHaveLength(4)
      })
    )
  )
})

/** Takes files by PUT, and doesn't replace one; answers 503 while it is down. */
const server = (files: Map<string, Buffer>, isDown: () => boolean) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
      const http = createServer(async (request, response) => {
        const chunks: Array<Buffer> = []
        for await (const chunk of request) chunks.push(chunk)
        const name = request.url ?? ""
        if (isDown()) return response.writeHead(503).end()
        if (request.method === "GET") return response.writeHead(files.has(name) ? 200 : 404).end(files.get(name))
        const isThere = files.has(name) && request.headers["if-none-match"] === "*"
        if (!isThere) files.set(name, Buffer.concat(chunks))
        return response.writeHead(isThere ? 412 : 201).end()
      })
      http.listen(0, "127.0.0.1", () => {
        const address = http.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}/checkpoints`, close: () => http.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

describe("Publishing", () => {
  it.live("puts to an address, waits while it is down, and replaces nothing", () =>
    own(
      Effect.gen(function* () {
        const files = new Map<string, Buffer>()
        let isDown = true
        const { url } = yield* server(files, () => isDown)
        yield* record(2)
        expect(yield* Effect.flip(sign(placeOf(url)))).toMatchObject({ reason: "It answered 503" })
        expect(yield* firstUnpublished).toMatchObject({ number: 1 })
        isDown = false
        yield* record(1)
        yield* sign(placeOf(url))
        expect(yield* firstUnpublished).toBeUndefined()
        expect([...files.keys()].filter((name) => name.endsWith(".txt") && name.includes("point-0"))).toEqual([
          `/checkpoints/${noteName(1)}`,
          `/checkpoints/${noteName(2)}`
        ])
        expect(parseCheckpoint(String(files.get(`/checkpoints/${noteName(2)}`)))?.number).toBe(2)
        files.set(`/checkpoints/${hashesName(3)}`, Buffer.from("another journal's"))
        expect(yield* Effect.flip(sign(placeOf(url)))).toMatchObject({ reason: "Another file of this name is there" })
      })
    )
  )

  it.live("signs nothing where an address has a later checkpoint than the database, which is an older copy", () =>
    own(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const files = new Map<string, Buffer>()
        const { url } = yield* server(files, () => false)
        yield* record(2)
        yield* sign(placeOf(url))
        yield* Effect.all([sql`delete from audit_checkpoint`, sql`delete from audit_edge`])
        yield* record(1)
        expect(yield* Effect.flip(sign(placeOf(url)))).toMatchObject({
          reason: expect.stringContaining("the database is an older copy")
        })
        expect(yield* lastStored).toBeUndefined()
      })
    )
  )

  it.live("happens by itself, once after each hour that is set", () =>
    own(
      Effect.gen(function* () {
        const path = yield* folder
        const published = join(path, "published")
        const sql = yield* SqlClient.SqlClient
        const keyFile = join(path, "key")
        yield* makeKeyFile(keyFile, "example.com/test")
        yield* record(2)
        const at = Cron.make({
          minutes: [0],
          hours: [3],
          days: [],
          months: [],
          weekdays: [],
          tz: DateTime.zoneMakeOffset(0)
        })
        yield* Effect.forkScoped(
          runSchedule({ at, keyFile, place: placeOf(published) }, { every: "5 millis", again: "10 minutes" })
        )
        const isPublished = lastStored.pipe(
          Effect.filterOrFail((stored) => stored?.publishedTo === published),
          Effect.retry(Schedule.spaced("10 millis"))
        )
        yield* isPublished
        // It goes on, and takes what hasn't left the machine there; the hour's own checkpoint is made already.
        yield* sql`update audit_checkpoint set published_to = null, hashes = ${readFileSync(join(published, hashesName(1)))}`
        expect((yield* isPublished)?.number).toBe(1)
      })
    )
  )

  it.live(
    "puts nothing that the database was made to hold into the second place, where nobody could take it away",
    () =>
      own(
        Effect.gen(function* () {
          const path = join(yield* folder, "published")
          const sql = yield* SqlClient.SqlClient
          yield* record(2)
          yield* sign(placeOf(path))
          const there = readdirSync(path)
          const { note } = yield* Effect.filterOrFail(lastStored, (stored) => stored !== undefined)
          const stranger = newSigningKey(key.name)
          const first = parseCheckpoint(note) ?? expect.unreachable()
          const forged = { ...first, number: 2, previous: digestOf(first.note.text), key: stranger }
          const hashes = readFileSync(join(path, hashesName(1)))
          for (const [of, reason] of [
            [signCheckpoint(forged, stranger, stranger), "isn't signed"],
            [signCheckpoint({ ...forged, key }, stranger, stranger), "isn't signed"],
            [note, "was changed"]
          ] as const) {
            yield* sql`insert into audit_checkpoint (number, note, hashes) values (2, ${of}, ${hashes})`
            expect(yield* Effect.flip(publish(placeOf(path), key))).toMatchObject({
              reason: expect.stringContaining(reason)
            })
            expect(readdirSync(path)).toEqual(there)
            yield* sql`delete from audit_checkpoint where number = 2`
          }
          yield* record(2)
          yield* sign(undefined)
          yield* sql`update audit_checkpoint set hashes = 'forged' where number = 2`
          expect(yield* Effect.flip(publish(placeOf(path), key))).toMatchObject({ value: "2" })
          expect(readdirSync(path)).toEqual(there)
        })
      )
  )

  it.live("publishes what waits across a change of the key", () =>
    own(
      Effect.gen(function* () {
        const path = join(yield* folder, "published")
        const next = newSigningKey(key.name)
        yield* record(2)
        yield* sign(undefined)
        yield* makeCheckpoint({ key, next }, undefined)
        yield* publish(placeOf(path), next)
        expect((yield* readPublished(path, key)).checkpoints.map(({ number }) => number)).toEqual([1, 2])
      })
    )
  )

  it.live("is due whatever the database says of a checkpoint that the key didn't sign", () =>
    own(
      Effect.gen(function* () {
        const path = yield* folder
        const sql = yield* SqlClient.SqlClient
        const keyFile = join(path, "key")
        const made = yield* makeKeyFile(keyFile, "example.com/test")
        const place = placeOf(join(path, "published"))
        yield* record(2)
        yield* makeCheckpoint({ key: made, next: made }, place)
        yield* sql`update audit_checkpoint set note = regexp_replace(note, 'time 2...', 'time 2999')`
        const at = Cron.make({
          minutes: [0],
          hours: [3],
          days: [],
          months: [],
          weekdays: [],
          tz: DateTime.zoneMakeOffset(0)
        })
        expect(yield* Effect.flip(round(at, keyFile, place))).toMatchObject({
          reason: expect.stringContaining("was changed")
        })
      })
    )
  )

  it.live("keeps a private key from others, and says so where it isn't kept", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "key")
      const made = yield* makeKeyFile(path, "example.com/test")
      expect((yield* readSigningKey(path)).text).toBe(made.text)
      expect(readFileSync(`${path}.pub`, "utf8")).toBe(`${made.text}\n`)
      expect(yield* Effect.flip(makeKeyFile(path, "example.com/test"))).toMatchObject({ reason: /EEXIST/ })
      expect(yield* Effect.flip(makeKeyFile(`${path}2`, "two words"))).toMatchObject({ field: "name" })
      yield* Effect.sync(() => cpSync(path, `${path}3`))
      yield* Effect.promise(async () => (await import("node:fs/promises")).chmod(`${path}3`, 0o644))
      expect(yield* Effect.flip(readSigningKey(`${path}3`))).toMatchObject({ nextStep: /chmod 600/ })
    }).pipe(Effect.scoped)
  )
})

it.live("All processors find together what one finds", () =>
  Effect.gen(function* () {
    const url = yield* temporaryDatabase
    const here = Layer.effectDiscard(createAuditTables).pipe(
      Layer.provideMerge(journalLayer),
      Layer.provideMerge(journalTables({ partitions })),
      Layer.provideMerge(clientLayer(url))
    )
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const path = yield* signedJournal(yield* folder)
      yield* sql`alter table event disable trigger all`
      yield* sql`alter table event_1_0 disable trigger all`
      yield* sql`update event_1_0 set type = 'Forged' where "offset" = 14`
      const { checkpoints } = yield* readPublished(path, key)
      const believed = checkpoints.map(({ hashes, number, partitions }) => ({ hashes, number, partitions }))
      let read = 0
      const found = yield* proveOnAllProcessors(
        { postgresUrl: url, folder: path, checkpoints: believed, partitions },
        (events) => {
          read += events
        }
      )
      expect(read).toBe(partitions * 36)
      expect(found).toEqual((yield* judged(path)).partitions)
      expect(found[1]).toMatchObject({ proven: 13, break: { offset: 14 } })
    }).pipe(Effect.provide(here))
  }).pipe(Effect.scoped)
)
