// A person is erased: no byte that is stored says the badge any more, the history still verifies, and whoever has the badge
// next is somebody else.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { expect } from "vitest"
import { archivedMessages } from "../../adapters/archive/queries.ts"
import { redactionOf } from "../../adapters/archive/redact.ts"
import { proveJournal } from "../../adapters/audit/prove-journal.ts"
import { clientLayer } from "../../adapters/postgres/client.ts"
import { journalLayer } from "../../adapters/postgres/journal.ts"
import { encode } from "../../core/journal/codec.ts"
import { hex } from "../../core/journal/hash.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue, type Publication } from "../../core/port/broker.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { temporaryFolder } from "../house/temporary-folder.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("ulm")
const badge = "BADGE-4711-X"
const message = messagesOf(id)
const publish = publishing(id)

const started = (messageId: string, who: string) =>
  message(messageId, "OperationStarted", { orderId: "4711", operationId: "10", badge: who })

const said: ReadonlyArray<Publication> = [
  started("json", badge),
  {
    ...started("msgpack", badge),
    contentType: "application/msgpack",
    body: encode({ occurredAt: "2026-11-23T06:00:00+01:00", orderId: "4711", operationId: "20", badge })
  },
  // Parked: one can't be read, one has a field that is wrong.
  { ...started("cut", badge), body: Buffer.from(`{"badge":"${badge}","orderId":"47`) },
  message("wrong", "OperationStarted", { orderId: "4711", operationId: "", badge })
]
const others = [started("another", "BADGE-1")]

/** Each table of the database in which a text or bytes say it, in whatever column. */
const tablesThatSay = Effect.fnUntraced(function* (plant: Plant, text: string) {
  const names = yield* rows<{ readonly name: string }>(
    plant,
    `select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`
  )
  const found: Array<string> = []
  for (const { name } of names) {
    const query = `select from ${name} as stored where stored::text like $1 or stored::text like $2 limit 1`
    const saying = yield* rows(plant, query, [`%${text}%`, `%${hex(Buffer.from(text))}%`])
    if (saying.length > 0) found.push(name)
  }
  return found
})

const inPlant = ({ databaseUrl }: Plant) =>
  journalLayer.pipe(Layer.provideMerge(clientLayer(Redacted.make(databaseUrl))))

const archived = (plant: Plant) =>
  Stream.runCollect(archivedMessages({ from: new Date(0), to: new Date(8.64e15) })).pipe(Effect.provide(inPlant(plant)))

const isArchived = (plant: Plant, count: number) => Effect.map(archived(plant), ({ length }) => length === count)

const personOf = (plant: Plant, who: string) =>
  Effect.map(
    rows<{ readonly id: string }>(plant, "select person_id::text as id from person where plant = $1 and badge = $2", [
      id,
      who
    ]),
    ([row]) => row?.id
  )

const folder = temporaryFolder()

it.live(
  "a person who is erased is in no stored byte, and everything still verifies",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* startCore(plant)
      yield* rows(plant, "insert into plant (plant) values ($1)", [id])
      yield* publish(plant, [...said, ...others])
      yield* settled(plant, inboundQueue(id), said.length + others.length, 60_000)

      // A person corrects the one that was cut off: the correction says the badge, too, and goes by way of the command.
      const cases = yield* rows<{ readonly id: string }>(
        plant,
        "select id from exceptions.exception_case where field = 'body'"
      )
      const corrected = join(folder, "corrected.json")
      writeFileSync(corrected, started("cut", badge).body)
      const cut = cases[0]?.id ?? ""
      const decided = ["--body", corrected, "--by", "anna", "--reason", "it was cut off"]
      yield* traveler(plant, "exceptions", "resubmit", cut, ...decided)
      yield* eventually("all is archived, the command, too", isArchived(plant, said.length + others.length + 1))
      const before = yield* personOf(plant, badge)
      expect(before).toBeDefined()
      expect(yield* tablesThatSay(plant, badge)).toEqual(expect.arrayContaining(["person", "raw"]))

      const erase = ["persons", "erase", "--plant", id, "--badge", badge, "--by", "anna", "--reason", "asked for it"]
      const told = yield* traveler(plant, ...erase)
      expect(told).toContain(String(before))

      expect(yield* tablesThatSay(plant, badge)).toEqual([])
      const messages = yield* archived(plant)
      expect(messages.filter(({ body }) => body !== undefined && Buffer.from(body).includes(badge))).toEqual([])
      const kept = messages.filter(({ body }) => body !== undefined).map(({ envelope }) => envelope.messageId)
      expect(kept).toEqual(expect.arrayContaining(["another"]))
      const proved = yield* proveJournal().pipe(Effect.provide(inPlant(plant)))
      expect(proved.filter((partition) => partition.break !== undefined)).toEqual([])
      expect(yield* traveler(plant, "audit", "verify")).toContain("Nothing is broken")
      const first = messages.find(({ envelope }) => envelope.messageId === "json")
      const redaction = yield* redactionOf(first?.digest ?? new Uint8Array()).pipe(Effect.provide(inPlant(plant)))
      expect(redaction).toMatchObject({ reason: "asked for it" })

      yield* publish(plant, [started("later", badge)])
      yield* eventually(
        "the badge is known again",
        Effect.map(personOf(plant, badge), (who) => who !== undefined)
      )
      expect(yield* personOf(plant, badge)).not.toBe(before)
    }).pipe(Effect.scoped),
  180_000
)
