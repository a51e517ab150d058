// The poster with a real sandbox ERP and a real database: whatever goes wrong, each document is posted exactly once.
import { expect, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { sandboxErp } from "../../../adapters/erp/sandbox/client.ts"
import { sandboxServer } from "../../../adapters/erp/sandbox/server.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import { Erp, OutcomeUnknown } from "../../../core/port/erp.ts"
import { aPlant, confirmation, reversal } from "../../erp/documents.ts"
import { longestLane, orders } from "./orders.ts"
import { eventually, hasty, patient, ready, startPoster } from "./posting.ts"
import { clientWithin, Sandbox, sandboxWorld } from "./sandbox.ts"

/** `documents` of each of so many orders, all asked for at once. */
const workload = (plant: PlantId, orderCount: number, documents = 1) =>
  Array.from({ length: orderCount * documents }, (_, index) =>
    confirmation(plant, `O-${index % orderCount}`, 2 + Math.floor(index / orderCount))
  )

/** How often each key was stored (201) and was answered from the books (200). */
const stored = Effect.fnUntraced(function* (plant: PlantId) {
  const { admin } = yield* Sandbox
  const calls = yield* admin.calls(plant)
  const count = (status: number) => calls.filter((call) => call.status === status).length
  return { documents: (yield* admin.documents(plant)).length, stored: count(201), repeated: count(200) }
})

layer(sandboxWorld(patient.timeoutMillis), { timeout: "30 seconds", excludeTestServices: true })("poster", (it) => {
  it.effect("posts and verifies every document once, in order inside an order, and is idle then", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      const asked = workload(plant, 20, 5)
      world.ask(asked)
      const { idle } = yield* startPoster(world)
      yield* eventually("all are verified", () => world.all("Verified"))
      yield* eventually("it is idle", idle)
      expect(yield* stored(plant)).toEqual({ documents: 100, stored: 100, repeated: 0 })
      const { admin } = yield* Sandbox
      const keys = (yield* admin.documents(plant)).map(({ content }) => content)
      for (const document of asked.slice(0, 20)) {
        const lane = keys.filter(({ orderId }) => orderId === document.orderId).map(({ key }) => key)
        expect(lane).toEqual(asked.filter(({ orderId }) => orderId === document.orderId).map(({ key }) => key))
      }
      expect(world.misfits).toEqual([])
      expect(new Set(world.messages.map(({ type }) => type))).toEqual(new Set(["PostingVerified"]))
    })
  )

  it.effect("goes on inside an order as soon as the journal has the outcome, however far the view is behind", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(workload(plant, 10, 4))
      world.lag(true)
      yield* startPoster(world)
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(yield* stored(plant)).toEqual({ documents: 40, stored: 40, repeated: 0 })
      expect(world.misfits).toEqual([])
    })
  )

  it.effect("goes on inside an order while a look at all that is ready takes its time", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(workload(plant, 3, 5 * longestLane))
      world.loseSight(1)
      world.lag(true)
      yield* startPoster(world)
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(yield* stored(plant)).toMatchObject({ documents: 60, stored: 60, repeated: 0 })
    })
  )

  it.effect("sends nothing of an order after a document that isn't verified", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setFaults([{ kind: "locked", plant, count: 1 }])
      const world = orders()
      const [first, second] = workload(plant, 1, 2)
      world.ask(workload(plant, 1, 2))
      world.lag(true)
      yield* startPoster(world)
      yield* eventually("the first is deferred", () => world.count("Deferred") === 1)
      // An order that comes later has been through all of it before this one is looked at.
      const other = aPlant()
      world.ask(workload(other, 1, 2))
      yield* eventually("the other order is through", () => world.count("Verified") === 2)
      expect([first, second].map((document) => document && world.told(document).state)).toEqual([
        "Deferred",
        "Requested"
      ])
      expect((yield* stored(plant)).documents).toBe(0)
      world.lag(false)
      yield* eventually("all are verified", () => world.all("Verified"))
    })
  )

  it.effect("reverses a document after it was posted", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      const document = confirmation(plant, "O-1", 2)
      world.ask([document, reversal(document, 3), confirmation(plant, "O-1", 3, "7")])
      yield* startPoster(world)
      yield* eventually("all are verified", () => world.all("Verified"))
      const { admin } = yield* Sandbox
      expect((yield* admin.sums(plant)).find(({ amount }) => amount === "yield")?.sum).toBe("7")
    })
  )

  it.effect("a locked order and an ERP that is briefly down defer; nothing is lost and nothing posted twice", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setFaults([
        { kind: "locked", plant, count: 8 },
        { kind: "unavailable", plant, count: 6 }
      ])
      const world = orders()
      world.ask(workload(plant, 30))
      yield* startPoster(world)
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(world.messages.filter(({ type }) => type === "PostingDeferred")).toHaveLength(14)
      expect(yield* stored(plant)).toEqual({ documents: 30, stored: 30, repeated: 0 })
    })
  )

  it.effect("refusals fail with the ERP's code, and hold up no other order", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const closed = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setRules({ plant: closed, closedBefore: "2027-01-01" })
      const world = orders()
      const refused = confirmation(closed, "O-1", 2)
      world.ask([refused, ...workload(plant, 10)])
      yield* startPoster(world)
      yield* eventually("all others are verified", () => world.count("Verified") === 10)
      yield* eventually("one failed", () => world.count("Failed") === 1)
      expect(world.told(refused)).toMatchObject({ state: "Failed", attempt: 1, code: "PERIOD_CLOSED" })
      expect(world.told(refused)).toMatchObject({ class: "BusinessRuleViolation" })
    })
  )

  it.effect("answers lost after the commit leave a doubt; asked for by key, found, and not sent again", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setFaults([{ kind: "hang", plant, count: 12 }])
      const world = orders()
      world.ask(workload(plant, 40))
      const { idle } = yield* Effect.provide(startPoster(world, hasty), yield* clientWithin(hasty.timeoutMillis))
      yield* eventually("all are verified", () => world.all("Verified"))
      yield* eventually("it is idle", idle)
      const doubts = world.messages.filter(({ type }) => type === "PostingInDoubt")
      expect(doubts.length).toBeGreaterThanOrEqual(12)
      expect(yield* stored(plant)).toMatchObject({ documents: 40, stored: 40 })
      expect(world.misfits).toEqual([])
    })
  )

  it.effect("an ERP slower than its timeout ends with one document all the same", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setFaults([{ kind: "slow", plant, count: 5, millis: hasty.timeoutMillis + 100 }])
      const world = orders()
      world.ask(workload(plant, 20))
      yield* Effect.provide(startPoster(world, hasty), yield* clientWithin(hasty.timeoutMillis))
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(yield* stored(plant)).toMatchObject({ documents: 20, stored: 20 })
      expect(world.misfits).toEqual([])
    })
  )

  it.effect("an ERP that is down costs no posting an attempt; sending begins when it answers", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(workload(plant, 10))
      const { port } = yield* Effect.scoped(sandboxServer({ port: 0 }))
      const erp = yield* Layer.build(sandboxErp({ origin: `http://127.0.0.1:${port}` }))
      yield* Effect.provide(startPoster(world), erp)
      yield* Effect.sleep("100 millis")
      expect(world.messages).toEqual([])
      yield* sandboxServer({ port })
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(world.messages.every(({ body }) => body.attempt === 1)).toBe(true)
    })
  )

  it.effect("killed again and again between claim and outcome, it posts each document once", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      const client = yield* clientWithin(ready.timeoutMillis)
      const poster = Effect.provide(startPoster(world, ready, 8), client)
      world.ask(workload(plant, 40, 3))
      // Long enough to be in the middle of things: from before the first claim to several documents on.
      for (const millis of [1, 3, 6, 10, 15, 20, 25, 30, 40, 50]) {
        yield* Effect.scoped(Effect.andThen(poster, Effect.sleep(millis)))
      }
      const { idle } = yield* poster
      yield* eventually("all are verified", () => world.all("Verified"))
      yield* eventually("it is idle", idle)
      expect(yield* stored(plant)).toEqual({ documents: 120, stored: 120, repeated: 0 })
      expect(world.misfits).toEqual([])
    })
  )

  it.effect("two posters at once, with a view that lags, post each document once", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setFaults([{ kind: "locked", plant, probability: 0.1, count: 10, seed: 8 }])
      const world = orders()
      world.lag(true)
      world.ask(workload(plant, 50, 3))
      const first = yield* startPoster(world)
      const second = yield* startPoster(world)
      const catchUp = Effect.sync(() => {
        world.lag(false)
        world.lag(true)
      })
      yield* Effect.forkScoped(Effect.forever(Effect.delay(catchUp, "40 millis")))
      yield* eventually("all are verified", () => world.all("Verified"))
      yield* eventually(
        "both are idle",
        Effect.zipWith(first.idle, second.idle, (one, other) => one && other)
      )
      expect(yield* stored(plant)).toEqual({ documents: 150, stored: 150, repeated: 0 })
      expect(world.misfits).toEqual([])
    })
  )

  it.effect("two posters at once, with answers that get lost, leave each document stored once", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setFaults([{ kind: "hang", plant, probability: 0.1, count: 10, seed: 7 }])
      const world = orders()
      world.lag(true)
      world.ask(workload(plant, 50, 3))
      const client = yield* clientWithin(hasty.timeoutMillis)
      const first = yield* Effect.provide(startPoster(world, hasty), client)
      const second = yield* Effect.provide(startPoster(world, hasty), client)
      const catchUp = Effect.sync(() => {
        world.lag(false)
        world.lag(true)
      })
      yield* Effect.forkScoped(Effect.forever(Effect.delay(catchUp, "40 millis")))
      yield* eventually("all are verified", () => world.all("Verified"))
      yield* eventually(
        "both are idle",
        Effect.zipWith(first.idle, second.idle, (one, other) => one && other)
      )
      expect(yield* stored(plant)).toMatchObject({ documents: 150, stored: 150 })
    })
  )

  it.effect("a view that has forgotten everything has nothing posted again", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(workload(plant, 10, 2))
      yield* Effect.scoped(
        Effect.andThen(
          startPoster(world),
          eventually("all are verified", () => world.all("Verified"))
        )
      )
      const before = yield* stored(plant)
      const sql = yield* SqlClient.SqlClient
      world.forget()
      // One that remembers nothing either.
      yield* startPoster(world)
      yield* Effect.sleep("200 millis")
      expect(yield* stored(plant)).toEqual(before)
      const [claims] = yield* sql<{ count: number }>`
        select count(*)::int as count from posting_attempt where key like ${`order/${plant}/%`}`
      expect(claims?.count).toBe(20)
    })
  )

  it.effect("an outcome waits for its partition; the document isn't sent again meanwhile", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.failDoor(10)
      world.ask(workload(plant, 20))
      yield* startPoster(world)
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(yield* stored(plant)).toEqual({ documents: 20, stored: 20, repeated: 0 })
    })
  )

  it.effect("a crash between the journal and the claim is made good without a second word", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      const document = confirmation(plant, "O-1", 2)
      const poster = Effect.provide(startPoster(world, ready), yield* clientWithin(ready.timeoutMillis))
      const sql = yield* SqlClient.SqlClient
      world.ask([document])
      yield* Effect.scoped(
        Effect.andThen(
          poster,
          eventually("it is verified", () => world.all("Verified"))
        )
      )
      yield* sql`update posting_attempt set outcome = null where key = ${document.key}`
      const { idle } = yield* poster
      yield* eventually("the claim is closed", idle)
      expect(world.messages).toHaveLength(1)
    })
  )

  it.effect.each(["off", "shadow"] as const)(
    "a crash between the claim and the word that a document is left out (%s) has it left out, not posted",
    (mode) =>
      Effect.gen(function* () {
        const plant = aPlant()
        const world = orders()
        const document = confirmation(plant, "O-1", 2)
        const sql = yield* SqlClient.SqlClient
        const { name } = yield* Erp
        world.decide(mode)
        world.ask([document])
        yield* sql`
          insert into posting_attempt (erp, key, attempt, send_before, ask_after, asked)
          values (${name}, ${document.key}, 1, now() - interval '1 hour', now() - interval '1 hour', 1)`
        const { idle } = yield* startPoster(world)
        yield* eventually("nothing is on its way", idle)
        yield* eventually(
          "it is through",
          () => world.all("Verified") || world.all(mode === "off" ? "Omitted" : "Shadowed")
        )
        expect(yield* stored(plant)).toEqual({ documents: 0, stored: 0, repeated: 0 })
      })
  )

  it.effect(
    "what is left to people is no case where it waits in a circle: whoever decided on that would have it posted",
    () =>
      Effect.gen(function* () {
        const plant = aPlant()
        const world = orders()
        const [one, other] = [confirmation(plant, "O-1", 2), confirmation(plant, "O-2", 2)]
        world.decide("shadow")
        world.ask([one, other])
        world.loseSight(0)
        world.waitForEachOther(one, other)
        yield* startPoster(world)
        yield* eventually("one is told of", () => world.messages.length > 0)
        expect(world.told(one)).toMatchObject({ state: "Shadowed" })
      })
  )

  it.effect("a crash while what a person posted was being taken for ours doesn't hide it for ever", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      const document = confirmation(plant, "O-1", 2)
      const { key: _, ...content } = document
      const { admin } = yield* Sandbox
      const sql = yield* SqlClient.SqlClient
      const { name } = yield* Erp
      world.decide("shadow")
      world.ask([document])
      yield* startPoster(world)
      yield* eventually("it is left to people", () => world.all("Shadowed"))
      yield* sql`
        insert into posting_attempt (erp, key, attempt, send_before, ask_after, asked)
        values (${name}, ${document.key}, 2, now(), now() + interval '1 hour', 0)`
      const number = yield* admin.postByHand(content)
      yield* eventually("theirs is found", () => world.all("Verified"))
      expect(world.told(document)).toMatchObject({ attempt: 2, document: number })
    })
  )

  it.effect(
    "what was refused isn't sent again before the ERP could say what people posted; it is asked with a rest",
    () =>
      Effect.gen(function* () {
        const plant = aPlant()
        const world = orders()
        const document = confirmation(plant, "O-1", 2)
        const { key: _, ...content } = document
        const { admin } = yield* Sandbox
        const number = yield* admin.postByHand(content)
        const erp = yield* Erp
        let isDown = true
        let asked = 0
        const mute = Erp.of({
          ...erp,
          documentsOf: (...order) => {
            asked += 1
            return isDown
              ? Effect.fail(new TechnicalFailure({ field: "code", value: "503", reason: "Down", nextStep: "Wait" }))
              : erp.documentsOf(...order)
          }
        })
        world.sendAgain()
        world.ask([document])
        yield* startPoster(world).pipe(Effect.provide(Layer.succeed(Erp, mute)))
        yield* Effect.sleep("500 millis")
        expect(asked).toBeGreaterThan(0)
        expect(asked).toBeLessThanOrEqual(500 / patient.retryMillis + 1)
        expect(world.messages).toEqual([])
        isDown = false
        yield* eventually("theirs is found", () => world.all("Verified"))
        expect(world.told(document)).toMatchObject({ attempt: 1, document: number })
        expect((yield* stored(plant)).documents).toBe(1)
      })
  )

  it.effect("what the ERP holds is compared with what was sent", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      const document = confirmation(plant, "O-1", 2)
      world.ask([document])
      const erp = yield* Erp
      const rounding = Erp.of({
        ...erp,
        readBack: (number) =>
          Effect.map(
            erp.readBack(number),
            Option.map((held) => ({ ...held, content: confirmation(plant, "O-1", 2, "10.01") }))
          )
      })
      yield* startPoster(world).pipe(Effect.provide(Layer.succeed(Erp, rounding)))
      yield* eventually("it failed", () => world.all("Failed"))
      expect(world.told(document)).toMatchObject({ code: "CONTENT_DIFFERS", class: "DataQualityIssue" })
    })
  )

  it.effect("an accepted document that can't be read back yet is asked for, never sent again", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(workload(plant, 5))
      const erp = yield* Effect.provide(Erp, yield* clientWithin(ready.timeoutMillis))
      let blind = 12
      const slowToShow = Erp.of({
        ...erp,
        readBack: (number) => (blind-- > 0 ? Effect.succeed(Option.none()) : erp.readBack(number))
      })
      yield* startPoster(world, ready).pipe(Effect.provide(Layer.succeed(Erp, slowToShow)))
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(world.messages.filter(({ type }) => type === "PostingAccepted")).toHaveLength(5)
      expect(yield* stored(plant)).toEqual({ documents: 5, stored: 5, repeated: 0 })
    })
  )

  it.effect("a lost number is asked for until an ERP whose search lags would have it; nothing is sent twice", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(workload(plant, 5))
      const erp = yield* Effect.provide(Erp, yield* clientWithin(ready.timeoutMillis))
      let blind = 12
      const lagging = Erp.of({
        ...erp,
        settlesWithinMillis: 600_000,
        post: (document, sendBefore) =>
          Effect.flatMap(erp.post(document, sendBefore), () =>
            Effect.fail(new OutcomeUnknown({ reason: "The number was lost" }))
          ),
        findByKey: (key) => (blind-- > 0 ? Effect.succeed(Option.none()) : erp.findByKey(key))
      })
      yield* startPoster(world, ready).pipe(Effect.provide(Layer.succeed(Erp, lagging)))
      yield* eventually("all are verified", () => world.all("Verified"))
      expect(yield* stored(plant)).toEqual({ documents: 5, stored: 5, repeated: 0 })
    })
  )

  it.effect("keeps up with a burst", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(workload(plant, 1_000))
      const began = performance.now()
      yield* startPoster(world, patient, 64)
      yield* eventually("all are verified", () => world.all("Verified"))
      yield* Effect.logInfo(
        `The poster did ${Math.round(1_000 / ((performance.now() - began) / 1_000))} documents a second`
      )
      expect(yield* stored(plant)).toEqual({ documents: 1_000, stored: 1_000, repeated: 0 })
    })
  )
})
