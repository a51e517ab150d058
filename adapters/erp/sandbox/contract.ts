// What the sandbox ERP and its client say to each other over HTTP. Imported by both; docs/add-an-erp-adapter.md.
import { Schema } from "effect"
import { ProductionOrderReleased } from "../../../core/message/order.ts"
import { ItemId, LotId, OperationId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { Disposition, LotKey, LotScope } from "../../../core/plant/lot.ts"
import { DecimalFromText, PositiveQuantity, Quantity, Unit } from "../../../core/plant/quantity.ts"
import { Document, PostedDocument } from "../../../core/port/erp.ts"

export const paths = {
  /**
   * POST a document; GET `?numbers=` reads back (by commas, up to `readBackLimit`), `?key=` finds one, `?plant=` lists a
   * plant's, by number and up to `listLimit`, and `&after=` those that follow a number; `&order=` those of an order that
   * stand: neither reversed nor a reversal.
   */
  documents: "/documents",
  /** GET `?plant=`: net sums per order, operation and amount, reversals subtracted. */
  sums: "/sums",
  /** GET `?plant=`: what is in stock by item, lot and unit, where it isn't nothing. */
  stock: "/stock",
  /** GET `?plant=&item=&item=`: what may be taken of items, up to `itemsLimit`, that were ever in stock. */
  available: "/available",
  /** GET `?plant=&after=`: orders that are released and not complete, by number and up to `listLimit`. */
  openOrders: "/open-orders",
  /** PUT that the MES has taken an order over; GET `?plant=`: those that it has. */
  releasedToMes: "/released-to-mes",
  /** GET `?plant=`: the status of each lot that was given one. */
  statuses: "/statuses",
  /** GET `?plant=`: every POST that was judged, with its key and status. */
  calls: "/calls",
  /** PUT the business rules of one plant. */
  rules: "/rules",
  /** PUT what the ERP knows of one order. */
  orders: "/orders",
  /**
   * PUT a change that somebody makes in this ERP; GET `?plant=&after=`: the changes that follow a number, up to
   * `changesLimit`.
   */
  changes: "/changes",
  /** PUT the list of faults to make from now on; an empty list ends them. */
  faults: "/faults",
  health: "/health"
} as const

/** So many numbers are read back by one request. */
export const readBackLimit = 100
/** So many documents are listed by one request: a plant's books grow without end. */
export const listLimit = 1_000

/** So many items are asked for by one request: they are part of its address. */
export const itemsLimit = 50

/**
 * What the key of a document begins with that a person posts in this ERP; the rest is a number of its own. No stream's name
 * begins so.
 */
export const byHand = "person/"

/** So many changes are told by one request. */
export const changesLimit = 500

const Day = Schema.String.pipe(Schema.check(Schema.isPattern(/^\d{4}-\d\d-\d\d$/, { message: "Expected yyyy-mm-dd" })))

/** Rules are off unless they are named here. */
export const PlantRules = Schema.Struct({
  plant: PlantId,
  /** Posting dates before this day are refused. */
  closedBefore: Schema.optionalKey(Day),
  /** Refuses more yield than planned plus tolerance, for operations whose plan is known. */
  overDelivery: Schema.optionalKey(Schema.Boolean),
  /** Refuses a confirmation of an operation that is finally confirmed, until that final one is reversed. */
  finalIsLast: Schema.optionalKey(Schema.Boolean),
  /** Refuses what would take more of a lot out of stock than there is. */
  noNegativeStock: Schema.optionalKey(Schema.Boolean)
})
export type PlantRules = typeof PlantRules.Type

export const OrderPlan = Schema.Struct({
  plant: PlantId,
  orderId: OrderId,
  /** Somebody has the order open: every document of it is answered 423. */
  locked: Schema.optionalKey(Schema.Boolean),
  tolerancePercent: Schema.optionalKey(DecimalFromText),
  operations: Schema.optionalKey(Schema.Array(Schema.Struct({ operationId: OperationId, planned: Quantity }))),
  /** Components that are taken out of stock by themselves, so much for each one that an operation is confirmed to yield. */
  backflush: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        operationId: OperationId,
        itemId: ItemId,
        lotId: Schema.optionalKey(LotId),
        scope: Schema.optionalKey(LotScope),
        quantity: PositiveQuantity
      })
    )
  )
})
export type OrderPlan = typeof OrderPlan.Type

/**
 * `unavailable` 503; `slow` waits first; `locked` 423; `itemLocked` the same, and says that the item is; `hang` stores the
 * document and never answers.
 */
