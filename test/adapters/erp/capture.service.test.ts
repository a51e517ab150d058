// What is changed in the ERP goes to the plant's inbox, in order and under the same ids however often it is told.
import { expect, layer } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { runCapture } from "../../../adapters/erp/capture.ts"
import { captureStates, captureTables } from "../../../adapters/erp/capture-state.ts"
import { addPlant, plantTables } from "../../../adapters/postgres/plants.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { Broker, type Publication } from "../../../core/port/broker.ts"
import { Erp } from "../../../core/port/erp.ts"
import { aPlant } from "../../erp/documents.ts"
import { eventually } from "./posting.ts"
import { Sandbox, sandboxWorld } from "./sandbox.ts"

const down = new TechnicalFailure({ field: "broker", value: "", reason: "The broker is down", nextStep: "Wait" })
const unused = Effect.die(new Error("Capturing needs no such thing"))

/** Keeps what is published to inboxes that there are, or is down. */
const brokerOf = () => {
  const published: Array<Publication> = []
  const inboxes = new Set<PlantId>()
  let isDown = false
  const broker = Broker.of({
    declarePlant: (plant) => Effect.suspend(() => (isDown ? Effect.fail(down) : Effect.sync(() => inboxes.add(plant)))),
    declareCommands: unused,
    consume: () => unused,
    depth: () => unused,
    publish: (messages) =>
      Effect.suspend(() => {
        if (isDown) return Effect.fail(down)
        published.push(
          ...messages.filter(({ routingKey }) => inboxes.has(PlantId.make(routingKey.split(".")[0] ?? "")))
        )
        return Effect.void
      })
  })
  const texts = (plant: PlantId) =>
    published
      .filter(({ routingKey }) => routingKey.startsWith(`${plant}.`))
      .map(({ body }): string => JSON.parse(new TextDecoder().decode(body)).description)
  return {
    layer: Layer.succeed(Broker, broker),
    published,
    texts,
    fail: (down: boolean) => {
      isDown = down
    }
  }
}

const newPlant = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(plantTables)
  yield* sql.unsafe(captureTables)
  const plant = aPlant()
  yield* addPlant(plant)
  const { admin } = yield* Sandbox
  const change = (description: string) => {
    const body = { itemId: "STEEL-7", unit: "KGM", occurredAt: "2026-11-02T08:00:00+01:00", description }
    return admin.change({ plant, type: "MaterialDefinitionPublished", body: JSON.stringify(body) })
  }
  const state = captureStates.pipe(
    Effect.map((states) => states.find((one) => one.plant === plant)),
    Effect.provideService(SqlClient.SqlClient, sql)
  )
  return { plant, change, state }
})

const capture = runCapture({ every: "10 millis" })

layer(sandboxWorld(20_000), { timeout: "30 seconds", excludeTestServices: true })("capture", (it) => {
  it.effect("publishes each change once, in the ERP's order, as the ERP's own message", () =>
    Effect.gen(function* () {
      const { change, plant, state } = yield* newPlant
      const broker = brokerOf()
      yield* change("one")
      yield* Effect.forkScoped(Effect.provide(capture, broker.layer))
      yield* eventually("the first came", () => broker.texts(plant).length === 1)
      yield* change("two")
      yield* change("three")
      yield* eventually("all came", () => broker.texts(plant).length === 3)
      yield* eventually(
        "the state says so",
        Effect.map(state, (found) => found?.told === 3 && found.failure === null)
      )
      expect(broker.texts(plant)).toEqual(["one", "two", "three"])
      const [first] = broker.published.filter(({ routingKey }) => routingKey.startsWith(`${plant}.`))
      expect(first).toMatchObject({
        exchange: "erp.events",
        routingKey: `${plant}.MaterialDefinitionPublished`,
        appId: "sandbox",
        schemaVersion: "1"
      })
    })
  )

  it.effect("loses nothing to a broker that is down, and says that it waits for it", () =>
    Effect.gen(function* () {
      const { change, plant, state } = yield* newPlant
      const broker = brokerOf()
      broker.fail(true)
      yield* change("one")
      yield* Effect.forkScoped(Effect.provide(capture, broker.layer))
      yield* eventually(
        "the failure shows",
        Effect.map(state, (found) => found?.failure === "The broker is down")
      )
      expect(yield* state).toMatchObject({ cursor: null, told: 0, capturedAt: null })
      broker.fail(false)
      yield* eventually("it came", () => broker.texts(plant).length === 1)
      yield* eventually(
        "the failure is over",
        Effect.map(state, (found) => found?.failure === null)
      )
    })
  )

  it.effect("asks an ERP that is down again, and then has what was changed meanwhile", () =>
    Effect.gen(function* () {
      const { change, plant, state } = yield* newPlant
      const { admin } = yield* Sandbox
      const broker = brokerOf()
      yield* change("one")
      yield* admin.setFaults([{ kind: "unavailable" }])
      yield* Effect.forkScoped(Effect.provide(capture, broker.layer))
      yield* eventually(
        "the failure shows",
        Effect.map(state, (found) => found?.failure?.includes("503") === true)
      )
      yield* admin.setFaults([])
      yield* eventually("it came", () => broker.texts(plant).length === 1)
    })
  )

  it.effect("lets no odd change and no plant hold up another", () =>
    Effect.gen(function* () {
      const { admin } = yield* Sandbox
      const odd = yield* newPlant
      const { change, plant } = yield* newPlant
      const erp = yield* Erp
      const broker = brokerOf()
      yield* odd.change("one")
      yield* change("one")
      yield* admin.change({ plant, type: "Long".repeat(100), body: "{}" })
      yield* change("two")
      const broken = Erp.of({
        ...erp,
        changes: (of, after) =>
          of === odd.plant ? Effect.die(new Error("A bug of the adapter")) : erp.changes(of, after)
      })
      yield* Effect.forkScoped(capture.pipe(Effect.provide(broker.layer), Effect.provideService(Erp, broken)))
      yield* eventually("the other's came", () => broker.texts(plant).length === 3)
      yield* eventually(
        "it shows",
        Effect.map(odd.state, (found) => found?.failure === "A bug of the adapter")
      )
      const types = broker.published.map(({ type }) => type).filter((type) => type !== "MaterialDefinitionPublished")
      expect(types).toEqual([expect.stringMatching(/^sha256:/)])
    })
  )

  it.effect("publishes again under the same ids what a crash kept it from remembering", () =>
    Effect.gen(function* () {
      const { change, plant } = yield* newPlant
      const broker = brokerOf()
      const sql = yield* SqlClient.SqlClient
      yield* change("one")
      yield* change("two")
      const first = yield* Effect.forkChild(Effect.provide(capture, broker.layer))
      yield* eventually("both came", () => broker.texts(plant).length === 2)
      yield* Fiber.interrupt(first)
      yield* sql`update erp_capture set cursor = null where plant = ${plant}`
      yield* Effect.forkScoped(Effect.provide(capture, broker.layer))
      yield* eventually("both came again", () => broker.texts(plant).length === 4)
      const ids = broker.published
        .filter(({ routingKey }) => routingKey.startsWith(`${plant}.`))
        .map(({ messageId }) => messageId)
      expect(ids.slice(2)).toEqual(ids.slice(0, 2))
      expect(new Set(ids).size).toBe(2)
    })
  )
})
