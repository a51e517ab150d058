// What the stand-in of SAP answers to a question. Used by `server.ts` alone.
import type { SapBooks } from "./books.ts"
import {
  confirmationEntity,
  confirmationItems,
  descriptions,
  headerEntity,
  headerItems,
  orderEntity,
  orderParts,
  productEntity,
  stockEntity,
  withoutZeros
} from "./entities.ts"
import { type Given, isGiven } from "./fields.ts"
import { filterOf, orderOf, type Target } from "./query.ts"
import type { Confirmation, GoodsDocument } from "./records.ts"
import { absent, malformed } from "./refusal.ts"

interface Entry {
  readonly entity: Given
  /** Several, or the one that it belongs to. */
  readonly parts: Readonly<{ [navigation: string]: ReadonlyArray<Given> | Given }>
}

/** With what it asks to be shown; the rest would be a link. */
const expanded = (
  { entity, parts }: Entry,
  expand: ReadonlyArray<string>,
  digits: (entity: Given) => Given
): Given => ({
  ...digits(entity),
  ...Object.fromEntries(
    expand.map((name) => {
      const part = parts[name]
      if (part === undefined) throw malformed(`Property ${name} is invalid in $expand`)
      return [name, isGiven(part) ? digits(part) : { results: part.map(digits) }]
    })
  )
})

/** Lengths of what a key is made of: a key that isn't all of its digits is nobody's. */
export const keyLengths: Readonly<{ [name: string]: number }> = {
  ManufacturingOrder: 12,
  ConfirmationGroup: 10,
  ConfirmationCount: 8,
  MaterialDocument: 10,
  MaterialDocumentYear: 4
}

export const checkKey = (name: string, value: string): void => {
  const length = keyLengths[name]
  if (length === undefined) throw malformed(`Property ${name} is invalid in a key`)
  if (/^\d+$/.test(value) && value.length !== length) throw malformed(`Key ${name} isn't ${length} digits: invalid`)
}

export const reading = (books: SapBooks, showsZeros: () => boolean) => {
  const shown = (entry: Entry, expand: ReadonlyArray<string>): Given =>
    expanded(entry, expand, showsZeros() ? (entity) => entity : withoutZeros)

  const confirmation = (one: Confirmation): Entry => ({
    entity: confirmationEntity(one),
    parts: { to_ProdnOrdConfMatlDocItm: confirmationItems(one) }
  })
  const document = (one: GoodsDocument): Entry => ({
    entity: headerEntity(one),
    parts: { to_MaterialDocumentItem: headerItems(one) }
  })

  const recordsOf = (service: string, set: string): ReadonlyArray<Entry> => {
    switch (`${service}/${set}`) {
      case "API_PROD_ORDER_CONFIRMATION_2_SRV/ProdnOrdConf2":
        return books.confirmations.map(confirmation)
      case "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader":
        return books.documents.map(document)
      case "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentItem":
        return books.documents.flatMap((one) =>
          headerItems(one).map((entity) => ({ entity, parts: { to_MaterialDocumentHeader: headerEntity(one) } }))
        )
      case "API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod":
        return books.stockLines().map(({ place, quantity, type, unit }) => ({
          entity: stockEntity(place, type, quantity, unit),
          parts: {}
        }))
      case "API_PRODUCTION_ORDER_2_SRV/A_ProductionOrder_2":
        return [...books.orders.values()].map((order) => ({
          entity: orderEntity(order),
          parts: Object.fromEntries(Object.entries(orderParts).map(([name, part]) => [name, part(order)]))
        }))
      case "API_PRODUCT_SRV/A_Product":
        return [...books.products.values()].map((product) => ({
          entity: productEntity(product),
          parts: { to_Description: descriptions(product) }
        }))
      default:
        throw absent(`Resource not found for segment ${set}`)
    }
  }

  const read = (service: string, { key, set }: Target, query: URLSearchParams): Given => {
    for (const name of query.keys()) {
      if (!["$filter", "$expand", "$orderby", "$top"].includes(name)) throw malformed(`${name} is invalid here`)
    }
    const expand = (query.get("$expand") ?? "").split(",").filter((name) => name !== "")
    const all = recordsOf(service, set)
    if (key !== undefined) {
      for (const [name, value] of key) checkKey(name, value)
      const found = all.find(({ entity }) => [...key].every(([name, value]) => entity[name] === value))
      if (found === undefined) throw absent()
      return shown(found, expand)
    }
    const filter = query.get("$filter")
    const order = query.get("$orderby")
    const matching = filter === null ? all : all.filter(({ entity }) => filterOf(filter)(entity))
    const arranged =
      order === null
        ? matching.toReversed()
        : matching.toSorted((left, right) => orderOf(order)(left.entity, right.entity))
    return { results: arranged.slice(0, Number(query.get("$top") ?? 1_000)).map((one) => shown(one, expand)) }
  }

  return { confirmation, document, read, shown }
}