export const Fault = Schema.Struct({
  kind: Schema.Literals(["unavailable", "slow", "locked", "itemLocked", "hang"]),
  plant: Schema.optionalKey(PlantId),
  /** Of what moves this item alone. */
  itemId: Schema.optionalKey(ItemId),
  /** Ends after so many times; never where absent. */
  count: Schema.optionalKey(Schema.Int),
  /** 1 where absent. */
  probability: Schema.optionalKey(Schema.Finite),
  seed: Schema.optionalKey(Schema.Int),
  /** How long `slow` waits. */
  millis: Schema.optionalKey(Schema.Int)
})
export type Fault = typeof Fault.Type

export const RefusalCode = Schema.Literals([
  "INVALID",
  "KEY_REUSED",
  "UNKNOWN_DOCUMENT",
  "ALREADY_REVERSED",
  "PERIOD_CLOSED",
  "OVER_DELIVERY",
  "FINALLY_CONFIRMED",
  "DEFICIT",
  "ORDER_LOCKED",
  "ITEM_LOCKED",
  "UNAVAILABLE"
])
export type RefusalCode = typeof RefusalCode.Type

export const statusOf: { readonly [Code in RefusalCode]: number } = {
  INVALID: 400,
  UNKNOWN_DOCUMENT: 404,
  KEY_REUSED: 409,
  ALREADY_REVERSED: 409,
  PERIOD_CLOSED: 422,
  OVER_DELIVERY: 422,
  FINALLY_CONFIRMED: 422,
  DEFICIT: 422,
  ORDER_LOCKED: 423,
  ITEM_LOCKED: 423,
  UNAVAILABLE: 503
}

export const Refusal = Schema.Struct({ code: RefusalCode, message: Schema.String })
export type Refusal = typeof Refusal.Type

/** Answer to a POST: 201 when it is new, 200 when it was there already, with the same number. */
export const Posted = Schema.Struct({ document: Schema.String })

export const AmountSum = Schema.Struct({
  orderId: OrderId,
  operationId: OperationId,
  /** `yield`, `scrap`, `laborTime`, … */
  amount: Schema.String,
  unit: Unit,
  sum: DecimalFromText
})
export type AmountSum = typeof AmountSum.Type

export const StockLine = Schema.Struct({
  itemId: ItemId,
  /** Without both, material without a number. */
  scope: Schema.optionalKey(LotScope),
  lotId: Schema.optionalKey(LotId),
  unit: Unit,
  quantity: DecimalFromText
})
export type StockLine = typeof StockLine.Type

const AvailableMaterial = Schema.Struct({ itemId: ItemId, quantity: Quantity })

/** An order that the MES has taken over, in the highest revision that was told. */
export const OrderInMes = Schema.Struct({ plant: PlantId, orderId: OrderId, revision: Schema.Int })
export type OrderInMes = typeof OrderInMes.Type

export const LotStatus = Schema.Struct({ ...LotKey.fields, disposition: Disposition })
export type LotStatus = typeof LotStatus.Type

const change = { type: Schema.NonEmptyString, body: Schema.String }
/** As it is made; `body` is JSON as text. */
export const NewChange = Schema.Struct({ plant: PlantId, ...change })
export type NewChange = typeof NewChange.Type
/** As it is told. */
const Change = Schema.Struct({ number: Schema.Int, ...change })

export const Call = Schema.Struct({ key: Schema.String, status: Schema.Int })
export type Call = typeof Call.Type

export const json = {
  document: Schema.fromJsonString(Document),
  posted: Schema.fromJsonString(Posted),
  postedDocument: Schema.fromJsonString(PostedDocument),
  postedDocuments: Schema.fromJsonString(Schema.Array(PostedDocument)),
  sums: Schema.fromJsonString(Schema.Array(AmountSum)),
  stock: Schema.fromJsonString(Schema.Array(StockLine)),
  available: Schema.fromJsonString(Schema.Array(AvailableMaterial)),
  openOrders: Schema.fromJsonString(Schema.Array(ProductionOrderReleased)),
  orderInMes: Schema.fromJsonString(OrderInMes),
  ordersInMes: Schema.fromJsonString(Schema.Array(OrderInMes)),
  statuses: Schema.fromJsonString(Schema.Array(LotStatus)),
  calls: Schema.fromJsonString(Schema.Array(Call)),
  newChange: Schema.fromJsonString(NewChange),
  changes: Schema.fromJsonString(Schema.Array(Change)),
  rules: Schema.fromJsonString(PlantRules),
  order: Schema.fromJsonString(OrderPlan),
  faults: Schema.fromJsonString(Schema.Array(Fault)),
  refusal: Schema.fromJsonString(Refusal)
} as const
