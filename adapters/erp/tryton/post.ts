// Posts one document: finds its record or makes it, and takes it to `done`. Called again with the same key it goes on where
// the last attempt ended. Used by `client.ts` alone.
import { isDeepStrictEqual } from "node:util"
import { Effect, Schema } from "effect"
import { BusinessRuleViolation, DataQualityIssue } from "../../../core/failure.ts"
import { type Document, type ErpFailure, OutcomeUnknown } from "../../../core/port/erp.ts"
import { dateOf } from "./answer.ts"
import type { Search } from "./ask.ts"
import { continuation, type Draft, productionLines, record } from "./draft.ts"
import { driving } from "./drive.ts"
import { exclusively } from "./exclusive.ts"
import { documentNumber, type Held, type Holding, kindOfKey } from "./held.ts"
import { type Lookup, Product, type Warehouse } from "./lookup.ts"
import { type Prepared, preparing } from "./prepare.ts"
import { continuationNumber, reversalNumber } from "./record-number.ts"
import { hasMovedNothing, type Model, recordOf } from "./records.ts"
import { type Amount, amountOf, type Resolved } from "./resolve.ts"
import type { Call } from "./rpc.ts"
import { inItsWords } from "./words.ts"
import { type Writes, writes } from "./write.ts"

const Order = Schema.Struct({
  id: Schema.Int,
  state: Schema.String,
  reference: Schema.NullOr(Schema.String),
  product: Schema.Int,
  inputs: Schema.Array(Schema.Int),
  outputs: Schema.Array(Schema.Int)
})
type Order = typeof Order.Type

const Created = Schema.NonEmptyArray(Schema.Int)
const decodeCreated = Schema.decodeUnknownEffect(Created)

/** A planner's: nothing was done for it yet. */
const isOpen: ReadonlySet<string> = new Set(["request", "draft", "waiting"])

/** Somebody began it in Tryton itself. */
const isInHand: ReadonlySet<string> = new Set(["assigned", "running"])

const needsPartner = (model: Model): boolean => model !== "production" && model !== "stock.shipment.internal"

const withoutOthers = (ids: ReadonlyArray<number>, lines: ReadonlyArray<unknown>) =>
  ids.length === 0 ? lines : [["delete", ids], ...lines]

