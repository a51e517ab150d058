// The sandbox ERP's judgement of one document: pure. Used by `ledger.ts`, which knows what is stored.
import { Equal, Result } from "effect"
import * as Decimal from "../../../core/plant/decimal.ts"
import type { Document, OperationTotal } from "../../../core/port/erp.ts"
import { confirmedBy } from "./confirmed.ts"
import type { OrderPlan, PlantRules, Refusal, RefusalCode } from "./contract.ts"
import { changesOf, stockKey } from "./stock.ts"

/** What the ledger holds of the documents, plants and orders that a batch names; it grows as the batch is judged. */
export interface Known {
  readonly byKey: Map<string, { readonly content: Document; readonly number?: string }>
  /** Keys of documents that a reversal has taken back. */
  readonly reversed: Set<string>
  readonly rules: ReadonlyMap<string, PlantRules>
  /** By `orderKey`. */
  readonly plans: ReadonlyMap<string, OrderPlan>
  /** Net yield posted by `operationKey`; only for plants whose over-delivery rule is on. */
  readonly yields: Map<string, Decimal.Decimal>
  /** Keys of final confirmations that stand → their `confirmedKey`; only for plants where the final one is the last. */
  readonly finals: Map<string, string>
  /** What is in stock by `stockKey`; only for plants that refuse a deficit. */
  readonly stock: Map<string, Decimal.Decimal>
}

export type Judgement = Result.Result<"new" | "known", Refusal>

/** A document of no order has no such key. */
export const orderKey = (plant: string, orderId = ""): string => `${plant}\n${orderId}`
export const confirmedKey = ({ plant, orderId, operationId }: Pick<Document, "plant" | "orderId" | "operationId">) =>
  `${plant}\n${orderId}\n${operationId}`
export const operationKey = (
  plant: string,
  orderId: string | undefined,
  operationId: string | undefined,
  unit: string
): string => `${plant}\n${orderId}\n${operationId}\n${unit}`

const refuse = (code: RefusalCode, message: string): Judgement => Result.fail({ code, message })

/** 423 before all else: whoever has the order open hides everything about it. Then identity, then the rules. */
export const judge = (known: Known, document: Document): Judgement => {
  const plan = known.plans.get(orderKey(document.plant, document.orderId))
  if (plan?.locked === true) return refuse("ORDER_LOCKED", `Order ${document.orderId} is being processed by a user`)
  const twin = known.byKey.get(document.key)
  if (twin !== undefined) {
    return Equal.equals(twin.content, document)
      ? Result.succeed("known")
      : refuse("KEY_REUSED", `Key ${document.key} was posted with other content`)
  }
  if (document.kind === "reversal") {
    const original = document.reverses === undefined ? undefined : known.byKey.get(document.reverses)
    if (original === undefined || original.content.kind === "reversal") {
      return refuse("UNKNOWN_DOCUMENT", `No document ${document.reverses ?? "named"} that could be reversed`)
    }
    if (known.reversed.has(original.content.key)) {
      return refuse("ALREADY_REVERSED", `Document ${original.content.key} is reversed already`)
    }
  }
  const rules = known.rules.get(document.plant)
  if (rules?.closedBefore !== undefined && document.postingDate < rules.closedBefore) {
    return refuse("PERIOD_CLOSED", `Posting only possible from ${rules.closedBefore}, not on ${document.postingDate}`)
  }
  if (rules?.finalIsLast === true && document.kind !== "reversal") {
    const finals = new Set(known.finals.values())
    const late = confirmedBy(document).find(({ operationId }) => finals.has(confirmedKey({ ...document, operationId })))
    if (late !== undefined) return refuse("FINALLY_CONFIRMED", `Operation ${late.operationId} is finally confirmed`)
  }
  if (rules?.overDelivery === true && plan !== undefined) {
    const over = overDelivery(known, plan, document)
    if (over !== undefined) return refuse("OVER_DELIVERY", over)
  }
  if (rules?.noNegativeStock === true) {
    const missing = deficit(known, document)
    if (missing !== undefined) return refuse("DEFICIT", missing)
  }
  return Result.succeed("new")
}

/** The first lot of which it would take more than there is. */
const deficit = (known: Known, document: Document): string | undefined => {
  const after = new Map<string, Decimal.Decimal>()
  for (const change of changesOf(document)) {
    const key = stockKey(change)
    after.set(key, Decimal.add(after.get(key) ?? known.stock.get(key) ?? Decimal.zero, change.quantity))
  }
  for (const change of changesOf(document)) {
    const left = after.get(stockKey(change)) ?? Decimal.zero
    if (Decimal.compare(change.quantity, Decimal.zero) < 0 && Decimal.compare(left, Decimal.zero) < 0) {
      return `Deficit of ${Decimal.negate(left)} ${change.unit} of lot ${change.lot} of item ${change.item}`
    }
  }
  return undefined
}

/** The first operation of which it would confirm too much. */
const overDelivery = (known: Known, plan: OrderPlan, document: Document): string | undefined => {
  for (const total of confirmedBy(document)) {
    const over = overDeliveryOf(known, plan, document, total)
    if (over !== undefined) return over
  }
  return undefined
}

const overDeliveryOf = (
  known: Known,
  plan: OrderPlan,
  { orderId, plant }: Document,
  { amounts, operationId, takenBack }: OperationTotal
): string | undefined => {
  const amount = amounts.yield
  const planned = plan.operations?.find((operation) => operation.operationId === operationId)?.planned
  if (takenBack === true || amount === undefined || planned?.unit !== amount.unit) return undefined
  const tolerance = Decimal.multiply(planned.value, plan.tolerancePercent ?? Decimal.zero)
  const allowed = Decimal.add(planned.value, Decimal.multiply(tolerance, Decimal.Decimal.make("0.01")))
  const posted = known.yields.get(operationKey(plant, orderId, operationId, amount.unit))
  const total = Decimal.add(posted ?? Decimal.zero, amount.value)
  if (Decimal.compare(total, allowed) <= 0) return undefined
  return `Yield ${total} of operation ${operationId} is more than the ${allowed} ${amount.unit} allowed`
}

/** What the ledger holds once a new document is in it. */
export const remember = (known: Known, document: Document): void => {
  known.byKey.set(document.key, { content: document })
  for (const change of changesOf(document)) {
    const key = stockKey(change)
    known.stock.set(key, Decimal.add(known.stock.get(key) ?? Decimal.zero, change.quantity))
  }
  if (document.reverses !== undefined) {
    known.reversed.add(document.reverses)
    known.finals.delete(document.reverses)
  } else if (document.final === true) known.finals.set(document.key, confirmedKey(document))
  for (const { amounts, operationId, takenBack } of confirmedBy(document)) {
    if (amounts.yield === undefined) continue
    const { unit, value } = amounts.yield
    const key = operationKey(document.plant, document.orderId, operationId, unit)
    const signed = takenBack === true ? Decimal.negate(value) : value
    known.yields.set(key, Decimal.add(known.yields.get(key) ?? Decimal.zero, signed))
  }
}
