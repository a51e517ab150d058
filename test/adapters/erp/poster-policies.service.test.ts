// The poster by a plant's policies, with a real sandbox ERP and a real database: closed periods, items that somebody has
// open, and a rate. Whatever the policy does, each document is posted exactly once.
import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { ItemId, type PlantId } from "../../../core/plant/identifiers.ts"
import { Erp } from "../../../core/port/erp.ts"
import { aPlant, type Confirmation, confirmation, goodsMovement, reversal } from "../../erp/documents.ts"
import { orders } from "./orders.ts"
import { eventually, hasty, patient, startPoster } from "./posting.ts"
import { clientWithin, Sandbox, sandboxWorld } from "./sandbox.ts"

/** So that claims which were left behind are asked for soon. */
const soon = { ...patient, timeoutMillis: 1_500, sendWithinMillis: 500 }

/** Of a day that is long over, so that a later one has begun. */
const early = (plant: PlantId, order: string, version: number): Confirmation => ({
  ...confirmation(plant, order, version),
  postingDate: "2024-01-31"
})

/** A confirmation that moves an item, too. */
const moving = (plant: PlantId, order: string, item: string): Confirmation => {
  const { movements = [] } = goodsMovement(plant, "L-1", 2, "in")
  return {
    ...confirmation(plant, order, 2),
    movements: movements.map((line) => ({ ...line, itemId: ItemId.make(item) }))
  }
}

/** What the ERP has of a plant, and how often it stored and refused something. */
const booksOf = Effect.fnUntraced(function* (plant: PlantId) {
  const { admin } = yield* Sandbox
  const documents = (yield* admin.documents(plant)).map(({ content }) => content)
  const statuses = (yield* admin.calls(plant)).map(({ status }) => status)
  return {
    documents,
    dates: new Set(documents.map(({ postingDate }) => postingDate)),
    stored: statuses.filter((status) => status === 201).length,
    refused: statuses.filter((status) => status === 422).length
  }
})

const ofType = (world: ReturnType<typeof orders>, type: string) => world.messages.filter((one) => one.type === type)

