// What SAP's adapter tells of orders and materials that somebody changed there.
import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import { Erp } from "../../../core/port/erp.ts"
import { aPlant } from "../../erp/documents.ts"
import { aPreparedPlant, component, confirmed, orderNumber, orderOf, prepare, Sap, sapWorld, soon } from "./sap.ts"

const told = Effect.fnUntraced(function* (plant: PlantId, after?: string) {
  const erp = yield* Erp
  const pages: Array<number> = []
  const changes: Array<{
    readonly id: string
    readonly type: string
    readonly body: Readonly<Record<string, unknown>>
  }> = []
  let cursor = after
  while (true) {
    const page = yield* erp.changes(plant, cursor)
    changes.push(...page.changes.map(({ body, ...change }) => ({ ...change, body: JSON.parse(body) })))
    pages.push(page.changes.length)
    cursor = page.cursor
    if (!page.more) return { changes, cursor, pages, orders: changes.filter(({ type }) => type.startsWith("Prod")) }
  }
})

const typesOf = (changes: ReadonlyArray<{ readonly type: string }>) =>
  changes.map(({ type }) => type.replace("ProductionOrder", ""))

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })("what SAP tells", (it) => {
  it.effect("an order's release with its operations, each change of it, its technical completion and its closing", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant({ released: false })
      const number = orderNumber(plant)
      const change = (name: "released" | "technicallyCompleted" | "closed") =>
        server.books.changeOrder(number, (order) => {
          order[name] = true
        })
      const created = yield* told(plant)
      expect(created.orders).toEqual([])
      change("released")
      const released = yield* told(plant, created.cursor)
      expect(released.orders).toMatchObject([
        {
          type: "ProductionOrderReleased",
          body: {
            orderId: orderOf(plant, "O-1"),
            itemId: "PUMP",
            quantity: { value: "12", unit: "EA" },
            operations: [
              { operationId: "0010", description: "Step 0010", workCenterId: "ASSEMBLY" },
              { operationId: "0020", quantity: { value: "12", unit: "EA" } }
            ]
          }
        }
      ])
      server.books.changeOrder(number, (order) => {
        order.quantity = "15.500"
      })
      const changed = yield* told(plant, released.cursor)
      expect(changed.orders).toMatchObject([{ body: { quantity: { value: "15.5" } } }])
      expect(Number(changed.orders[0]?.body.revision)).toBeGreaterThan(Number(released.orders[0]?.body.revision))
      change("technicallyCompleted")
      const completed = yield* told(plant, changed.cursor)
      expect(typesOf(completed.orders)).toEqual(["Released", "TechnicallyCompleted"])
      change("closed")
      const closed = yield* told(plant, completed.cursor)
      expect(typesOf(closed.orders)).toEqual(["Released", "TechnicallyCompleted", "Closed"])
      expect(yield* told(plant, closed.cursor)).toMatchObject({ changes: [], cursor: closed.cursor })
    })
  )

  it.effect("which components SAP backflushes, unless the plant has it confirm without that", () =>
    Effect.gen(function* () {
      const components = [
        component("STEEL", "24.000", { backflush: true, operation: "0020" }),
        component("OIL", "1.000", { item: "0002" })
      ]
      const { plant } = yield* aPreparedPlant({ components })
      const [release] = (yield* told(plant)).orders
      expect(release?.body.backflushedComponents).toEqual([{ itemId: "STEEL", operationId: "0020" }])
      const { plant: explicit } = yield* aPreparedPlant({ components }, { backflush: false })
      const [other] = (yield* told(explicit)).orders
      expect(other?.body.backflushedComponents).toEqual([])
    })
  )

  it.effect("an order that is marked for deletion is cancelled; another plant's is none of this one's", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const { plant: other } = yield* aPreparedPlant()
      const before = yield* told(plant)
      expect(before.orders.map(({ body }) => body.orderId)).toEqual([orderOf(plant, "O-1")])
      for (const one of [plant, other]) {
        server.books.changeOrder(orderNumber(one), (order) => {
          order.deleted = true
        })
      }
      const after = yield* told(plant, before.cursor)
      expect(after.orders).toMatchObject([
        { type: "ProductionOrderCancelled", body: { orderId: orderOf(plant, "O-1") } }
      ])
    })
  )

  it.effect("a material with its unit, whether it has lots, its text in the plant's language, and its deletion", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant({}, { batchLevel: "material", language: "DE" })
      const before = yield* told(plant)
      const bolt = before.changes.find(({ body }) => body.itemId === "4711")
      expect(bolt).toMatchObject({
        type: "MaterialDefinitionPublished",
        body: { unit: "EA", description: "000000000000004711 (DE)" }
      })
      expect(bolt?.body).not.toHaveProperty("lotScope")
      const product = server.books.products.get("STEEL")
      if (product === undefined) throw new Error("There is no STEEL")
      product.deleted = true
      product.changedAt = server.books.stamp()
      const { changes } = yield* told(plant, before.cursor)
      expect(changes).toMatchObject([
        { body: { itemId: "STEEL", unit: "KGM", lotScope: "enterprise", actionCode: "Delete" } }
      ])
      product.deleted = false
    })
  )

  it.effect("what commits late is told late, and not twice", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const first = yield* told(plant)
      server.books.addProduct("LATE", "KG", false)
      const late = server.books.products.get("LATE")
      if (late === undefined) throw new Error("There is no LATE")
      late.changedAt -= 30_000
      const second = yield* told(plant, first.cursor)
      expect(second.changes.map(({ body }) => body.itemId)).toEqual(["LATE"])
      expect((yield* told(plant, second.cursor)).changes).toEqual([])
    })
  )

  it.effect("nothing before its second is surely over", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const { cursor } = yield* told(plant)
      server.books.addProduct("NOW", "KG", false)
      const now = server.books.products.get("NOW")
      if (now === undefined) throw new Error("There is no NOW")
      const yesterday = now.changedAt
      now.changedAt = Date.now()
      const early = yield* told(plant, cursor)
      expect(early).toMatchObject({ changes: [], cursor })
      now.changedAt = Date.now() - 6_000
      expect((yield* told(plant, cursor)).changes).toMatchObject([{ body: { itemId: "NOW" } }])
      now.changedAt = yesterday
    })
  )

  it.effect("page after page, also of many that have one stamp, and the same again from the beginning", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const plant = aPlant()
      yield* prepare(plant)
      const { cursor } = yield* told(plant)
      const names = Array.from({ length: 1_203 }, (_, index) => `MASS-${String(index).padStart(4, "0")}`)
      for (const name of names) server.books.addProduct(name, "KG", false)
      const at = server.books.stamp()
      for (const name of names.slice(0, 900)) {
        const product = server.books.products.get(name)
        if (product !== undefined) product.changedAt = at
      }
      const { changes, cursor: after, pages } = yield* told(plant, cursor)
      expect(pages.length).toBeGreaterThan(2)
      expect(changes.map(({ body }) => String(body.itemId)).toSorted()).toEqual(names)
      const ids = changes.map(({ id }) => id)
      expect(ids.toSorted()).toEqual(ids)
      expect((yield* told(plant, after)).changes).toEqual([])
    })
  )

  it.effect("what has no stamp, first of all, however many there are of it", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const names = Array.from({ length: 1_100 }, (_, index) => `OLD-${String(index).padStart(4, "0")}`)
      for (const name of names) {
        server.books.addProduct(name, "KG", false)
        const old = server.books.products.get(name)
        if (old !== undefined) old.changedAt = 0
      }
      const { changes, cursor, orders } = yield* told(plant)
      expect(changes.slice(0, names.length).map(({ body }) => body.itemId)).toEqual(names)
      expect(orders.length).toBe(1)
      expect((yield* told(plant, cursor)).changes).toEqual([])
      for (const name of names) server.books.products.delete(name)
    })
  )

  it.effect("nothing of a plant that no setting names, nor of what was posted", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      expect((yield* Effect.flip(erp.changes(aPlant(), undefined)))._tag).toBe("TechnicalFailure")
      const { plant } = yield* aPreparedPlant()
      const { cursor } = yield* told(plant)
      yield* erp.post(confirmed(plant, "O-1", 2), soon())
      expect((yield* told(plant, cursor)).changes).toEqual([])
    })
  )

  it.effect("an order whose stamp is behind the materials' is told all the same", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      server.books.addProduct("AHEAD", "KG", false)
      const ahead = server.books.products.get("AHEAD")
      if (ahead === undefined) throw new Error("There is no AHEAD")
      const stamp = ahead.changedAt
      ahead.changedAt += 3_600_000
      const { cursor } = yield* told(plant)
      server.books.changeOrder(orderNumber(plant), (order) => {
        order.quantity = "13.000"
      })
      const { orders } = yield* told(plant, cursor)
      expect(orders).toMatchObject([{ body: { quantity: { value: "13" } } }])
      ahead.changedAt = stamp
    })
  )

  it.effect("an order that names no material is told as it is, and stops nothing", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const { cursor } = yield* told(plant)
      const number = `9${orderNumber(plant).slice(1)}`
      server.books.addOrder({ number, plant: werks, material: "", quantity: "1.000", unit: "EA" })
      server.books.changeOrder(orderNumber(plant), (order) => {
        order.quantity = "14.000"
      })
      const { orders } = yield* told(plant, cursor)
      expect(orders.map(({ body }) => body.itemId)).toEqual(["", "PUMP"])
      server.books.orders.delete(number)
    })
  )
})
