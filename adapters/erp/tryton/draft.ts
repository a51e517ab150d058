// A document as the values of a new record in Tryton, all in one call, so that it is there whole or not at all. Pure; used
// by `post.ts` alone.
import { Result } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import type { Document } from "../../../core/port/erp.ts"
import { dateOf, decimalOf } from "./answer.ts"
import type { Party, Warehouse } from "./lookup.ts"
import type { Model } from "./records.ts"
import type { Amount, Resolved } from "./resolve.ts"

export interface Draft {
  readonly document: Document
  readonly warehouse: Warehouse
  readonly lines: ReadonlyArray<Resolved>
  /** Ids by product and number. */
  readonly lot: (line: Resolved) => number | undefined
  readonly number?: string
}

type Values = Readonly<Record<string, unknown>>

/** Priced where Tryton asks for a price: at cost, since a document knows none; what is made is priced by Tryton itself. */
const move = (
  { product, quantity, uom }: Amount,
  lot: number | undefined,
  from: number,
  to: number,
  price = product.cost_price?.decimal ?? "0"
): Values => ({
  product: product.id,
  ...(lot === undefined ? {} : { lot }),
  uom,
  quantity,
  from_location: from,
  to_location: to,
  unit_price: decimalOf(price)
})

const create = (all: ReadonlyArray<Values>) => (all.length === 0 ? [] : [["create", all]])

const missing = (what: string, plant: string) =>
  new DataQualityIssue({
    field: "warehouse",
    value: plant,
    reason: `The warehouse of plant ${plant} has no ${what}`,
    nextStep: `Give the warehouse its ${what} in Tryton`
  })

const about = ({ document, number }: Draft): Values => ({
  reference: document.key,
  ...(number === undefined ? {} : { number }),
  effective_date: dateOf(document.postingDate)
})

const moves = ({ lines, lot }: Draft, from: number, to: number) => [
  ["create", lines.map((line) => move(line, lot(line), from, to))]
]

/** In and out of stock, through the plant's production; scrap of the order's product goes where its waste goes. */
export const productionLines = (
  { document, lines, lot, warehouse }: Draft,
  scrap?: Amount
): Result.Result<
  { readonly location: number; readonly inputs: ReadonlyArray<unknown>; readonly outputs: ReadonlyArray<unknown> },
  DataQualityIssue
> => {
  const {
    production_location: production,
    storage_location: storage,
    waste_locations: [waste]
  } = warehouse
  if (production === null) return Result.fail(missing("production location", document.plant))
  if (scrap !== undefined && waste === undefined) return Result.fail(missing("waste location", document.plant))
  const out = lines.filter(({ isIntoStock }) => !isIntoStock)
  const into = lines.filter(({ isIntoStock }) => isIntoStock)
  return Result.succeed({
    location: production,
    inputs: create(out.map((line) => move(line, lot(line), storage, production))),
    outputs: create([
      ...into.map((line) => move(line, lot(line), production, storage, "0")),
      ...(scrap === undefined || waste === undefined ? [] : [move(scrap, undefined, production, waste, "0")])
    ])
  })
}

/** Of an order that Tryton hasn't, or has done already: without product and bill. */
export const continuation = (draft: Draft, scrap?: Amount): Result.Result<Values, DataQualityIssue> =>
  Result.map(productionLines(draft, scrap), (lines) => ({
    ...about(draft),
    effective_start_date: dateOf(draft.document.postingDate),
    warehouse: draft.warehouse.id,
    ...lines
  }))

export const record = (
  model: Model,
  draft: Draft,
  partner: Party | undefined
): Result.Result<Values, DataQualityIssue> => {
  const { document, warehouse } = draft
  const {
    id,
    input_location: input,
    output_location: output,
    storage_location: storage,
    waste_locations: [waste]
  } = warehouse
  const {
    addresses: [address] = [],
    customer_location: customer,
    id: party,
    supplier_location: supplier
  } = partner ?? {}
  const common = about(draft)
  switch (model) {
    case "production":
      return continuation(draft)
    case "stock.shipment.in":
      return supplier === undefined || supplier === null
        ? Result.fail(missing("supplier", document.plant))
        : Result.succeed({ ...common, supplier: party, warehouse: id, incoming_moves: moves(draft, supplier, input) })
    case "stock.shipment.in.return":
      return supplier === undefined || supplier === null
        ? Result.fail(missing("supplier", document.plant))
        : Result.succeed({
            ...common,
            supplier: party,
            delivery_address: address,
            from_location: storage,
            to_location: supplier,
            moves: moves(draft, storage, supplier)
          })
    case "stock.shipment.out":
      return customer === undefined || customer === null || address === undefined
        ? Result.fail(missing("customer", document.plant))
        : Result.succeed({
            ...common,
            customer: party,
            delivery_address: address,
            warehouse: id,
            outgoing_moves: moves(draft, output, customer)
          })
    case "stock.shipment.out.return":
      return customer === undefined || customer === null || address === undefined
        ? Result.fail(missing("customer", document.plant))
        : Result.succeed({
            ...common,
            customer: party,
            delivery_address: address,
            warehouse: id,
            incoming_moves: moves(draft, customer, input)
          })
    case "stock.shipment.internal": {
      if (waste === undefined) return Result.fail(missing("waste location", document.plant))
      const [from, to] = draft.lines.some(({ isIntoStock }) => isIntoStock) ? [waste, storage] : [storage, waste]
      return Result.succeed({ ...common, from_location: from, to_location: to, moves: moves(draft, from, to) })
    }
  }
}
