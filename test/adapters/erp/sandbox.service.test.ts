// The sandbox ERP and its client pass the contract of the port, and the sandbox keeps its books.
import { expect, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { sandboxErp } from "../../../adapters/erp/sandbox/client.ts"
import { changesLimit, listLimit } from "../../../adapters/erp/sandbox/contract.ts"
import { sandboxServer } from "../../../adapters/erp/sandbox/server.ts"
import { lotStream } from "../../../core/journal/stream.ts"
import { Decimal } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, type PlantId } from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { type Document, Erp, postingKey } from "../../../core/port/erp.ts"
import { ErpControls } from "../../erp/controls.ts"
import { aPlant, confirmation, goodsMovement, group, reversal } from "../../erp/documents.ts"
import { erpContract } from "../../erp/tck.ts"
import { Sandbox, sandboxWorld } from "./sandbox.ts"

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)

const ofOrder = (plant: PlantId, type: string, body: object) => ({
  plant,
  type,
  body: JSON.stringify({ occurredAt: "2026-11-02T08:00:00+01:00", ...body })
})

const released = (plant: PlantId, orderId: string, pieces: string, revision = 1) =>
  ofOrder(plant, revision === 1 ? "ProductionOrderReleased" : "ProductionOrderChanged", {
    ...{ orderId, revision, itemId: "PUMP", quantity: { value: pieces, unit: "EA" } },
    operations: [{ operationId: "0010" }]
  })

const controls = Layer.effect(
  ErpControls,
  Effect.map(Sandbox, ({ admin }) => ({
    prepare: () => Effect.void,
    closePeriod: (plant, day) => Effect.orDie(admin.setRules({ plant, closedBefore: dayAfter(day) })),
    openPeriods: (plant) => Effect.orDie(admin.setRules({ plant })),
    lockOrder: (plant, orderId, locked) => Effect.orDie(admin.setOrder({ plant, orderId, locked })),
    letFinalBeLast: (plant) => Effect.orDie(admin.setRules({ plant, finalIsLast: true })),
    loseNextAnswer: (plant) => Effect.orDie(admin.setFaults([{ kind: "hang", plant, count: 1 }])),
    failNext: (plant) => Effect.orDie(admin.setFaults([{ kind: "unavailable", plant, count: 1 }])),
    changeItem: (plant, itemId, description) =>
      Effect.orDie(
        admin.change({
          plant,
          type: "MaterialDefinitionPublished",
          body: JSON.stringify({ itemId, description, unit: "KGM", occurredAt: "2026-11-02T08:00:00+01:00" })
        })
      ),
    releaseOrder: (plant) => Effect.orDie(Effect.as(admin.change(released(plant, "O-9", "12")), OrderId.make("O-9"))),
    completeOrder: (plant, orderId) =>
      Effect.orDie(admin.change(ofOrder(plant, "ProductionOrderTechnicallyCompleted", { orderId }))),
    postByHand: Effect.fnUntraced(function* (plant) {
      const { key: _, ...said } = confirmation(plant, "O-1", 1, "3")
      const document = yield* Effect.orDie(admin.postByHand(said))
      const { kind, plant: __, postingDate, ...content } = said
      return { document, kind, content, postingDate }
    }),
    cancelByHand: (_plant, document) => Effect.orDie(admin.cancelByHand(document))
  }))
)

erpContract("sandbox", Layer.provideMerge(controls, sandboxWorld(2_000)), {
  documents: {
    ofOrder: confirmation,
    reversible: (plant, version) => confirmation(plant, "O-1", version),
    movement: goodsMovement,
    odd: (plant) => confirmation(plant, "Auftrag/7 & ü=漢 %2F", 2, "123456789012345678.000000000001"),
    group
  },
  changes: "each",
  closedPeriods: true,
  lockedOrders: true,
  finalIsLast: true,
  lostAnswers: true,
  outages: true,
  books: new Set(["documentsOf", "openOrders", "stock", "available", "releasedToMes"]),
  cancelsByHand: true
})

const soon = () => performance.now() + 60_000

/** Lot L-1 of STEEL, and what says whether it may be used. */
const aLot = (plant: PlantId) => {
  const lot = { scope: plantScope(plant), itemId: ItemId.make("STEEL"), lotId: LotId.make("L-1") }
  const status = (version: number, disposition: "held" | "released"): Document => ({
    key: postingKey(lotStream(lot), version, "lotStatus"),
    kind: "lotStatus",
    plant,
    status: { ...lot, disposition },
    postingDate: "2026-11-23"
  })
  return { lot, status }
}

