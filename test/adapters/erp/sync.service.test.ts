// All that an ERP says of its master data is held against what is known of it: what was missed is told, also what no stamp
// tells of, and what is gone is taken back; where nothing differs, nothing is told.
import { expect, layer } from "@effect/vitest"
import { Cron, DateTime, Effect, Fiber, Layer, Option, Result } from "effect"
import { SqlClient } from "effect/sql"
import { masterDataDecider } from "../../../actors/master-data/decider.ts"
import { understand } from "../../../actors/understand.ts"
import { runSync } from "../../../adapters/erp/sync.ts"
import { askForDueSyncs, askForSync, createSyncTable, openSyncs, syncRuns } from "../../../adapters/erp/sync-runs.ts"
import { addPlant, plantTables } from "../../../adapters/postgres/plants.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import { isMasterData } from "../../../core/message/master-data.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import { Broker, inboundQueue, type Publication } from "../../../core/port/broker.ts"
import { Erp, type ErpChange } from "../../../core/port/erp.ts"
import { masterDataCalled, masterDataOfPlants } from "../../../projections/master-data/queries.ts"
import { aPlant } from "../../erp/documents.ts"
import { at, Writer } from "../../projections/events.ts"
import { follow, startAnew } from "../../projections/follow.ts"
import { eventually } from "./posting.ts"
import { sandboxWorld } from "./sandbox.ts"

const unused = Effect.die(new Error("Synchronizing needs no such thing"))

/** The journal, of which each test has a plant. */
const writer = new Writer()

const world = Layer.effectDiscard(startAnew(writer.partitions)).pipe(Layer.provideMerge(sandboxWorld(20_000)))

const minuteOf = (occurredAt: string) => (Date.parse(occurredAt) - Date.parse(at(0))) / 60_000

const timing = { freshMillis: 0, againMillis: 20 }

/** A core in a nutshell: what is published is in the view once `settle` is done. */
const aCore = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(plantTables)
  yield* createSyncTable
  yield* sql`truncate plant, erp_sync`
  const plant = aPlant()
  yield* addPlant(plant)
  const published: Array<Publication> = []
  const handled = new Set<string>()
  const broker = Broker.of({
    declarePlant: () => Effect.void,
    declareCommands: unused,
    consume: () => unused,
    depth: () => unused,
    publish: (messages) => Effect.sync(() => void published.push(...messages))
  })
  const settle = Effect.suspend(() => {
    for (const publication of published) {
      const delivery = { ...publication, queue: inboundQueue(plant), plant, redelivered: false }
      const incoming = understand(delivery, at(0))
      const { messageId, occurredAt, source } = incoming.metadata
      if (handled.has(messageId) || incoming.content._tag === "NotUnderstood") continue
      handled.add(messageId)
      const { message } = incoming.content
      if (!isMasterData(message)) continue
      for (const event of Result.getOrThrow(
        masterDataDecider.decide(null, { ...message, metadata: incoming.metadata }, 0)
      )) {
        writer.write(incoming.stream, event, { minute: minuteOf(occurredAt), messageId, source })
      }
    }
    return follow(writer)
  })
  return { plant, broker, published, settle }
})
type Core = Effect.Success<typeof aCore>

const item = (id: string, itemId: string, minute: number, said: object = {}): ErpChange => ({
  id,
  type: "MaterialDefinitionPublished",
  body: JSON.stringify({ itemId, unit: "EA", occurredAt: at(minute), ...said })
})

/** An ERP that tells of these, two at a time. */
const telling = (changes: ReadonlyArray<ErpChange>) =>
  Layer.effect(
    Erp,
    Effect.map(Erp, (erp) =>
      Erp.of({
        ...erp,
        changes: (_plant, after = "0") =>
          Effect.succeed({
            changes: changes.slice(Number(after), Number(after) + 2),
            cursor: String(Number(after) + 2),
            more: changes.length > Number(after) + 2
          })
      })
    )
  )

const silent = Layer.effect(
  Erp,
  Effect.map(Erp, (erp) =>
    Erp.of({
      ...erp,
      changes: () =>
        Effect.fail(new TechnicalFailure({ field: "erp", value: "", reason: "It is down", nextStep: "Wait" }))
    })
  )
)

/** One run, asked for by a person; the last one's row. */
const synchronized = Effect.fnUntraced(function* ({ broker, plant, settle }: Core, erp: Layer.Layer<Erp, never, Erp>) {
  yield* askForSync([plant])
  yield* Effect.scoped(
    Effect.gen(function* () {
      yield* runSync({ schedule: Option.none(), every: "5 millis", timing }).pipe(
        Effect.provide(erp),
        Effect.provideService(Broker, broker),
        Effect.forkScoped
      )
      const sql = yield* SqlClient.SqlClient
      yield* eventually(
        "the run has ended",
        openSyncs.pipe(
          Effect.map((open) => open.length === 0),
          Effect.provideService(SqlClient.SqlClient, sql)
        )
      )
    })
  )
  yield* settle
  const [run] = yield* syncRuns(plant, 1)
  return run
})