export const posting = (call: Call, search: Search, lookup: Lookup, holding: Holding, timeoutMillis: number) => {
  const prepare = preparing(lookup, holding)
  const drive = driving(holding, search)
  const alone = exclusively()

  /** Made where they are missing; whoever is quicker has made the same. */
  const lotsOf = Effect.fnUntraced(function* (lines: ReadonlyArray<Resolved>, { provide }: Writes) {
    const named = lines.flatMap(({ lot, product }) => (lot === undefined ? [] : [{ product: product.id, number: lot }]))
    const find = lookup.lots(
      [...new Set(named.map(({ product }) => product))],
      named.map(({ number }) => number)
    )
    const key = ({ number, product }: { readonly number: string; readonly product: number }) =>
      JSON.stringify([product, number])
    let there = new Map((yield* find).map((lot) => [key(lot), lot.id]))
    const missing = new Map(named.filter((lot) => !there.has(key(lot))).map((lot) => [key(lot), lot]))
    if (missing.size > 0) {
      yield* provide("model.stock.lot.create", [[...missing.values()]])
      there = new Map((yield* find).map((lot) => [key(lot), lot.id]))
    }
    return ({ lot, product }: Resolved) =>
      lot === undefined ? undefined : there.get(key({ product: product.id, number: lot }))
  })

  const created = Effect.fnUntraced(function* (model: Model, values: unknown, { write }: Writes) {
    const answer = yield* write(`model.${model}.create`, [[values]])
    const [id] = yield* Effect.mapError(
      decodeCreated(answer),
      (error) => new OutcomeUnknown({ reason: `Tryton's answer can't be read: ${error.message}` })
    )
    return { model, id }
  })

  const orderOf = Effect.fnUntraced(function* ({ orderId }: Document, warehouse: Warehouse) {
    const domain = [
      ["number", "=", orderId],
      ["warehouse", "=", warehouse.id],
      ["product", "!=", null]
    ]
    const names = ["state", "reference", "product", "inputs", "outputs"]
    const [order] = yield* search(Order, "production", domain, names)
    return order
  })

  const scrapOf = Effect.fnUntraced(function* (words: Document, order: Order | undefined, { units }: Prepared) {
    const scrap = words.amounts?.scrap
    if (scrap === undefined) return undefined
    const [product] =
      order === undefined
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
    const { inputs, outputs } = yield* Effect.fromResult(productionLines(draft, scrap))
    const day = dateOf(draft.document.postingDate)
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
    return { model: "production" as const, id: order.id }
  })

  const ofGroup = Effect.fnUntraced(function* (
    document: Document,
    words: Document,
    prepared: Prepared,
    writing: Writes
  ) {
    const { lines, warehouse } = prepared
    const order = yield* orderOf(document, warehouse)
    const isTaken = order !== undefined && (yield* mayBeTaken(order, document))
    const scrap = yield* scrapOf(words, order, prepared)
    const draft: Draft = { document, warehouse, lines, lot: yield* lotsOf(lines, writing) }
    if (order !== undefined && isTaken) return yield* takeOver(order, draft, scrap, writing)
    const { key, orderId } = document
    const number = orderId === undefined ? {} : { number: continuationNumber(orderId, key) }
    return yield* created("production", yield* Effect.fromResult(continuation({ ...draft, ...number }, scrap)), writing)
  })

  const reversedOnce = Effect.fnUntraced(function* (model: Model, number: string) {
    const [other] = yield* search(Schema.Struct({ id: Schema.Int }), model, [["number", "=", number]], [])
    if (other === undefined) return
    return yield* new BusinessRuleViolation({
      field: "reverses",
      value: "ALREADY_REVERSED",
      reason: `${documentNumber({ model, id: other.id })} ${number} already`,
      nextStep: "Find out who reversed the document"
    })
  })

  const ofItsOwn = Effect.fnUntraced(function* (document: Document, prepared: Prepared, writing: Writes) {
    const { lines, takesBack, warehouse } = prepared
    const model = recordOf(document)
    const number = takesBack === undefined ? {} : { number: reversalNumber(takesBack) }
    if (number.number !== undefined) yield* reversedOnce(model, number.number)
    const partner = needsPartner(model) ? yield* lookup.partner : undefined
    const draft: Draft = { document, warehouse, lines, lot: yield* lotsOf(lines, writing), ...number }
    return yield* created(model, yield* Effect.fromResult(record(model, draft, partner)), writing)
  })

  const resumed = Effect.fnUntraced(function* (held: Held, document: Document, words: Document, writing: Writes) {
    if (!isDeepStrictEqual(held.content, words)) {
      return yield* new DataQualityIssue({
        field: "key",
        value: "KEY_REUSED",
        reason: `${documentNumber(held)} has key ${document.key} and holds ${JSON.stringify(held.content)}`,
        nextStep: "Compare the two contents that were sent with one key"
      })
    }
    if (held.state === "done") return documentNumber(held)
    if (hasMovedNothing.has(held.state)) yield* prepare.stock(document)
    yield* drive(held.model, held.id, document, writing)
    return documentNumber(held)
  })

  const post = Effect.fnUntraced(function* (document: Document, writing: Writes) {
    const words = inItsWords(document)
    const held = yield* holding.byKey(document.key)
    if (held !== undefined) return yield* resumed(held, document, words, writing)
    const prepared = yield* prepare.all(document, words)
    const made = yield* document.kind === "group"
      ? ofGroup(document, words, prepared, writing)
      : ofItsOwn(document, prepared, writing)
    yield* drive(made.model, made.id, document, writing)
    return documentNumber(made)
  })

  return (document: Document, sendBefore: number): Effect.Effect<string, ErpFailure | OutcomeUnknown> =>
    Effect.suspend(() => {
      const deadline = sendBefore + timeoutMillis
      const writing = writes(call, sendBefore, deadline)
      const products = (document.movements ?? []).map(({ itemId }) => `product ${itemId}`)
      return alone([`key ${document.key}`, ...products], post(document, writing)).pipe(
        Effect.timeoutOrElse({
          duration: Math.max(0, deadline - performance.now()),
          orElse: () => writing.outOfTime
        })
      )
    })
}
