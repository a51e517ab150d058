// The port of an ERP: post a document by its key, read it back, find it by key; ask what was changed, and what its books
// hold, whoever wrote it. Adapters: adapters/erp/*.
import { Context, type Effect, type Option, Schema } from "effect"
import type { BusinessRuleViolation, DataQualityIssue, TechnicalFailure } from "../failure.ts"
import { nameOrHash, type StreamName } from "../journal/stream.ts"
import { Amounts, type ProductionOrderReleased } from "../message/order.ts"
import { ItemId, LotId, OperationId, OrderId, PlantId, PostingKey, StorageLocationId } from "../plant/identifiers.ts"
import { Disposition, LotKey, LotScope } from "../plant/lot.ts"
import { PositiveQuantity, type Quantity } from "../plant/quantity.ts"

/**
 * A confirmation of one report on an operation; a movement of stock; a change of whether a lot may be used; what takes
 * one of the first two back; or what several of these, of one order, come to together.
 */
export const PostingKind = Schema.Literals(["confirmation", "goodsMovement", "lotStatus", "reversal", "group"])
export type PostingKind = typeof PostingKind.Type

const longestName = 270

/** What the keys of a stream's documents begin with: its name; its hash where a lot has a longer one. */
export const keyPrefix = (stream: StreamName): string => nameOrHash(stream, longestName)

/** One document per event and kind, for ever the same key: `<stream>/<version>/<kind>`. */
export const postingKey = (stream: StreamName, version: number, kind: PostingKind): PostingKey =>
  PostingKey.make(`${keyPrefix(stream)}/${version}/${kind}`)

/** Why stock changes, in words; SAP's movement types in the comments. */
export const MovementType = Schema.Literals([
  /** 261 */
  "goodsIssue",
  /** 262 */
  "goodsReturn",
  /** 101 on an order */
  "productReceipt",
  /** 101 on an order's item */
  "coProductReceipt",
  /** 531 */
  "byProductReceipt",
  /** 101 on a purchase order */
  "supplierReceipt",
  /** 601 */
  "shipment",
  /** 651 */
  "customerReturn",
  /** 551 */
  "scrapping",
  /** 331, 333 */
  "sampling",
  /** 701, 702 */
  "adjustment",
  /** 309 */
  "lotTransfer",
  /** 311 */
  "locationTransfer"
])
export type MovementType = typeof MovementType.Type

/** One line of a goods movement: what has no lot is material without a number. */
export const Movement = Schema.Struct({
  type: MovementType,
  /** Into stock, or out of it. */
  direction: Schema.Literals(["in", "out"]),
  itemId: ItemId,
  lotId: Schema.optionalKey(LotId),
  /** Where the lot's number is unique. */
  scope: Schema.optionalKey(LotScope),
  storageLocation: Schema.optionalKey(StorageLocationId),
  quantity: PositiveQuantity
})
export type Movement = typeof Movement.Type

/** What the confirmations of a group come to on one operation. */
export const OperationTotal = Schema.Struct({
  operationId: OperationId,
  amounts: Amounts,
  /** No more is expected. */
  final: Schema.Boolean,
  /** More was taken back than the group adds: so much less than what was posted before. */
  takenBack: Schema.optionalKey(Schema.Literal(true))
})
export type OperationTotal = typeof OperationTotal.Type

const content = {
  /** Of an order's report. */
  orderId: Schema.optionalKey(OrderId),
  operationId: Schema.optionalKey(OperationId),
  /** Of a confirmation. */
  amounts: Schema.optionalKey(Amounts),
  final: Schema.optionalKey(Schema.Boolean),
  /** Of a goods movement; of a group, where it moves anything. */
  movements: Schema.optionalKey(Schema.Array(Movement)),
  /** Of a group. */
  operations: Schema.optionalKey(Schema.Array(OperationTotal)),
  /** Of a lot's status. */
  status: Schema.optionalKey(Schema.Struct({ ...LotKey.fields, disposition: Disposition }))
}
/** What a document says; a reversal says what it takes back, as that was posted. */
export const DocumentContent = Schema.Struct(content)
export type DocumentContent = typeof DocumentContent.Type