const descriptions = (plant: PlantId) =>
  Effect.map(masterDataOfPlants({ plant }, 100), (rows) =>
    Object.fromEntries(rows.map(({ content, id }) => [id, content.description]))
  )

layer(world, { timeout: "60 seconds", excludeTestServices: true })("synchronization", (it) => {
  it.effect("tells what was missed, under the ERP's own ids, and of an unchanged night nothing", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      const erp = telling([
        item("1", "A", 1, { description: "old" }),
        item("2", "B", 1, { description: "bar" }),
        item("3", "A", 2, { description: "new" }),
        { id: "4", type: "ProductionOrderReleased", body: "{}" }
      ])
      expect(yield* synchronized(core, erp)).toMatchObject({ told: 3, changed: 3, gone: 0, failure: null })
      expect(core.published.map(({ messageId }) => messageId)).toEqual(["1", "2", "3"])
      expect(yield* descriptions(core.plant)).toEqual({ A: "new", B: "bar" })
      expect(yield* synchronized(core, erp)).toMatchObject({ told: 3, changed: 0, gone: 0, failure: null })
      expect(core.published).toHaveLength(3)
    })
  )

  it.effect("tells what was changed without a stamp, as often as it is, and then no more", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      for (const description of ["one", "two", "one"]) {
        yield* synchronized(core, telling([item("1", "A", 5, { description })]))
        expect(yield* descriptions(core.plant)).toEqual({ A: description })
      }
      // As a restored ERP would: with an older stamp, too.
      const restored = telling([item("0", "A", 3, { description: "restored" })])
      expect(yield* synchronized(core, restored)).toMatchObject({ changed: 1 })
      expect(yield* descriptions(core.plant)).toEqual({ A: "restored" })
      expect(yield* synchronized(core, restored)).toMatchObject({ changed: 0 })
      expect(core.published).toHaveLength(4)
    })
  )

  it.effect("takes back what the ERP no longer has, and takes it in again", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      const [a, b] = [item("1", "A", 1), item("2", "B", 1, { description: "bar" })]
      yield* synchronized(core, telling([a, b]))
      expect(yield* synchronized(core, telling([a]))).toMatchObject({ changed: 0, gone: 1 })
      expect(yield* masterDataCalled("B", { plant: core.plant })).toMatchObject([
        { deleted: true, content: { description: "bar" } }
      ])
      expect(yield* synchronized(core, telling([a]))).toMatchObject({ changed: 0, gone: 0 })
      expect(yield* synchronized(core, telling([a, b]))).toMatchObject({ changed: 1, gone: 0 })
      expect(yield* masterDataCalled("B", { plant: core.plant })).toMatchObject([{ deleted: false }])
    })
  )

  it.effect("takes nothing back that the ERP only kept back for a moment", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      const both = [item("1", "A", 1), item("2", "B", 1)]
      yield* synchronized(core, telling(both))
      let asked = 0
      const busy = Layer.effect(
        Erp,
        Effect.map(Erp, (erp) =>
          Erp.of({
            ...erp,
            changes: () => Effect.sync(() => ({ changes: both.slice(0, ++asked), cursor: "", more: false }))
          })
        )
      )
      expect(yield* synchronized(core, busy)).toMatchObject({ told: 1, gone: 0 })
      expect(asked).toBe(2)
      expect(yield* masterDataOfPlants({ plant: core.plant }, 100)).toHaveLength(2)
    })
  )

  it.effect("takes nothing back where an ERP seems to have forgotten most of it, and says so", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      yield* synchronized(core, telling(Array.from({ length: 12 }, (_, index) => item(`${index}`, `I-${index}`, 1))))
      expect(yield* synchronized(core, telling([]))).toMatchObject({
        gone: 0,
        failure: { field: "erp/sandbox", value: core.plant, reason: expect.stringContaining("12 of 12 records") }
      })
      expect(yield* masterDataOfPlants({ plant: core.plant }, 100)).toHaveLength(12)
    })
  )

  it.effect("takes nothing back where an ERP tells of nothing at all, however little it had", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      yield* synchronized(core, telling([item("1", "A", 1), item("2", "B", 1)]))
      expect(yield* synchronized(core, telling([]))).toMatchObject({
        gone: 0,
        failure: { reason: expect.stringContaining("2 of 2 records") }
      })
    })
  )

  it.effect("counts what can't be understood, and leaves it to the capture", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      const wrong = item("1", "A", 1, { unit: "no unit at all" })
      expect(yield* synchronized(core, telling([wrong, item("2", "B", 1)]))).toMatchObject({
        told: 2,
        changed: 1,
        unreadable: 1
      })
    })
  )

  it.effect("takes nothing back that the ERP tells of in words that can't be understood", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      const [b, c] = [item("2", "B", 1), item("3", "C", 1)]
      yield* synchronized(core, telling([item("1", "A", 1), b, c]))
      const wrong = item("4", "A", 2, { unit: "no unit at all" })
      expect(yield* synchronized(core, telling([wrong, b]))).toMatchObject({ unreadable: 1, gone: 1, failure: null })
      expect(Object.keys(yield* descriptions(core.plant))).toEqual(["A", "B"])
    })
  )

  it.effect("takes nothing back where it is one kind of which an ERP seems to have forgotten most", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      const items = Array.from({ length: 30 }, (_, index) => item(`${index}`, `I-${index}`, 1))
      const units = Array.from({ length: 12 }, (_, index) => ({
        id: `unit-${index}`,
        type: "UnitOfMeasurePublished",
        body: JSON.stringify({ unit: `U${index}`, occurredAt: at(1) })
      }))
      yield* synchronized(core, telling([...items, ...units]))
      expect(yield* synchronized(core, telling(items))).toMatchObject({
        gone: 0,
        failure: { reason: expect.stringContaining("12 of 12 records") }
      })
      expect(yield* masterDataOfPlants({ plant: core.plant }, 100)).toHaveLength(42)
    })
  )

  it.effect("begins anew where a crash cut it off, and tells the same under the same ids", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      yield* synchronized(core, telling([item("1", "A", 5, { description: "one" })]))
      const changed = telling([item("1", "A", 5, { description: "two" })])
      yield* askForSync([core.plant])
      const told: Array<string | undefined> = []
      const dying = Broker.of({
        ...core.broker,
        publish: (messages) => {
          told.push(...messages.map(({ messageId }) => messageId))
          return Effect.never
        }
      })
      const first = yield* runSync({ schedule: Option.none(), every: "5 millis", timing }).pipe(
        Effect.provide(changed),
        Effect.provideService(Broker, dying),
        Effect.forkScoped
      )
      yield* eventually("it has told", () => told.length === 1)
      yield* Fiber.interrupt(first)
      expect(yield* openSyncs).toHaveLength(1)
      expect(yield* synchronized(core, changed)).toMatchObject({ changed: 1 })
      expect(core.published.slice(1).map(({ messageId }) => messageId)).toEqual(told)
    })
  )

  it.effect("of one plant isn't held up by another's that fails or hangs", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      const sql = yield* SqlClient.SqlClient
      const [failing, hanging] = [aPlant(), aPlant()]
      yield* addPlant(failing)
      yield* addPlant(hanging)
      yield* sql`update plant set added_at = now() - interval '2 days'`
      const erp = yield* Erp
      const down = new TechnicalFailure({ field: "erp", value: "", reason: "It is down", nextStep: "Wait" })
      const some = Erp.of({
        ...erp,
        changes: (plant) => {
          if (plant === hanging) return Effect.never
          if (plant === failing) return Effect.fail(down)
          return Effect.succeed({ changes: [item("1", "A", 1)], cursor: "1", more: false })
        }
      })
      const nightly = Option.some(Result.getOrThrow(Cron.parse("0 2 * * *", DateTime.zoneMakeOffset(0))))
      yield* runSync({ schedule: nightly, every: "5 millis", timing }).pipe(
        Effect.provideService(Erp, some),
        Effect.provideService(Broker, core.broker),
        Effect.forkScoped
      )
      yield* eventually(
        "the others have ended",
        openSyncs.pipe(
          Effect.map((open) => open.length === 1),
          Effect.provideService(SqlClient.SqlClient, sql)
        )
      )
      expect(yield* openSyncs).toMatchObject([{ plant: hanging, askedBy: "schedule" }])
      expect(yield* syncRuns(failing, 1)).toMatchObject([{ failure: { reason: "It is down" } }])
      expect(yield* syncRuns(core.plant, 1)).toMatchObject([{ changed: 1, failure: null }])
    })
  )

  it.effect("keeps why a run failed, in words", () =>
    Effect.gen(function* () {
      const core = yield* aCore
      expect(yield* synchronized(core, silent)).toMatchObject({
        endedAt: expect.any(Date),
        failure: { field: "erp", reason: "It is down", nextStep: "Wait" }
      })
    })
  )

  it.effect("is asked for by the schedule once a day, and made up for where a core slept through it", () =>
    Effect.gen(function* () {
      const { plant } = yield* aCore
      const sql = yield* SqlClient.SqlClient
      yield* sql`update plant set added_at = '2026-11-01T10:00:00Z'`
      const nightly = Result.getOrThrow(Cron.parse("0 2 * * *", DateTime.zoneMakeOffset(0)))
      const dueAt = (now: string) => askForDueSyncs(Cron.prev(nightly, new Date(now)))
      yield* dueAt("2026-11-01T23:00:00Z")
      expect(yield* openSyncs).toEqual([])
      yield* dueAt("2026-11-03T23:00:00Z")
      yield* dueAt("2026-11-03T23:00:00Z")
      expect(yield* openSyncs).toMatchObject([{ plant, askedBy: "schedule", startedAt: null }])
      yield* sql`update erp_sync set asked_at = '2026-11-03T23:00:00Z', ended_at = now()`
      yield* dueAt("2026-11-04T01:59:59Z")
      expect(yield* openSyncs).toEqual([])
      yield* dueAt("2026-11-04T02:00:01Z")
      expect(yield* openSyncs).toHaveLength(1)
    })
  )
})
