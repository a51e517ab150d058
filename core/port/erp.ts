// The port of an ERP: post a document by its key, read it back, find it by key. Adapters: adapters/erp/*.
import { Context, type Effect, type Option, Schema } from "effect"
import type { BusinessRuleViolation, DataQualityIssue, TechnicalFailure } from "../failure.ts"
import type { StreamName } from "../journal/stream.ts"
import { Amounts } from "../message/order.ts"
import { OperationId, OrderId, PlantId, PostingKey } from "../plant/identifiers.ts"

export const PostingKind = Schema.Literals(["confirmation", "reversal"])
export type PostingKind = typeof PostingKind.Type

/** One document per event and kind, for ever the same key: `<stream>/<version>/<kind>`. */
export const postingKey = (stream: StreamName, version: number, kind: PostingKind): PostingKey =>
  PostingKey.make(`${stream}/${version}/${kind}`)

/** What goes into the ERP: one confirmation of one report, or the reversal of one. */
export const Document = Schema.Struct({
  key: PostingKey,
  kind: PostingKind,
  plant: PlantId,
  orderId: OrderId,
  operationId: OperationId,
  /** For a reversal: the amounts that are taken back, as they were posted. */
  amounts: Amounts,
  final: Schema.Boolean,
  /** For a reversal: the key of the document that it takes back. */
  reverses: Schema.optionalKey(PostingKey),
  /** Fiscal date, `yyyy-mm-dd`, plant time. */
  postingDate: Schema.String
})
export type Document = typeof Document.Type

/** The ERP's own number for the document, and what it holds. */
export const PostedDocument = Schema.Struct({ document: Schema.String, content: Document })
export type PostedDocument = typeof PostedDocument.Type

/** No answer came, or one that can't be trusted: the document may be there or not. Ask by key before anything else. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  reason: Schema.String
}) {}

export type ErpFailure = TechnicalFailure | BusinessRuleViolation | DataQualityIssue

export class Erp extends Context.Service<
  Erp,
  {
    /** Names the poster's singleton and its rows. */
    readonly name: string
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
    readonly post: (document: Document, sendBefore: number) => Effect.Effect<string, ErpFailure | OutcomeUnknown>
    readonly readBack: (document: string) => Effect.Effect<Option.Option<PostedDocument>, TechnicalFailure>
    readonly findByKey: (key: PostingKey) => Effect.Effect<Option.Option<PostedDocument>, TechnicalFailure>
    /** Succeeds when the ERP answers. */
    readonly health: Effect.Effect<void, TechnicalFailure>
  }
>()("traveler/core/Erp") {}