layer(sandboxWorld(20_000), { timeout: "30 seconds", excludeTestServices: true })("sandbox ERP", (it) => {
  it.effect("refuses more than planned plus tolerance where the plant's rule is on", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      const orderId = OrderId.make("O-1")
      const planned = { value: Decimal.make("20"), unit: Unit.make("EA") }
      const operations = [{ operationId: OperationId.make("0010"), planned }]
      yield* admin.setOrder({ plant, orderId, tolerancePercent: Decimal.make("10"), operations })
      yield* admin.setRules({ plant, overDelivery: true })
      const first = confirmation(plant, "O-1", 2, "11.5")
      yield* erp.post(first, soon())
      yield* erp.post(confirmation(plant, "O-1", 3, "10.5"), soon())
      const failure = yield* Effect.flip(erp.post(confirmation(plant, "O-1", 4, "0.001"), soon()))
      expect(failure).toMatchObject({ _tag: "BusinessRuleViolation", value: "OVER_DELIVERY" })
      yield* erp.post(reversal(first, 5), soon())
      yield* erp.post(confirmation(plant, "O-1", 6, "11.5"), soon())
    })
  )

  it.effect("keeps stock by lot, and refuses a deficit where the plant's rule is on", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      yield* admin.setRules({ plant, noNegativeStock: true })
      const received = goodsMovement(plant, "L-1", 1, "in")
      const early = yield* Effect.flip(erp.post(goodsMovement(plant, "L-1", 2, "out"), soon()))
      expect(early).toMatchObject({ _tag: "BusinessRuleViolation", value: "DEFICIT" })
      yield* erp.post(received, soon())
      yield* erp.post(goodsMovement(plant, "L-2", 1, "in"), soon())
      const stock = (lotId: string) => ({ itemId: "STEEL", scope: `plant/${plant}`, lotId, unit: "KGM", quantity: "2" })
      expect(yield* admin.stock(plant)).toEqual([stock("L-1"), stock("L-2")])
      yield* erp.post(goodsMovement(plant, "L-1", 3, "out"), soon())
      expect(yield* admin.stock(plant)).toEqual([stock("L-2")])
      expect(yield* Effect.flip(erp.post(reversal(received, 4), soon()))).toMatchObject({ value: "DEFICIT" })
    })
  )

  it.effect("knows of each lot the status that it was given last", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      const { lot, status } = aLot(plant)
      yield* erp.post(status(1, "held"), soon())
      yield* erp.post(status(2, "released"), soon())
      expect(yield* admin.statuses(plant)).toEqual([{ ...lot, disposition: "released" }])
    })
  )

  it.effect("lets nothing be taken of a lot that is held, and keeps it in stock", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const plant = aPlant()
      const { lot, status } = aLot(plant)
      const available = Effect.map(erp.available(plant, [lot.itemId]), (all) =>
        all.map(({ quantity }) => quantity.value)
      )
      for (const [index, name] of ["L-1", "L-2"].entries())
        yield* erp.post(goodsMovement(plant, name, index, "in"), soon())
      expect(yield* available).toEqual(["4"])
      yield* erp.post(status(3, "held"), soon())
      expect(yield* available).toEqual(["2"])
      expect(yield* erp.stock(plant)).toMatchObject([{ lotId: "L-1" }, { lotId: "L-2" }])
      yield* erp.post(status(4, "released"), soon())
      expect(yield* available).toEqual(["4"])
    })
  )

  it.effect("shows an order's documents and a plant's open orders page after page, and a change of its plan", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      const documents = Array.from({ length: listLimit + 1 }, (_, index) => confirmation(plant, "O-1", index))
      yield* Effect.forEach(documents, (document) => erp.post(document, soon()), { concurrency: 64, discard: true })
      const held = yield* erp.documentsOf(plant, OrderId.make("O-1"))
      expect(new Set(held.map(({ key }) => key))).toEqual(new Set(documents.map(({ key }) => key)))
      const sql = yield* SqlClient.SqlClient
      yield* admin.change(released(plant, "O-0", "12"))
      yield* sql`insert into erp_sandbox.open_order
        select plant, 'O-' || n, replace(release, '"O-0"', '"O-' || n || '"')
        from erp_sandbox.open_order, generate_series(1, ${listLimit}::int) as n where plant = ${plant}`
      yield* admin.change(released(plant, "O-7", "15", 2))
      const open = yield* erp.openOrders(plant)
      expect(new Set(open.map(({ orderId }) => orderId)).size).toBe(listLimit + 1)
      expect(open.filter(({ revision }) => revision === 2)).toMatchObject([
        { orderId: "O-7", quantity: { value: "15" } }
      ])
    })
  )

  it.effect("remembers which orders the MES has taken over, in their highest revision", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      for (const revision of [1, 3, 2]) yield* erp.releasedToMes(plant, OrderId.make("O-1"), revision)
      expect(yield* admin.ordersInMes(plant)).toEqual([{ plant, orderId: "O-1", revision: 3 }])
    })
  )

  it.effect("sums net amounts per order and operation, and lists every call with its key", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      const first = confirmation(plant, "O-1", 2, "10")
      const second = confirmation(plant, "O-1", 3, "0.5")
      for (const document of [first, second, first, reversal(first, 4)]) yield* erp.post(document, soon())
      const sums = yield* admin.sums(plant)
      const sumOf = (name: string) => sums.find(({ amount }) => amount === name)?.sum
      expect({ yield: sumOf("yield"), scrap: sumOf("scrap"), laborTime: sumOf("laborTime") }).toEqual({
        yield: "0.5",
        scrap: "0.125",
        laborTime: "12.5"
      })
      expect(yield* admin.calls(plant)).toEqual([
        { key: first.key, status: 201 },
        { key: second.key, status: 201 },
        { key: first.key, status: 200 },
        { key: reversal(first, 4).key, status: 201 }
      ])
    })
  )

  it.effect("answers 423 as often as it is told to", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const document = confirmation(aPlant(), "O-1", 2)
      yield* admin.setFaults([{ kind: "locked", plant: document.plant, count: 2 }])
      for (const _ of [1, 2]) {
        expect(yield* Effect.flip(erp.post(document, soon()))).toMatchObject({ value: "ORDER_LOCKED" })
      }
      yield* erp.post(document, soon())
    })
  )

  it.effect("tells of changes page after page, each as it was made", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      // No digit of a number is lost on the way, and what isn't JSON isn't looked at.
      const bodies = [
        '{"value": 0.1000000000000000055}',
        "not JSON",
        ...Array.from({ length: changesLimit }, () => "{}")
      ]
      yield* Effect.forEach(bodies, (body) => admin.change({ plant, type: "Odd", body }), { concurrency: 16 })
      const first = yield* erp.changes(plant, undefined)
      expect(first).toMatchObject({ more: true, changes: { length: changesLimit } })
      const second = yield* erp.changes(plant, first.cursor)
      expect(second).toMatchObject({ more: false, changes: { length: 2 } })
      const told = [...first.changes, ...second.changes].map(({ body }) => body)
      expect(told.toSorted()).toEqual(bodies.toSorted())
    })
  )

  it.effect("keeps its books over a restart; while it is down nothing is sent", () =>
    Effect.gen(function* () {
      const plant = aPlant()
      const document = confirmation(plant, "O-1", 2)
      const serve = <A, E>(port: number, use: Effect.Effect<A, E, Erp>) =>
        Effect.gen(function* () {
          const server = yield* sandboxServer({ port })
          const origin = `http://127.0.0.1:${server.port}`
          return { port: server.port, result: yield* Effect.provide(use, sandboxErp({ origin })) }
        }).pipe(Effect.scoped)
      const post = Effect.flatMap(Erp, (erp) => erp.post(document, soon()))
      const before = yield* serve(0, post)
      const down = yield* Effect.flip(post).pipe(
        Effect.provide(sandboxErp({ origin: `http://127.0.0.1:${before.port}` }))
      )
      expect(down._tag).toBe("TechnicalFailure")
      const after = yield* serve(before.port, post)
      expect(after.result).toBe(before.result)
    })
  )

  it.effect("stores every document of a burst", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { admin } = yield* Sandbox
      const plant = aPlant()
      const documents = Array.from({ length: 1_500 }, (_, index) => confirmation(plant, `O-${index}`, 2))
      const posted = (some: typeof documents) =>
        Effect.forEach(some, (document) => erp.post(document, soon()), { concurrency: 64, discard: true })
      yield* posted(documents.slice(0, 500))
      const began = performance.now()
      yield* posted(documents.slice(500))
      const perSecond = Math.round(1_000 / ((performance.now() - began) / 1_000))
      yield* Effect.logInfo(`The sandbox took ${perSecond} posts a second`)
      expect((yield* admin.documents(plant)).length).toBe(1_500)
    })
  )
})