layer(sandboxWorld(patient.timeoutMillis), { timeout: "30 seconds", excludeTestServices: true })("policies", (it) => {
  it.effect("a document of a closed period is posted in the next open one, its reversal too, and read back so", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setRules({ plant, closedBefore: "2024-03-01" })
      const world = orders()
      const document = early(plant, "O-1", 2)
      const others = Array.from({ length: 10 }, (_, index) => early(plant, `O-${index + 2}`, 2))
      world.ask([document, reversal(document, 3), early(plant, "O-1", 4), ...others])
      yield* startPoster(world, patient, 32, { closedPeriod: "nextOpenPeriod" })
      yield* eventually("all are verified", () => world.all("Verified"))
      const books = yield* booksOf(plant)
      expect(books).toMatchObject({ dates: new Set(["2024-03-01"]), stored: 13, refused: 13 })
      expect(books.documents).toHaveLength(13)
      const [move] = ofType(world, "PostingDateMoved")
      expect(move?.body).toMatchObject({
        attempt: 1,
        from: "2024-01-31",
        to: "2024-03-01",
        rule: "sandbox/1",
        policy: "closedPeriod/nextOpenPeriod"
      })
      expect(world.misfits).toEqual([])
    })
  )

  it.effect(
    "killed again and again while dates are moved, the poster posts each document once, on the moved date",
    () =>
      Effect.gen(function* () {
        const plant = aPlant()
        const { admin } = yield* Sandbox
        yield* admin.setRules({ plant, closedBefore: "2024-03-01" })
        const world = orders()
        const client = yield* clientWithin(soon.timeoutMillis)
        const poster = Effect.provide(startPoster(world, soon, 8, { closedPeriod: "nextOpenPeriod" }), client)
        world.ask(Array.from({ length: 40 }, (_, index) => early(plant, `O-${index % 20}`, 2 + Math.floor(index / 20))))
        for (const millis of [2, 5, 10, 15, 20, 30, 40]) {
          yield* Effect.scoped(Effect.andThen(poster, Effect.sleep(millis)))
        }
        const { idle } = yield* poster
        yield* eventually("all are verified", () => world.all("Verified"))
        yield* eventually("it is idle", idle)
        const books = yield* booksOf(plant)
        expect(books).toMatchObject({ dates: new Set(["2024-03-01"]), stored: 40 })
        expect(books.documents).toHaveLength(40)
        expect(ofType(world, "PostingDateMoved").length).toBeLessThanOrEqual(40)
        expect(world.misfits).toEqual([])
      })
  )

  it.effect(
    "killed before the ERP's answer to a moved date, it isn't compared with the date that a late view still has",
    () =>
      Effect.gen(function* () {
        const plant = aPlant()
        const { admin } = yield* Sandbox
        yield* admin.setRules({ plant, closedBefore: "2024-03-01" })
        const world = orders()
        world.ask([early(plant, "O-1", 2)])
        const client = yield* clientWithin(hasty.timeoutMillis)
        const stored = Effect.map(admin.calls(plant), (calls) => calls.some(({ status }) => status === 201))
        yield* Effect.gen(function* () {
          const erp = yield* Erp
          const mute = Erp.of({
            ...erp,
            post: (...sent) => Effect.andThen(erp.post(...sent), Effect.never)
          })
          yield* startPoster(world, hasty, 8, { closedPeriod: "nextOpenPeriod" }).pipe(Effect.provideService(Erp, mute))
          yield* eventually("it is in the ERP", stored)
        }).pipe(Effect.provide(client), Effect.scoped)
        world.forget()
        let asked = 0
        yield* Effect.gen(function* () {
          const erp = yield* Erp
          const counting = Erp.of({
            ...erp,
            findByKey: (...key) => {
              asked += 1
              return erp.findByKey(...key)
            }
          })
          yield* startPoster(world, hasty, 8, { closedPeriod: "nextOpenPeriod" }).pipe(
            Effect.provideService(Erp, counting)
          )
          yield* Effect.sleep("1500 millis")
          expect(ofType(world, "PostingFailed")).toEqual([])
          expect(asked).toBe(0)
          world.lag(false)
          yield* eventually("it is verified", () => world.all("Verified"))
        }).pipe(Effect.provide(client), Effect.scoped)
        expect(yield* booksOf(plant)).toMatchObject({ dates: new Set(["2024-03-01"]), stored: 1 })
        expect(world.misfits).toEqual([])
      })
  )

  it.effect("waits until the period is opened, and has its own date then", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setRules({ plant, closedBefore: "2024-03-01" })
      const world = orders()
      world.ask([early(plant, "O-1", 2)])
      yield* startPoster(world, patient, 32, { closedPeriod: "wait" })
      yield* eventually("it was deferred twice", () => ofType(world, "PostingDeferred").length >= 2)
      expect(ofType(world, "PostingDeferred")[0]?.body).toMatchObject({
        class: "ClosedPeriod",
        policy: "closedPeriod/wait"
      })
      yield* admin.setRules({ plant })
      yield* eventually("it is verified", () => world.all("Verified"))
      expect(yield* booksOf(plant)).toMatchObject({ dates: new Set(["2024-01-31"]), stored: 1 })
    })
  )

  it.effect("an item that somebody has open holds up what moves it, and nothing else; then all of it goes", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const { admin } = yield* Sandbox
      yield* admin.setFaults([{ kind: "itemLocked", plant, itemId: ItemId.make("STEEL") }])
      const world = orders()
      const steel = Array.from({ length: 30 }, (_, index) => moving(plant, `S-${index}`, "STEEL"))
      world.ask(steel)
      yield* startPoster(world, { ...patient, retryMillis: 20 }, 8)
      yield* eventually("it is known to be locked", () => ofType(world, "PostingDeferred").length > 0)
      world.ask(Array.from({ length: 30 }, (_, index) => moving(plant, `O-${index}`, "OIL")))
      yield* eventually("the other item's are through", () => world.count("Verified") === 30)
      // The first took all of the room, then one after the other was tried.
      const tried = ofType(world, "PostingDeferred").length
      expect(tried).toBeLessThan(25)
      yield* admin.setFaults([])
      yield* eventually("all are verified", () => world.all("Verified"))
      const books = yield* booksOf(plant)
      expect(books.documents).toHaveLength(60)
      expect(books.stored).toBe(60)
      expect(world.misfits).toEqual([])
    })
  )

  it.effect("sends no more in a second than the ERP is to take", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const world = orders()
      world.ask(Array.from({ length: 30 }, (_, index) => confirmation(plant, `O-${index}`, 2)))
      const began = performance.now()
      yield* startPoster(world, patient, 32, { perSecond: 20 })
      yield* eventually("all are verified", () => world.all("Verified"))
      // A second's worth at once, ten more at twenty a second.
      expect(performance.now() - began).toBeGreaterThan(450)
      expect(yield* booksOf(plant)).toMatchObject({ stored: 30 })
    })
  )
})
