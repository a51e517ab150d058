// Messages of a shop floor about one order, as the order actor gets them. Used by the order actor's tests alone.
import type { Received } from "../../../core/decider.ts"
import type { DocumentOfOrder } from "../../../core/event/posting.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import type { CaseNotice, CaseSubject } from "../../../core/message/exception.ts"
import type { MessageMetadata, MessageReference } from "../../../core/message/metadata.ts"
import type { Amounts, OrderMessage } from "../../../core/message/order.ts"
import type { GroupingMessage, PostingMessage } from "../../../core/message/posting.ts"
import type { RepairMessage } from "../../../core/message/reconciliation.ts"
import type { ReleaseMessage } from "../../../core/message/release.ts"
import type { DirectiveTimer, OrderTimer } from "../../../core/message/timer.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import {
  Badge,
  CaseId,
  ItemId,
  LotId,
  MessageId,
  OperationId,
  OrderId,
  PlantId,
  Source
} from "../../../core/plant/identifiers.ts"
import { type Quantity, Unit } from "../../../core/plant/quantity.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { type PostingKind, postingKey } from "../../../core/port/erp.ts"

export type Message = Received<
  | OrderMessage
  | PostingMessage
  | GroupingMessage
  | ReleaseMessage
  | DirectiveTimer
  | OrderTimer
  | CaseNotice
  | RepairMessage
>
type Body<Type extends OrderMessage["type"]> = Omit<
  Extract<OrderMessage, { readonly type: Type }>["body"],
  "orderId" | "occurredAt" | "badge"
>

export const orderId = OrderId.make("4711")
export const plant = PlantId.make("ulm")
export const stream = StreamName(`order/${plant}/${orderId}`)
export const mes = Source.make("ulm/mes.events/mes")
export const erp = Source.make("ulm/erp.events/erp")
export const op10 = OperationId.make("10")
export const op20 = OperationId.make("20")

/** Minutes after six in the morning at the plant. */
export const at = (minute: number): OccurredAt =>
  OccurredAt.make(new Date(Date.UTC(2026, 10, 23, 6, minute)).toISOString().replace("Z", "+00:00"))

export const quantity = (value: string | number, unit = "EA"): Quantity => ({
  value: fromText(String(value)),
  unit: Unit.make(unit)
})

export interface Envelope {
  readonly id: string
  readonly minute?: number
  readonly sequence?: number
  readonly source?: Source
  readonly corrects?: MessageReference
}

export const reference = (id: string, source = mes): MessageReference => ({ source, messageId: MessageId.make(id) })

export const digestOf = (text: string): Uint8Array => sha256(new TextEncoder().encode(text))

export const metadata = ({ id, minute = 0, sequence, source = mes, corrects }: Envelope): MessageMetadata => ({
  ...reference(id, source),
  digest: digestOf(id),
  queue: "traveler.in.ulm",
  occurredAt: at(minute),
  ...(sequence === undefined ? {} : { sequence }),
  ...(corrects === undefined ? {} : { corrects })
})

const about = ({ minute = 0 }: Envelope) => ({ orderId, occurredAt: at(minute), badge: Badge.make("B7") })

export const plan = (each: string | number, rest: Partial<Body<"ProductionOrderReleased">> = {}) => ({
  itemId: ItemId.make("GEAR"),
  quantity: quantity(each),
  revision: 1,
  operations: [{ operationId: op10 }, { operationId: op20 }],
  ...rest
})

export const released = (envelope: Envelope, body: Body<"ProductionOrderReleased"> = plan(100)): Message => ({
  type: "ProductionOrderReleased",
  body: { ...about(envelope), ...body },
  metadata: metadata({ source: erp, ...envelope })
})

export const changed = (envelope: Envelope, body: Body<"ProductionOrderChanged">): Message => ({
  type: "ProductionOrderChanged",
  body: { ...about(envelope), ...body },
  metadata: metadata({ source: erp, ...envelope })
})

/** What the MES says to a revision that was dispatched to it. */
export const acknowledged = (
  envelope: Envelope,
  actionCode: "Accepted" | "Rejected" = "Accepted",
  revision = 1
): Message => ({
  type: "ProductionOrderAcknowledged",
  body: { ...about(envelope), revision, actionCode, reason: "Said so" },
  metadata: metadata(envelope)
})

type Word =
  | "ProductionOrderCancelled"
  | "ProductionOrderHeld"
  | "ProductionOrderRestarted"
  | "ProductionOrderTechnicallyCompleted"
  | "ProductionOrderClosed"

export const word = (type: Word, envelope: Envelope): Message => ({
  type,
  body: { ...about(envelope), reason: "Said so" },
  metadata: metadata(envelope)
})

