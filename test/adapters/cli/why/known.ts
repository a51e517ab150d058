// What is known of an order, a lot or a message in these tests, as the views and the journal give it.
import { type KnownLot, whyLot } from "../../../../adapters/cli/why/lot.ts"
import { type KnownOrder, whyOrder } from "../../../../adapters/cli/why/order.ts"
import { sentence, type Why } from "../../../../adapters/cli/why/reason.ts"
import { lotStream, type StreamName } from "../../../../core/journal/stream.ts"
import { CaseId, ItemId, LotId, OperationId, OrderId } from "../../../../core/plant/identifiers.ts"
import { LotScope } from "../../../../core/plant/lot.ts"
import { postingKey } from "../../../../core/port/erp.ts"
import type { CaseRow } from "../../../../projections/exceptions/queries.ts"
import type { PostingRow } from "../../../../projections/postings/queries.ts"
import { failure, order, plant, subjectOf, type Writer } from "../../../projections/events.ts"

export const orderId = OrderId.make("4711")
export const stream = order(orderId)
export const mes = "plant-1/mes.events/mes"
export const about = { orderId, operationId: OperationId.make("10") }

export const lot = { scope: LotScope.make("plant/plant-1"), itemId: ItemId.make("STEEL"), lotId: LotId.make("L-1") }
export const streamOfLot = lotStream(lot)

export const caseId = CaseId.make("0123456789abcdef0123456789abcdef")
export const decided = "--by NAME --reason TEXT"

/** About a parked message, unless a test says otherwise. */
export const aCase = (row: Partial<CaseRow> = {}): CaseRow => ({
  id: caseId,
  state: "open",
  resolution: null,
  subject: "message",
  plant,
  waiting: stream,
  failureClass: "DataQualityIssue",
  field: "occurredAt",
  value: "yesterday",
  reason: "Expected ISO 8601",
  nextStep: "Correct it",
  ownerRole: "steward",
  attempts: 0,
  digest: null,
  source: mes,
  messageId: "mes/17",
  messageType: "OperationConfirmed",
  contentType: "application/json",
  queue: null,
  sequence: null,
  recorded: null,
  breach: null,
  posting: null,
  decidedBy: null,
  decisionReason: null,
  openedAt: new Date(0),
  updatedAt: new Date(0),
  traceparent: null,
  ...row
})

export const breachCase = (breach: string, reason: string): CaseRow =>
  aCase({ subject: "breach", breach, reason, ownerRole: "supervisor", messageId: null, source: null })

/** The message was recorded, and an equal one before it under another id. */
export const suspectedTwice = (writer: Writer, on: StreamName, messageId: string): number =>
  writer.write(
    on,
    { type: "DuplicateSuspected", data: { failure, subject: { ...subjectOf(messageId), recorded: true } } },
    { messageId }
  )

export const keyOf = (version: number, kind: PostingRow["kind"] = "confirmation") => postingKey(stream, version, kind)

/** The confirmation of the event at this version. */
export const aPosting = (version: number, state: PostingRow["state"], row: Partial<PostingRow> = {}): PostingRow => ({
  key: keyOf(version, row.kind),
  plant,
  kind: "confirmation",
  group: null,
  adopted: false,
  refused: false,
  mode: "on",
  stream,
  version,
  state,
  waitsForLots: false,
  movedFrom: null,
  content: { ...about, amounts: {}, final: false },
  reverses: null,
  reversed: false,
  postingDate: "2026-11-23",
  attempts: 0,
  document: state === "Verified" ? `500${version}` : null,
  class: null,
  code: null,
  reason: null,
  until: null,
  requestedAt: 0,
  traceparent: null,
  ...row
})

export const anOrder = (writer: Writer, known: Partial<KnownOrder> = {}): KnownOrder => ({
  id: "plant-1/4711",
  plant,
  status: "Running",
  events: writer.events,
  cases: [],
  unread: [],
  postings: [],
  lots: [],
  orders: "each",
  isComplete: false,
  ...known
})

export const ofOrder = (writer: Writer, known: Partial<KnownOrder> = {}): Why => whyOrder(anOrder(writer, known))

export const aLot = (writer: Writer, known: Partial<KnownLot> = {}): KnownLot => ({
  id: "plant/plant-1/STEEL/L-1",
  events: writer.events,
  cases: [],
  balances: [],
  postings: [],
  lots: [],
  orders: "each",
  isComplete: false,
  ...known
})

export const ofLot = (writer: Writer, known: Partial<KnownLot> = {}): Why => whyLot(aLot(writer, known))

/** Each reason as it would be said if it were the only one. */
export const said = (why: Why): ReadonlyArray<string> =>
  why.reasons.map((reason) => sentence({ ...why, reasons: [reason] }))
