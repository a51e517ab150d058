// All that an order reported, as its production: the planner's own where nothing was done for it yet, else one that goes on
// with it. Used by `post.ts` alone.
import { Effect, Schema } from "effect"
import { BusinessRuleViolation, DataQualityIssue } from "../../../core/failure.ts"
import type { OrderId } from "../../../core/plant/identifiers.ts"
import type { Document } from "../../../core/port/erp.ts"
import { dateOf } from "./answer.ts"
import type { Search } from "./ask.ts"
import { create, type Made } from "./create.ts"
import { continuation, type Draft, productionLines } from "./draft.ts"
import { kindOfKey } from "./held.ts"
import { type Lookup, Product, type Warehouse } from "./lookup.ts"
import { ensureLots } from "./lots.ts"
import { lotMissing, needsLot, type Prepared } from "./prepare.ts"
import { continuationNumber } from "./record-number.ts"
import { type Amount, amountOf } from "./resolve.ts"
import type { Writes } from "./write.ts"

const Order = Schema.Struct({
  id: Schema.Int,
  state: Schema.String,
  reference: Schema.NullOr(Schema.String),
  number: Schema.String,
  product: Schema.NullOr(Schema.Int),
  location: Schema.Int,
  inputs: Schema.Array(Schema.Int),
  outputs: Schema.Array(Schema.Int)
})
type Order = typeof Order.Type

/** A planner's: nothing was done for it yet. */
const isOpen: ReadonlySet<string> = new Set(["request", "draft", "waiting"])

/** Somebody began it in Tryton itself. */
const isInHand: ReadonlySet<string> = new Set(["assigned", "running"])

const withoutOthers = (ids: ReadonlyArray<number>, lines: ReadonlyArray<unknown>) =>
  ids.length === 0 ? lines : [["delete", ids], ...lines]

const names = ["state", "number", "reference", "product", "location", "inputs", "outputs"]

const streamOf = (key: string): string => key.split("/").slice(0, -2).join("/")

/** Of any document of the same order, in SQL's LIKE; of an order whose id goes on with a slash, too. */
const keysOfOrder = (key: string): string => `${streamOf(key).replace(/[\\%_]/g, "\\$&")}/%/group`

export const postingGroups = (search: Search, lookup: Lookup) => {
  const orderOf = Effect.fnUntraced(function* (orderId: OrderId, warehouse: Warehouse) {
    const domain = [
      ["number", "=", orderId],
      ["warehouse", "=", warehouse.id],
      ["product", "!=", null]
    ]
    const [order] = yield* search(Order, "production", domain, names)
    return order
  })

  /**
   * What an earlier document of the order has left, which was refused on its way and is no more: this one takes its place,
   * unless it has moved something already.
   */
  const leftOver = Effect.fnUntraced(function* ({ key }: Document, warehouse: Warehouse) {
    const domain = [
      ["warehouse", "=", warehouse.id],
      ["reference", "like", keysOfOrder(key)],
      ["reference", "!=", key],
      ["state", "not in", ["done", "cancelled"]]
    ]
    const found = yield* search(Order, "production", domain, names)
    const left = found.find(({ reference }) => reference !== null && streamOf(reference) === streamOf(key))
    if (left?.state === "running") {
      return yield* new BusinessRuleViolation({
        field: "orderId",
        value: "HALF_POSTED",
        reason: `Production ${left.number} took in what ${left.reference} says and isn't done`,
        nextStep:
          "All of it is in this document again: count what it took in back into stock, set the production to waiting, cancel it, and resubmit"
      })
    }
    return left
  })

  const scrapOf = Effect.fnUntraced(function* (words: Document, order: Order | undefined, { units }: Prepared) {
    const scrap = words.amounts?.scrap
    if (scrap === undefined) return undefined
    const [product] =
      order === undefined || order.product === null
        ? []
        : yield* search(Product, "product.product", [["id", "=", order.product]], Object.keys(Product.fields))
    if (product === undefined) {
      return yield* new DataQualityIssue({
        field: "orderId",
        value: words.orderId ?? "",
        reason: "Tryton doesn't know the order, so not what its scrap was to become",
        nextStep: "Add the order to Tryton, or book it by hand and waive"
      })
    }
    if (needsLot(product, ["production", "lost_found"])) return yield* lotMissing(product.code, "Scrap")
    return yield* amountOf(product, units, scrap.value, scrap.unit)
  })

  const mayBeTaken = Effect.fnUntraced(function* ({ reference, state }: Order, { orderId }: Document) {
    const isInOurs = kindOfKey(reference ?? "") !== undefined
    if (isInHand.has(state) && !isInOurs) {
      return yield* new BusinessRuleViolation({
        field: "orderId",
        value: "ORDER_IN_HAND",
        reason: `Somebody began order ${orderId} in Tryton: it is ${state}`,
        nextStep: "Finish it there, or set it back to waiting, and resubmit"
      })
    }
    if (isOpen.has(state) && !isInOurs && reference !== null && reference !== "") {
      return yield* new BusinessRuleViolation({
        field: "orderId",
        value: "REFERENCE_TAKEN",
        reason: `Order ${orderId} has the reference ${reference} in Tryton, where the document's key has to go`,
        nextStep: "Put that text elsewhere in Tryton, empty the reference, and resubmit"
      })
    }
    return isOpen.has(state) && !isInOurs
  })

  /** The planned lines make way for what happened, under the key, in one transaction. */
  const takeOver = Effect.fnUntraced(function* (
    order: Order,
    draft: Draft,
    scrap: Amount | undefined,
    { write }: Writes
  ) {
    // Its own production location, whichever the warehouse's is.
    const warehouse = { ...draft.warehouse, production_location: order.location }
    const { inputs, outputs } = yield* Effect.fromResult(productionLines({ ...draft, warehouse }, scrap))
    const day = dateOf(draft.document.postingDate)
    // Lines that are assigned can't be changed.
    if (order.state === "assigned") yield* write("model.production.wait", [[order.id]])
    yield* write("model.production.write", [
      [order.id],
      {
        reference: draft.document.key,
        effective_start_date: day,
        effective_date: day,
        inputs: withoutOthers(order.inputs, inputs),
        outputs: withoutOthers(order.outputs, outputs)
      }
    ])
    const made: Made = { model: "production", id: order.id }
    return made
  })

  const ofGroup = Effect.fnUntraced(function* (
    document: Document,
    words: Document,
    prepared: Prepared,
    writing: Writes
  ) {
    const { lines, warehouse } = prepared
    const { key, orderId } = document
    const order = orderId === undefined ? undefined : yield* orderOf(orderId, warehouse)
    const left = yield* leftOver(document, warehouse)
    const taken = order !== undefined && (yield* mayBeTaken(order, document)) ? order : left
    const scrap = yield* scrapOf(words, order, prepared)
    const draft: Draft = { document, warehouse, lines, lot: yield* ensureLots(lookup, lines, writing) }
    if (taken !== undefined) return yield* takeOver(taken, draft, scrap, writing)
    const number = orderId === undefined ? {} : { number: continuationNumber(orderId, key) }
    return yield* create("production", yield* Effect.fromResult(continuation({ ...draft, ...number }, scrap)), writing)
  })

  return ofGroup
}