/** What goes into the ERP: one fact, the reversal of one, or what many of an order come to. */
export const Document = Schema.Struct({
  key: PostingKey,
  kind: PostingKind,
  plant: PlantId,
  ...content,
  /** For a reversal: the key of the document that it takes back. */
  reverses: Schema.optionalKey(PostingKey),
  /** Fiscal date, `yyyy-mm-dd`, plant time. */
  postingDate: Schema.String
})
export type Document = typeof Document.Type

/** The ERP's own number for the document, and what it holds. */
export const PostedDocument = Schema.Struct({ document: Schema.String, content: Document })
export type PostedDocument = typeof PostedDocument.Type

/** Nothing was posted, and nothing is wrong: it may be posted from then on (milliseconds since 1970). */
export class NotYet extends Schema.TaggedError<NotYet>()("NotYet", { until: Schema.Int, reason: Schema.String }) {}

/** No answer came, or one that can't be trusted: the document may be there or not. Ask by key before anything else. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  reason: Schema.String
}) {}

/**
 * What was changed in the ERP (an order, a record of its master data), in the words of the broker's contract: the
 * adapter translates, and whether it makes sense is found out where every message is.
 */
export interface ErpChange {
  /** The same whenever it is told; as texts they sort in the ERP's order, which decides between changes of one moment. */
  readonly id: string
  /** A message type of docs/contract.md. */
  readonly type: string
  /** Its body, as JSON: nobody reads it on the way, so no digit is lost. */
  readonly body: string
}

export interface ErpChanges {
  readonly changes: ReadonlyArray<ErpChange>
  /** What to ask with next, in words of the adapter's own. */
  readonly cursor: string
  /** There are more already. */
  readonly more: boolean
}

/** One document of an order as the ERP holds it, whoever posted it. */
export interface HeldDocument {
  /** The ERP's own number. */
  readonly document: string
  /** Ours, as `inItsWords` says it; absent where somebody else posted the document. */
  readonly key?: PostingKey
  readonly kind: PostingKind
  /** What it says, of what `inItsWords` leaves. */
  readonly content: DocumentContent
  /** What of it has no word here, as the ERP says it: `content` is without. */
  readonly unsaid?: string
  /** Fiscal date, `yyyy-mm-dd`. */
  readonly postingDate?: string
}

/** What an ERP has in stock of an item's lot. Without a lot: of material without a number. */
export interface HeldStock {
  readonly itemId: ItemId
  readonly lotId?: LotId
  /** Where the lot's number is unique; absent where the ERP doesn't say it. */
  readonly scope?: LotScope
  /** Of an ERP that keeps stock by location. */
  readonly storageLocation?: StorageLocationId
  /** Less than nothing where more was taken than there was. */
  readonly quantity: Quantity
}

/** So much of an item may be taken. */
export interface AvailableMaterial {
  readonly itemId: ItemId
  readonly quantity: Quantity
}

/** What an ERP can be asked of its books, and told about its orders. Of what it doesn't know there is nothing. */
export interface ErpBooks {
  /**
   * All documents of an order that stand, oldest first. One that was cancelled is left out, with what cancels it, whoever
   * did that.
   */
  readonly documentsOf: (
    plant: PlantId,
    orderId: OrderId
  ) => Effect.Effect<ReadonlyArray<HeldDocument>, TechnicalFailure>
  /** Orders that are released and not technically complete, as they are planned now. */
  readonly openOrders: (
    plant: PlantId
  ) => Effect.Effect<ReadonlyArray<typeof ProductionOrderReleased.Type>, TechnicalFailure>
  /** What is on hand and isn't nothing: a line for each lot, storage location and unit. */
  readonly stock: (plant: PlantId) => Effect.Effect<ReadonlyArray<HeldStock>, TechnicalFailure>
  /**
   * What may be taken of these items, by item and unit; nothing of one that isn't there, while one that the ERP doesn't
   * know is absent. Of lots that may not be used nothing may be taken.
   */
  readonly available: (
    plant: PlantId,
    items: ReadonlyArray<ItemId>
  ) => Effect.Effect<ReadonlyArray<AvailableMaterial>, TechnicalFailure>
  /** The MES has taken this revision of the order over. Told twice it is as told once. */
  readonly releasedToMes: (plant: PlantId, orderId: OrderId, revision: number) => Effect.Effect<void, ErpFailure>
}

