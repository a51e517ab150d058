// What the reconciliation of MES, journal and ERP found at a plant, and what people decide on it. Sent by the core's nightly
// run and by the command line. Anyone may import this file.
import { Schema } from "effect"
import { hex, sha256 } from "../journal/hash.ts"
import { Badge, OrderId, PlantId, PostingKey } from "../plant/identifiers.ts"
import { DecimalFromText } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"
import { DocumentContent } from "../port/erp.ts"

/**
 * Why the columns differ. What was reported isn't in the ERP, by what became of its document or message; or the ERP's books
 * and the journal don't say the same.
 */
export const DifferenceKind = Schema.Literals([
  "parkedMessage",
  "waitingDirective",
  "withheld",
  /** Requested, accepted or resting: nobody need do anything. */
  "onItsWay",
  "deferred",
  "inDoubt",
  "failed",
  /** The ERP has no word for it, or its plant posts none such. */
  "omitted",
  /** It is left to people, and they haven't posted it. */
  "shadowed",
  "waived",
  /** A document of ours that the ERP holds no more. */
  "gone",
  /** A document, ours or acknowledged, that the ERP holds otherwise. */
  "changed",
  /** A document that isn't ours. */
  "postedByOthers",
  /** What the ERP told, or books by itself, and doesn't hold. */
  "notInErp",
  /** Stock that differs without any of these. */
  "stock"
])
export type DifferenceKind = typeof DifferenceKind.Type

/** What is measured (`10: good EA`, `consumed STEEL-7 KGM`, `KGM`) → how much; what is nothing is absent. */
const Column = Schema.Record(Schema.String, DecimalFromText)

export const Difference = Schema.Struct({
  /** The same whenever it is found. */
  id: Schema.String,
  /** The stream of the order or lot. */
  stream: Schema.String,
  kind: DifferenceKind,
  /** The document's key, the case's or the directive's id; of somebody else's document the ERP's number. */
  about: Schema.String,
  reported: Column,
  journal: Column,
  erp: Column,
  /** Of the oldest event or document behind it; where there is none, of the run that saw it first. */
  since: OccurredAt,
  /** At the items' standard price, of the quantities whose item has one. */
  value: Schema.optionalKey(Schema.Struct({ value: DecimalFromText, currency: Schema.String })),
  /** The command that mends it, without `npm run traveler --`. */
  repair: Schema.String
})
export type Difference = typeof Difference.Type

const encoder = new TextEncoder()

/** The digest of what a difference says of quantities: tells one from what it was before, and what a person was shown. */
export const shownQuantities = ({
  erp,
  journal,
  kind,
  reported
}: Pick<Difference, "erp" | "journal" | "kind" | "reported">): string => {
  const columns = [reported, journal, erp].map((column) => Object.entries(column).sort())
  return hex(sha256(encoder.encode(JSON.stringify([kind, columns])))).slice(0, 32)
}

const about = { plant: PlantId, occurredAt: OccurredAt }
const decision = { ...about, badge: Badge, reason: Schema.NonEmptyString }

/** A run's whole answer: what isn't among its differences is no more. */
export const PlantReconciled = Schema.Struct({
  ...about,
  orders: Schema.Int,
  lots: Schema.Int,
  /** Orders and lots of which the three columns say the same. */
  equal: Schema.Int,
  differences: Schema.Array(Difference),
  /** Found beyond those; the oldest are told. */
  more: Schema.optionalKey(Schema.Int)
})

/** A person lets a difference stand as it is. `quantities` is the digest of what was shown: it holds for that alone. */
export const DifferenceAccepted = Schema.Struct({ ...decision, difference: Schema.String, quantities: Schema.String })

const ofOrder = { ...decision, orderId: OrderId }

/** A person takes what the ERP's document says for what the ERP has: somebody else posted or changed it. */
export const DocumentAcknowledged = Schema.Struct({
  ...ofOrder,
  /** The ERP's number. */
  document: Schema.String,
  /** Nothing where the ERP holds it no more. */
  content: DocumentContent
})

/** A person has a document posted again that the ERP holds no more. */
export const PostingRepeated = Schema.Struct({ ...ofOrder, posting: PostingKey })

export const reconciliationMessages = { PlantReconciled, DifferenceAccepted } as const
export const repairMessages = { DocumentAcknowledged, PostingRepeated } as const

type Messages<Schemas extends { readonly [type: string]: { readonly Type: unknown } }> = {
  [Type in keyof Schemas]: { readonly type: Type; readonly body: Schemas[Type]["Type"] }
}[keyof Schemas]

/** To a plant's own stream of what was found. */
export type ReconciliationMessage = Messages<typeof reconciliationMessages>
/** To an order. */
export type RepairMessage = Messages<typeof repairMessages>

export const isOfReconciliation = <Message extends { readonly type: string }>(
  message: Message
): message is Extract<Message, ReconciliationMessage> => Object.hasOwn(reconciliationMessages, message.type)

export const isRepair = <Message extends { readonly type: string }>(
  message: Message
): message is Extract<Message, RepairMessage> => Object.hasOwn(repairMessages, message.type)
