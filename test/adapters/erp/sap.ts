// A stand-in of SAP of a test file's own, its client, and plants that are known to both. For the tests of SAP's adapter.
import { expect } from "@effect/vitest"
import { Context, Effect, Layer, Option, Redacted } from "effect"
import { type SapOptions, type SapPlant, sapErp } from "../../../adapters/erp/sap/client.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OrderId, type PlantId } from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { type Document, Erp, type Movement, type MovementType } from "../../../core/port/erp.ts"
import { aPlant, confirmation, goodsMovement } from "../../erp/documents.ts"
import type { Component, Order } from "./sap-server/records.ts"
import { type SapServer, startSapServer } from "./sap-server/server.ts"

export const account = { client: "100", user: "TRAVELER", password: "secret-1" }

export class Sap extends Context.Service<
  Sap,
  {
    readonly server: SapServer
    readonly options: SapOptions
    /** Which Traveler plant is which of SAP's; a test adds its own. */
    readonly plants: Map<PlantId, SapPlant>
  }
>()("test/Sap") {}

export const sap = (timeoutMillis: number) =>
  Layer.effect(
    Sap,
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.promise(() => startSapServer(account)),
        ({ stop }) => Effect.promise(stop)
      )
      const plants = new Map<PlantId, SapPlant>()
      const { client, password, user } = account
      const { origin } = server
      return {
        server,
        plants,
        options: { origin, client, user, password: Redacted.make(password), plants, timeoutMillis }
      }
    })
  )

export const sapWorld = (timeoutMillis = 2_000) =>
  Layer.unwrap(Effect.map(Sap, ({ options }) => sapErp(options))).pipe(Layer.provideMerge(sap(timeoutMillis)))

/** An order of SAP's is of the whole client: each plant's `O-1` has another number. */
export const orderOf = (plant: PlantId, order: string): OrderId =>
  OrderId.make(
    `1${String(Number.parseInt(plant.slice(2), 16) % 1_000_000_00).padStart(8, "0")}${order.replace("O-", "")}`
  )

export const orderNumber = (plant: PlantId, order = "O-1"): string => orderOf(plant, order).padStart(12, "0")

let plantCount = 0

/** Material numbers as they are there. */
export const materials = { STEEL: "STEEL", PUMP: "PUMP", OIL: "OIL", BOLT: "000000000000004711" } as const

const settings: Omit<SapPlant, "plant"> = {
  storageLocation: "0001",
  reasons: { scratch: "0001" },
  batchLevel: "plant"
}

/** The plant is known, with an order of its product PUMP, and lot L-1 of STEEL in stock; BOLT has no lots. */
export const prepare = Effect.fnUntraced(function* (
  plant: PlantId,
  order: Partial<Order> = {},
  its: Partial<SapPlant> = {}
) {
  const { plants, server } = yield* Sap
  const { books } = server
  plantCount += 1
  const werks = `T${plantCount.toString(36).toUpperCase().padStart(3, "0")}`
  plants.set(plant, { plant: werks, ...settings, ...its })
  for (const [number, unit, batches] of [
    ["STEEL", "KG", true],
    ["PUMP", "EA", true],
    ["OIL", "L", false],
    ["000000000000004711", "EA", false]
  ] as const) {
    if (!books.products.has(number)) books.addProduct(number, unit, batches)
  }
  books.addOrder({
    number: orderNumber(plant),
    plant: werks,
    material: "PUMP",
    quantity: "12.000",
    unit: "EA",
    ...order
  })
  books.addStock({ plant: werks, material: "STEEL", batch: "L-1", storageLocation: "0001" }, "100.500")
  return werks
})

export const aPreparedPlant = (order: Partial<Order> = {}, its: Partial<SapPlant> = {}) =>
  Effect.gen(function* () {
    const plant = aPlant()
    const werks = yield* prepare(plant, order, its)
    return { plant, werks }
  })

/** What somebody confirms in SAP itself. */
export const threePieces = {
  Sequence: "0",
  OrderOperation: "0010",
  PostingDate: `/Date(${Date.parse("2026-11-22T00:00:00Z")})/`,
  ConfirmationUnit: "EA",
  ConfirmationYieldQuantity: "3.000",
  ConfirmationText: "by hand",
  ExternalSystemConfirmation: "00000000-0000-0000-0000-000000000000"
} as const

export const soon = () => performance.now() + 60_000

/** Ten pieces, or so many, on an operation of the plant's order. */
export const confirmed = (plant: PlantId, order: string, version: number, pieces?: string) => {
  const document = confirmation(plant, order, version, pieces)
  return { ...document, orderId: orderOf(plant, order) }
}

export const line = (
  plant: PlantId,
  type: MovementType,
  direction: Movement["direction"],
  item: string,
  value: string,
  lot?: string
): Movement => ({
  type,
  direction,
  itemId: ItemId.make(item),
  ...(lot === undefined ? {} : { lotId: LotId.make(lot), scope: plantScope(plant) }),
  quantity: { value: fromText(value), unit: Unit.make({ STEEL: "KGM", OIL: "LTR" }[item] ?? "EA") }
})

/** Of a lot's own, or of the plant's order. */
export const moved = (
  plant: PlantId,
  version: number,
  movements: ReadonlyArray<Movement>,
  ofOrder: "of its order" | "of no order" = "of no order"
): Document => ({
  ...goodsMovement(plant, "L-1", version, "in"),
  movements,
  ...(ofOrder === "of its order" ? { orderId: orderOf(plant, "O-1") } : {})
})

/** The last body that was sent to where this path ends. */
export const lastSent = (end: string) =>
  Effect.map(Sap, ({ server }): Readonly<Record<string, unknown>> => {
    const request = server.requests.findLast(({ method, path }) => method === "POST" && path.endsWith(end))
    return request === undefined || request.body === "" ? {} : JSON.parse(request.body)
  })

const counted = (isMeant: (request: { method: string; headers: NodeJS.Dict<string | string[]> }) => boolean) =>
  Effect.map(Sap, ({ server }) => server.requests.filter(isMeant).length)

export const posts = counted(({ method }) => method === "POST")
export const tokens = counted(({ headers }) => headers["x-csrf-token"] === "Fetch")

/** It is posted, and reads back as it was sent. */
export const verified = Effect.fnUntraced(function* (document: Document) {
  const erp = yield* Erp
  const number = yield* erp.post(document, soon())
  expect(Option.getOrThrow(yield* erp.readBack(number)).content).toStrictEqual(erp.capabilities.inItsWords(document))
  return number
})

export const refusal = (document: Document) => Effect.flatMap(Erp, (erp) => Effect.flip(erp.post(document, soon())))

export const component = (material: string, quantity: string, more: Partial<Component> = {}): Component => ({
  item: "0001",
  material,
  operation: "0010",
  quantity,
  unit: "KG",
  backflush: false,
  ...more
})
