// The sandbox ERP's books: judges documents in batches and stores them with every call. Used by `server.ts` alone.
import { Effect, Result, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Decimal } from "../../../core/plant/decimal.ts"
import { Document } from "../../../core/port/erp.ts"
import {
  changesLimit,
  listLimit,
  type NewChange,
  type OrderInMes,
  OrderPlan,
  PlantRules,
  type Refusal,
  statusOf
} from "./contract.ts"
import { confirmedKey, judge, type Known, operationKey, orderKey, remember } from "./judge.ts"
import { orderChange } from "./orders.ts"
import { statements } from "./statements.ts"
import { backflushed, changesOf, stockKey } from "./stock.ts"

export interface Entry {
  readonly document: string
  readonly isNew: boolean
}

/** What is asked for: by the ERP's number or by the key that it was posted with. */
export type Question = { readonly number: string } | { readonly key: string }

const decodeDocument = Schema.decodeUnknownEffect(Document)
const decodeRules = Schema.decodeUnknownEffect(Schema.Array(PlantRules))
const decodePlans = Schema.decodeUnknownEffect(Schema.Array(OrderPlan))

const distinct = (values: Iterable<string>): string => JSON.stringify([...new Set(values)])

export const ledger = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const statement = statements(sql)

  const load = Effect.fnUntraced(function* (documents: ReadonlyArray<Document>) {
    const keys = documents.flatMap(({ key, reverses }) => (reverses === undefined ? [key] : [key, reverses]))
    const ofOrders = documents.filter(({ orderId }) => orderId !== undefined)
    const orders = JSON.stringify(ofOrders.map(({ plant, orderId }) => ({ plant, order_id: orderId })))
    const [stored, plans, rules] = yield* Effect.all(
      [
        statement.documentsByKey(distinct(keys)),
        Effect.flatMap(statement.plans(orders), (rows) => decodePlans(rows.map((row) => row.content))),
        Effect.flatMap(statement.rules(distinct(documents.map(({ plant }) => plant))), (rows) =>
          decodeRules(rows.map((row) => row.content))
        )
      ],
      { concurrency: "unbounded" }
    )
    const reversals = documents.flatMap(({ reverses }) => (reverses === undefined ? [] : [reverses]))
    const reversed = reversals.length === 0 ? [] : yield* statement.reversedKeys(distinct(reversals))
    const yields = rules.some(({ overDelivery }) => overDelivery === true) ? yield* statement.yields(orders) : []
    const finals = rules.some(({ finalIsLast }) => finalIsLast === true) ? yield* statement.finals(orders) : []
    const lots = documents.flatMap(changesOf).map(({ item, lot, plant, scope, unit }) => ({
      ...{ plant, item_id: item, scope, lot_id: lot, unit }
    }))
    const keepsStock = lots.length > 0 && rules.some(({ noNegativeStock }) => noNegativeStock === true)
    const stock = keepsStock ? yield* statement.stockOf(JSON.stringify(lots)) : []
    const byKey: Known["byKey"] = new Map()
    for (const { key, number, content } of stored) byKey.set(key, { content: yield* decodeDocument(content), number })
    const known: Known = {
      byKey,
      reversed: new Set(reversed.map(({ reverses }) => reverses)),
      rules: new Map(rules.map((rule) => [rule.plant, rule])),
      finals: new Map(finals.map((row) => [row.key, confirmedKey(row)])),
      stock: new Map(stock.map((row) => [stockKey(row), Decimal.make(row.sum)])),
      plans: new Map(plans.map((plan) => [orderKey(plan.plant, plan.orderId), plan])),
      yields: new Map(
        yields.map((row) => [operationKey(row.plant, row.orderId, row.operationId, row.unit), Decimal.make(row.sum)])
      )
    }
    return known
  })

  const post = Effect.fnUntraced(function* (documents: ReadonlyArray<Document>) {
    yield* statement.lockLedger
    const known = yield* load(documents)
    const judgements = documents.map((document) => {
      const judgement = judge(known, document)
      if (Result.isSuccess(judgement) && judgement.success === "new") remember(known, document)
      return { document, judgement }
    })
    const added = judgements.flatMap(({ document, judgement }) =>
      Result.isSuccess(judgement) && judgement.success === "new" ? [document] : []
    )
    const inserted = added.length === 0 ? [] : yield* statement.insertDocuments(JSON.stringify(added))
    const movements = added.flatMap((document) =>
      [
        ...changesOf(document),
        ...backflushed(document, known.plans.get(orderKey(document.plant, document.orderId)))
      ].map(({ item, lot, plant, quantity, scope, unit }) => ({
        ...{ key: document.key, plant, item_id: item, scope, lot_id: lot, unit, quantity }
      }))
    )
    if (movements.length > 0) yield* statement.insertMovements(JSON.stringify(movements))
    const numbers = new Map(inserted.map(({ key, number }) => [key, number]))
    const answers = judgements.map(
      ({ document, judgement }): Result.Result<Entry, Refusal> =>
        Result.map(judgement, (found) => ({
          document: numbers.get(document.key) ?? known.byKey.get(document.key)?.number ?? "",
          isNew: found === "new"
        }))
    )
    const calls = answers.map((answer, index) => ({
      plant: documents[index]?.plant,
      key: documents[index]?.key,
      status: Result.isFailure(answer) ? statusOf[answer.failure.code] : answer.success.isNew ? 201 : 200
    }))
    yield* statement.insertCalls(JSON.stringify(calls))
    return answers
  }, sql.withTransaction)

  /** The JSON of each, as the contract has it; undefined where there is none. */
  const read = Effect.fnUntraced(function* (questions: ReadonlyArray<Question>) {
    const rows = yield* statement.read(
      JSON.stringify(questions.flatMap((question) => ("number" in question ? [question.number] : []))),
      JSON.stringify(questions.flatMap((question) => ("key" in question ? [question.key] : [])))
    )
    const byNumber = new Map(rows.map((row) => [row.number, row.json]))
    const byKey = new Map(rows.map((row) => [row.key, row.json]))
    return questions.map((question) => ("number" in question ? byNumber.get(question.number) : byKey.get(question.key)))
  })

  /** Under the lock, so that none gets a lower number than one that was told already. */
  const change = Effect.fnUntraced(function* (made: NewChange) {
    const { body, plant, type } = made
    yield* statement.lockLedger
    yield* statement.insertChange(plant, type, body)
    const order = orderChange(made)
    if (order === undefined) return
    yield* order.isOpen
      ? statement.openOrder(plant, order.orderId, body)
      : statement.completeOrder(plant, order.orderId)
  }, sql.withTransaction)

  const list = (rows: ReadonlyArray<{ readonly json: string }>) => `[${rows.map(({ json }) => json).join(",")}]`
  const only = (rows: ReadonlyArray<{ readonly json: string }>) => rows[0]?.json ?? "[]"
  return {
    post,
    read,
    list: (plant: string, after: string) => Effect.map(statement.list(plant, after, listLimit), list),
    listOfOrder: (plant: string, order: string, after: string) =>
      Effect.map(statement.listOfOrder(plant, order, after, listLimit), list),
    openOrders: (plant: string, after: string) => Effect.map(statement.openOrders(plant, after, listLimit), list),
    available: (plant: string, items: ReadonlyArray<string>) =>
      Effect.map(statement.available(plant, JSON.stringify(items)), only),
    releaseToMes: ({ orderId, plant, revision }: OrderInMes) => statement.releasedToMes(plant, orderId, revision),
    ordersInMes: (plant: string) => Effect.map(statement.ordersInMes(plant), list),
    change,
    changes: (plant: string, after: string) => Effect.map(statement.changes(plant, after, changesLimit), list),
    sums: (plant: string) => Effect.map(statement.sums(plant), only),
    stock: (plant: string) => Effect.map(statement.stock(plant), only),
    statuses: (plant: string) => Effect.map(statement.statuses(plant), only),
    calls: (plant: string) => Effect.map(statement.calls(plant), only),
    setRules: (rules: PlantRules) => statement.setRules(rules.plant, JSON.stringify(rules)),
    setPlan: (plan: OrderPlan) => statement.setPlan(plan.plant, plan.orderId, JSON.stringify(plan)),
    health: sql`select 1`
  }
})