export const started = (envelope: Envelope, operationId = op10): Message => ({
  type: "OperationStarted",
  body: { ...about(envelope), operationId },
  metadata: metadata(envelope)
})

export const confirmed = (
  envelope: Envelope,
  amounts: Amounts & { readonly final?: boolean } = { yield: quantity(1) },
  operationId = op10
): Message => ({
  type: "OperationConfirmed",
  body: { ...about(envelope), operationId, ...amounts },
  metadata: metadata(envelope)
})

/** What the ERP had confirmed before. */
export const takenOver = (
  envelope: Envelope,
  amounts: Amounts & { readonly final?: boolean } = { yield: quantity(1) },
  operationId = op10
): Message => ({
  type: "OperationTakenOver",
  body: { ...about(envelope), operationId, ...amounts },
  metadata: metadata({ source: erp, ...envelope })
})

/** What had gone into the order and come out of it before. */
export const materialTakenOver = (
  envelope: Envelope,
  each: string | number,
  use: "Consumed" | "Material Produced"
): Message => ({
  type: "MaterialTakenOver",
  body: { ...about(envelope), materials: [{ ...material(each), use }] },
  metadata: metadata({ source: erp, ...envelope })
})

export const material = (each: string | number) => ({
  itemId: ItemId.make("STEEL"),
  lotId: LotId.make("L-1"),
  quantity: quantity(each, "KGM")
})

export const moved = (
  type: "MaterialConsumed" | "MaterialReturned" | "MaterialProduced",
  envelope: Envelope,
  each: string | number = 1
): Message => {
  const body = { ...about(envelope), materials: [material(each)] }
  return { type, body, metadata: metadata(envelope) }
}

export const booked = (envelope: Envelope, laborTime = quantity(30, "MIN"), operationId = op10): Message => ({
  type: "LaborBooked",
  body: { ...about(envelope), operationId, laborTime },
  metadata: metadata(envelope)
})

export const machined = (envelope: Envelope, machineTime = quantity(30, "MIN"), operationId = op10): Message => ({
  type: "MachineTimeBooked",
  body: { ...about(envelope), operationId, machineTime },
  metadata: metadata(envelope)
})

export const scrapped = (envelope: Envelope, scrap = quantity(1), operationId = op10): Message => ({
  type: "ScrapDeclared",
  body: { ...about(envelope), operationId, scrap, scrapReason: "Scratched" },
  metadata: metadata(envelope)
})

export const reworked = (envelope: Envelope, rework = quantity(1), operationId = op10): Message => ({
  type: "ReworkDeclared",
  body: { ...about(envelope), operationId, rework, reason: "Burr" },
  metadata: metadata(envelope)
})

export const nonconforming = (envelope: Envelope, amount = quantity(1), operationId = op10): Message => ({
  type: "NonconformanceRaised",
  body: { ...about(envelope), operationId, nonconforming: amount, reason: "Diameter" },
  metadata: metadata(envelope)
})

/** Without a source, the report named is one of the sender's own. */
export const reversed = (envelope: Envelope, report: string, source?: Source): Message => ({
  type: "ReportReversed",
  body: { ...about(envelope), reverses: named(report, source), reason: "Wrong order" },
  metadata: metadata(envelope)
})

export const corrected = (
  envelope: Envelope,
  report: string,
  amounts: Amounts & { readonly final?: boolean } = { yield: quantity(1) },
  operationId = op10,
  source?: Source
): Message => ({
  type: "ReportCorrected",
  body: { ...about(envelope), operationId, ...amounts, corrects: named(report, source), reason: "Counted again" },
  metadata: metadata(envelope)
})

const named = (report: string, source?: Source) => ({
  messageId: MessageId.make(report),
  ...(source === undefined ? {} : { source })
})

export const key = (version: number, kind: PostingKind = "confirmation") => postingKey(stream, version, kind)

const poster = (id: string) => metadata({ id, source: Source.make("traveler/poster/sandbox") })
const outcome = (version: number, attempt: number, kind: PostingKind = "confirmation") => ({
  occurredAt: at(0),
  posting: key(version, kind),
  attempt
})

export const verified = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingVerified",
  body: { ...outcome(version, attempt, kind), document: "5000001" },
  metadata: poster(id)
})

export const accepted = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingAccepted",
  body: { ...outcome(version, attempt, kind), document: "5000001" },
  metadata: poster(id)
})

export const postponed = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingDeferred",
  body: { ...outcome(version, attempt, kind), until: 1_800_000_000_000, class: "TechnicalFailure", reason: "Down" },
  metadata: poster(id)
})

/** By a policy, since the period of its date is closed. */
export const dateMoved = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingDateMoved",
  body: {
    ...outcome(version, attempt, kind),
    from: "2026-11-23",
    to: "2026-12-01",
    reason: "Closed",
    rule: "sandbox/1",
    policy: "closedPeriod/nextOpenPeriod"
  },
  metadata: poster(id)
})

