// What the sandbox ERP's books hold, and what it is told of its orders, over HTTP. Used by its client alone.
import { Effect, Schema } from "effect"
import type { ItemId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import type { ErpBooks, HeldDocument, PostedDocument } from "../../../core/port/erp.ts"
import { inParts } from "../in-parts.ts"
import { type Ask, reading, technical, unknown } from "./ask.ts"
import { byHand, itemsLimit, json, listLimit, paths } from "./contract.ts"

const decodeDocuments = Schema.decodeUnknownEffect(json.postedDocuments)
const decodeOpenOrders = Schema.decodeUnknownEffect(json.openOrders)
const decodeStock = Schema.decodeUnknownEffect(json.stock)
const decodeAvailable = Schema.decodeUnknownEffect(json.available)
const encodeOrderInMes = Schema.encodeEffect(json.orderInMes)

const held = ({ content: said, document }: PostedDocument): HeldDocument => {
  const { key, kind, plant: _, postingDate, reverses: __, ...content } = said
  return { document, ...(key.startsWith(byHand) ? {} : { key }), kind, content, postingDate }
}

const query = (given: ReadonlyArray<readonly [name: string, value: string]>): string =>
  `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`

export const booksOf = (ask: Ask): ErpBooks => {
  const read = reading(ask)

  /** Page after page; `place` is where an entry stands. */
  const all = <A>(
    path: (after: string) => string,
    decode: (body: string) => Effect.Effect<ReadonlyArray<A>, Schema.SchemaError>,
    place: (entry: A) => string
  ) =>
    Effect.gen(function* () {
      const found: Array<A> = []
      while (true) {
        const last = found.at(-1)
        const page = yield* read(path(last === undefined ? "" : place(last)), decode)
        found.push(...page)
        if (page.length < listLimit) return found
      }
    })

  return {
    documentsOf: (plant: PlantId, orderId: OrderId) =>
      Effect.map(
        all(
          (after) =>
            paths.documents +
            query([
              ["plant", plant],
              ["order", orderId],
              ["after", after]
            ]),
          decodeDocuments,
          ({ document }) => document
        ),
        (documents) => documents.map(held)
      ),
    openOrders: (plant: PlantId) =>
      all(
        (after) =>
          paths.openOrders +
          query([
            ["plant", plant],
            ["after", after]
          ]),
        decodeOpenOrders,
        ({ orderId }) => orderId
      ),
    stock: (plant: PlantId) =>
      Effect.map(read(paths.stock + query([["plant", plant]]), decodeStock), (lines) =>
        lines.map(({ quantity: value, unit, ...lot }) => ({ ...lot, quantity: { value, unit } }))
      ),
    available: (plant: PlantId, items: ReadonlyArray<ItemId>) =>
      Effect.map(
        Effect.forEach(inParts(items, itemsLimit), (part) =>
          read(
            paths.available + query([["plant", plant], ...part.map((item) => ["item", item] as const)]),
            decodeAvailable
          )
        ),
        (parts) => parts.flat()
      ),
    releasedToMes: Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId, revision: number) {
      const body = yield* Effect.orDie(encodeOrderInMes({ plant, orderId, revision }))
      const answer = yield* ask({ method: "PUT", path: paths.releasedToMes, body })
      if (answer.status !== 204) return yield* technical(unknown(answer).reason)
    })
  }
}