/**
 * How what an order reports goes to the ERP: each report as a document of its own; all of them in one once the order is
 * technically complete; or in one whenever the oldest has waited so long.
 */
export type OrderPostings = "each" | "together" | { readonly windowMillis: number }

/** A refusal of which the poster knows more to do than its class says, whatever the ERP. */
export type Obstacle =
  /**
   * The period of the posting date is closed, and nothing of the document is there. `opens` are the first days of the
   * periods that the ERP says are open; none where it says nothing.
   */
  | { readonly is: "closedPeriod"; readonly opens: ReadonlyArray<string> }
  /** Somebody works on an item that the document moves: the one that the reason names, else any of them. */
  | { readonly is: "lockedItem" }

/** What an ERP has words for: the poster acts by it. */
export interface ErpCapabilities {
  /** Documents of any other kind are left out, each with an event that says so. */
  readonly kinds: ReadonlySet<PostingKind>
  readonly orders: OrderPostings
  /** Its table of answers, `<name>/<version>`: what it made of one stays told when the table changes. */
  readonly classification: string
  /** So many documents may be on their way at once. */
  readonly concurrency: number
  /** Of what it refuses, what the poster may deal with by itself. */
  readonly obstacleOf: (failure: ErpFailure) => Obstacle | undefined
  /**
   * What of a document the ERP has words for, in its words: that is what `readBack` and `findByKey` give, and what is held
   * against them. The document itself where it can say everything.
   */
  readonly inItsWords: (document: Document) => Document
  /** What of these it has; nobody calls another. */
  readonly books: ReadonlySet<keyof ErpBooks>
}

/** How the ERP in use takes what orders report, for those who ask its views and don't have the ERP itself. */
export const OrdersArePosted = Context.Reference<OrderPostings>("traveler/core/OrdersArePosted", {
  defaultValue: () => "each"
})

export type ErpFailure = TechnicalFailure | BusinessRuleViolation | DataQualityIssue

export class Erp extends Context.Service<
  Erp,
  {
    /** Names the poster's singleton and its rows. */
    readonly name: string
    readonly capabilities: ErpCapabilities
    /** Within this time (milliseconds) a request is answered or its outcome is unknown. */
    readonly timeoutMillis: number
    /**
     * So long (milliseconds) after a request's time is over may the ERP still be at work on it, or its search not find
     * what it has posted. Until then, that a key isn't found says nothing.
     */
    readonly settlesWithinMillis: number
    /**
     * Posts once: the ERP's number for it. `TechnicalFailure` means that nothing was posted. Nothing is written to the
     * socket once `performance.now()` has passed `sendBefore`: by then another poster may ask for the key.
     */
    readonly post: (
      document: Document,
      sendBefore: number
    ) => Effect.Effect<string, ErpFailure | OutcomeUnknown | NotYet>
    readonly readBack: (document: string) => Effect.Effect<Option.Option<PostedDocument>, TechnicalFailure>
    /**
     * Of a reversal with the key that it takes back: where the ERP cancels by a button, that alone says which one it is.
     */
    readonly findByKey: (
      key: PostingKey,
      reverses?: PostingKey
    ) => Effect.Effect<Option.Option<PostedDocument>, TechnicalFailure>
    /**
     * What was changed for a plant since `after` (from the beginning where it is undefined), in the ERP's order, a page of
     * it. Told again from an older cursor it is the same; a change that commits late is told late, and never left out.
     * From the beginning it tells of every record of master data that there is: what it leaves out then is gone.
     */
    readonly changes: (plant: PlantId, after: string | undefined) => Effect.Effect<ErpChanges, TechnicalFailure>
    /** Succeeds when the ERP answers. */
    readonly health: Effect.Effect<void, TechnicalFailure>
  } & ErpBooks
>()("traveler/core/Erp") {}