export const resumed = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingResumed",
  body: outcome(version, attempt, kind),
  metadata: poster(id)
})

export const inDoubt = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingInDoubt",
  body: { ...outcome(version, attempt, kind), reason: "No answer" },
  metadata: poster(id)
})

/** With a document, the ERP has given it a number. */
export const failed = (
  id: string,
  version: number,
  attempt = 1,
  kind?: PostingKind,
  document?: string
): Extract<Message, { readonly type: "PostingFailed" }> => ({
  type: "PostingFailed",
  body: {
    ...outcome(version, attempt, kind),
    class: "BusinessRuleViolation",
    code: "PERIOD",
    reason: "Closed",
    field: "code",
    nextStep: "Open it",
    ...(document === undefined ? {} : { document })
  },
  metadata: poster(id)
})

/** The ERP takes the documents of an order as one, and those of these events are due. */
export const due = (id: string, ...documents: ReadonlyArray<Due>): Message => ({
  type: "PostingsDue",
  body: { occurredAt: at(0), documents: documents.map(([version, kind, attempt = 1]) => ({ version, kind, attempt })) },
  metadata: poster(id)
})
export type Due = readonly [version: number, kind: DocumentOfOrder["kind"], attempt?: number]

export const omitted = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingOmitted",
  body: { ...outcome(version, attempt, kind), reason: "No word for it" },
  metadata: poster(id)
})

/** The case about a message with this envelope, as it is parked and as it is named when the case closes. */
export const parkedSubject = (envelope: Envelope): CaseSubject => {
  const { source, messageId, digest, sequence } = metadata(envelope)
  const delivery = {
    queue: "traveler.in.ulm",
    plant,
    exchange: "mes.events",
    type: "OperationConfirmed",
    contentType: "application/json",
    schemaVersion: "1",
    ...(sequence === undefined ? {} : { sequence })
  }
  return { kind: "message", message: { source, messageId }, digest, delivery }
}

export const postingSubject = (version: number, kind?: PostingKind): CaseSubject => ({
  kind: "posting",
  posting: key(version, kind),
  stream
})

export const directiveSubject = (directive: MessageReference, type = "ReportReversed"): CaseSubject => ({
  kind: "directive",
  directive,
  type,
  stream
})

/** The directive's timer. */
export const overdue = (id: string, directive: MessageReference): Message => ({
  type: "DirectiveOverdue",
  body: { occurredAt: at(0), directive },
  metadata: metadata({ id, source: Source.make("traveler/timer") })
})

/** A person has the document posted again. */
export const askedAgain = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "CaseResubmittedNotice",
  body: { caseId: someCase, occurredAt: at(0), attempt, subject: postingSubject(version, kind) },
  metadata: metadata({ id, source: Source.make("traveler/decisions") })
})

/** `since` is absent from what was written before it was recorded. */
export const breachSubject = (breach: string, since?: number): CaseSubject => ({
  kind: "breach",
  breach,
  stream,
  ...(since === undefined ? {} : { since })
})

export const closedNotice = (
  id: string,
  caseId: CaseId,
  subject: CaseSubject,
  resolution: "resubmitted" | "waived"
): Message => ({
  type: "CaseClosedNotice",
  body: { caseId, occurredAt: at(0), resolution, subject },
  metadata: metadata({ id, source: Source.make("traveler/decisions") })
})

export const someCase = CaseId.make("0123456789abcdef0123456789abcdef")

/** Its plant doesn't post yet. */
export const shadowed = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingShadowed",
  body: outcome(version, attempt, kind),
  metadata: poster(id)
})

/** A person had posted it. */
export const adopted = (id: string, version: number, attempt = 1, kind?: PostingKind): Message => ({
  type: "PostingAdopted",
  body: { ...outcome(version, attempt, kind), document: "4711001" },
  metadata: poster(id)
})

type Repair<Type extends RepairMessage["type"]> = Omit<Extract<RepairMessage, { readonly type: Type }>["body"], "badge">

const person = (id: string) => metadata({ id, source: Source.make("traveler/traveler.commands/cli") })

/** A person takes a document of the ERP as it is. */
export const documentAcknowledged = (id: string, body: Repair<"DocumentAcknowledged">): Message => ({
  type: "DocumentAcknowledged",
  body: { ...body, badge: Badge.make("B7") },
  metadata: person(id)
})

/** A person has a document posted again that the ERP holds no more. */
export const repeated = (id: string, body: Repair<"PostingRepeated">): Message => ({
  type: "PostingRepeated",
  body: { ...body, badge: Badge.make("B7") },
  metadata: person(id)
})
