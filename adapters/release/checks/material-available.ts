// The check `materialAvailable`: of each component that the pinned bill of material names, the ERP has as much as the order
// still needs. Used by `checks.ts` alone.
import { Effect } from "effect"
import { BusinessRuleViolation } from "../../../core/failure.ts"
import { zero } from "../../../core/plant/decimal.ts"
import { Erp } from "../../../core/port/erp.ts"
import { NoAnswer, type ReleaseQuestion } from "../../../core/port/release-check.ts"
import { orderById } from "../../../projections/orders/queries.ts"
import { type PostingRow, postingsOfOrder } from "../../../projections/postings/queries.ts"
import { conversionsOf } from "./conversions.ts"
import { pinnedBill, pinnedDefinition } from "./definitions.ts"
import { needsOf, shortageOf } from "./needs.ts"

const missing = (shortages: ReadonlyArray<string>) =>
  new BusinessRuleViolation({
    field: "materialAvailable",
    value: shortages.length === 1 ? "1 component" : `${shortages.length} components`,
    reason: `The ERP has too little: ${shortages.join(", ")}`,
    nextStep: "Have it delivered and booked, or the order changed"
  })

/** Of a document in one of these the ERP has booked nothing, as far as is known. */
const unbooked: ReadonlySet<PostingRow["state"]> = new Set([
  "Requested",
  "Withheld",
  "Deferred",
  "InDoubt",
  "Failed",
  "Accepted"
])

/** What the order has taken and the ERP, as far as is known, still counts as stock: it is there once. */
const stillInStock = (postings: ReadonlyArray<PostingRow>) =>
  postings
    .filter(({ kind, reverses, state }) => kind !== "group" && reverses === null && unbooked.has(state))
    .flatMap(({ content }) => content.movements ?? [])
    .filter(({ type }) => type === "goodsIssue")
    .map(({ itemId, quantity }) => ({ item: itemId, unit: quantity.unit, consumed: zero, returned: quantity.value }))

export const materialAvailable = Effect.fnUntraced(function* (question: ReleaseQuestion) {
  const { orderId, plan, plant } = question
  const erp = yield* Erp
  if (!erp.capabilities.books.has("available")) {
    return yield* new NoAnswer({ reason: `ERP ${erp.name} can't be asked what is available`, forGood: true })
  }
  const bill = yield* pinnedBill(plant, (yield* pinnedDefinition(plant, plan)).content)
  if (bill === undefined) {
    return yield* new NoAnswer({ reason: "The operations definition names no bill of material", forGood: true })
  }
  const conversions = yield* conversionsOf(plant)
  const onTheWay = stillInStock(yield* postingsOfOrder(plant, orderId))
  const used = [...((yield* orderById(plant, orderId))?.materials ?? []), ...onTheWay]
  const needs = yield* Effect.fromResult(needsOf(bill.content, plan, yield* conversions(plan.itemId)))
  const items = [...new Set(needs.map(({ itemId }) => itemId))]
  const available = yield* erp.available(plant, items)
  const shortages: Array<string> = []
  for (const itemId of items) {
    const own = needs.filter((need) => need.itemId === itemId)
    const held = available.filter((line) => line.itemId === itemId).map(({ quantity }) => quantity)
    const shortage = yield* Effect.fromResult(shortageOf(itemId, own, { held, used }, yield* conversions(itemId)))
    if (shortage !== undefined) shortages.push(shortage)
  }
  if (shortages.length === 0) return
  if (onTheWay.length === 0) return yield* missing(shortages)
  return yield* new NoAnswer({
    reason: `The ERP hasn't booked all that the order has taken; without that it has too little: ${shortages.join(", ")}`
  })
})
