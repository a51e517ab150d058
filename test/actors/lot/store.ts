// What happens to one lot in these tests, as messages of a plant. Used by the tests of the lot actor.
import type { Message } from "../../../actors/lot/decide.ts"
import type { Received } from "../../../core/decider.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { lotStream } from "../../../core/journal/stream.ts"
import type { CaseNotice } from "../../../core/message/exception.ts"
import type { LotMessage, LotNotice } from "../../../core/message/lot.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import {
  CaseId,
  ItemId,
  LotId,
  MessageId,
  OrderId,
  PartnerId,
  PlantId,
  Source
} from "../../../core/plant/identifiers.ts"
import { type LotKey, LotScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { type PostingKind, postingKey } from "../../../core/port/erp.ts"

export const lot: LotKey = {
  scope: LotScope.make("plant/ulm"),
  itemId: ItemId.make("STEEL"),
  lotId: LotId.make("L-1")
}
export const other: LotKey = { ...lot, lotId: LotId.make("L-2") }
export const stream = lotStream(lot)

export const quantity = (value: string | number, unit = "KGM") => ({
  value: fromText(String(value)),
  unit: Unit.make(unit)
})

/** When, in minutes of the day. */
export const minute = (at: number): OccurredAt =>
  OccurredAt.make(`${new Date(Date.UTC(2026, 10, 23, 0, at)).toISOString().slice(0, 19)}+00:00`)

const envelope = (id: string, at: number): MessageMetadata => ({
  source: Source.make("ulm/mes.events/mes"),
  messageId: MessageId.make(id),
  digest: sha256(new TextEncoder().encode(id)),
  queue: "traveler.in.ulm",
  occurredAt: minute(at)
})

type Content<Type extends (LotMessage | LotNotice)["type"]> = Omit<
  Extract<LotMessage | LotNotice, { readonly type: Type }>["body"],
  "itemId" | "lotId" | "scope" | "occurredAt"
>

const about = (at: number) => ({ itemId: lot.itemId, lotId: lot.lotId, occurredAt: minute(at) })
export type Made = Received<Message>

export const received = (id: string, each: string | number, more: Partial<Content<"LotReceived">> = {}): Made => ({
  type: "LotReceived",
  body: { ...about(0), quantity: quantity(each), ...more },
  metadata: envelope(id, 0)
})
const shipment = (at: number, each: string | number) => ({
  ...about(at),
  quantity: quantity(each),
  customer: PartnerId.make("C-1"),
  document: "DN-1"
})
export const shipped = (id: string, at: number, each: string | number): Made => ({
  type: "LotShipped",
  body: shipment(at, each),
  metadata: envelope(id, at)
})
export const receivedBack = (id: string, at: number, each: string | number): Made => ({
  type: "LotReceivedBack",
  body: shipment(at, each),
  metadata: envelope(id, at)
})
export const judged = (id: string, at: number, type: "LotHeld" | "LotReleased" | "LotRejected"): Made => ({
  type,
  body: { ...about(at), reason: "As decided" },
  metadata: envelope(id, at)
})
export const split = (id: string, at: number, ...each: ReadonlyArray<string | number>): Made => ({
  type: "LotSplit",
  body: {
    ...about(at),
    into: each.map((value, index) => ({ lotId: LotId.make(`L-1/${index}`), quantity: quantity(value) }))
  },
  metadata: envelope(id, at)
})
export const merged = (id: string, at: number, ...each: ReadonlyArray<string | number>): Made => ({
  type: "LotMerged",
  body: {
    ...about(at),
    from: each.map((value, index) => ({ lotId: LotId.make(`L-0/${index}`), quantity: quantity(value) }))
  },
  metadata: envelope(id, at)
})
export const transferred = (id: string, at: number, each: string | number): Made => ({
  type: "LotTransferred",
  body: { ...about(at), to: other, quantity: quantity(each) },
  metadata: envelope(id, at)
})
export const adjusted = (id: string, at: number, each: string | number): Made => ({
  type: "LotAdjusted",
  body: { ...about(at), quantity: quantity(each), reason: "Counted" },
  metadata: envelope(id, at)
})
export const scrapped = (id: string, at: number, each: string | number): Made => ({
  type: "LotScrapped",
  body: { ...about(at), quantity: quantity(each), scrapReason: "Burst" },
  metadata: envelope(id, at)
})
export const sampled = (id: string, at: number, each: string | number): Made => ({
  type: "LotSampled",
  body: { ...about(at), quantity: quantity(each), use: "Destructive Sample" },
  metadata: envelope(id, at)
})
export const derived = (id: string, at: number, each: string | number): Made => ({
  type: "LotDerived",
  body: { ...lot, occurredAt: minute(at), from: other, quantity: quantity(each), through: "split" },
  metadata: envelope(id, at)
})
export const passedOn = (id: string, at: number, each: string | number): Made => ({
  type: "LotPassedOn",
  body: { ...lot, occurredAt: minute(at), to: other, quantity: quantity(each), through: "merge" },
  metadata: envelope(id, at)
})
export const tested = (id: string, at: number): Made => ({
  type: "TestResultRecorded",
  body: { ...about(at), testSpecification: "TS-1", passed: true },
  metadata: envelope(id, at)
})

const line = (at: number, each: string | number) => ({
  ...lot,
  occurredAt: minute(at),
  order: { plantId: PlantId.make("ulm"), orderId: OrderId.make("4711") },
  quantity: quantity(each)
})
const told = (type: "LotConsumed" | "LotReturned" | "LotProduced") => (id: string, at: number, each: string | number) =>
  ({ type, body: line(at, each), metadata: envelope(id, at) }) satisfies Made
export const consumed = told("LotConsumed")
export const returned = told("LotReturned")
export const produced = told("LotProduced")

/** Takes back what `of` told. */
export const lineReversed = (id: string, of: ReturnType<typeof consumed>): Made => ({
  type: "LotLineReversed",
  body: { ...of.body, was: of.type, reverses: { source: of.metadata.source, messageId: of.metadata.messageId } },
  metadata: envelope(id, 500)
})

export const expiryReached = (id: string, expiresAt: number): Made => ({
  type: "LotExpiryReached",
  body: { ...lot, occurredAt: minute(expiresAt), expiresAt: minute(expiresAt) },
  metadata: envelope(id, expiresAt)
})

/** Takes back the report of this id. */
export const reversed = (id: string, of: string, at = 600) =>
  ({
    type: "LotReportReversed",
    body: { ...about(at), reverses: { messageId: MessageId.make(of) }, reason: "Reported twice" },
    metadata: envelope(id, at)
  }) satisfies Made

export const reference = (messageId: string) => ({
  source: Source.make("ulm/mes.events/mes"),
  messageId: MessageId.make(messageId)
})

/** The same message as the plant's ERP would tell it. */
export const toldByErp = <Message extends Made>(message: Message): Message => ({
  ...message,
  metadata: { ...message.metadata, source: Source.make("ulm/erp.events/erp") }
})

const outcome = (version: number, kind: PostingKind) => ({
  occurredAt: minute(700),
  posting: postingKey(stream, version, kind),
  attempt: 1
})
const poster = (id: string): MessageMetadata => ({
  ...envelope(id, 700),
  source: Source.make("traveler/poster/sandbox")
})
export const verified = (id: string, version: number, kind: PostingKind = "goodsMovement"): Made => ({
  type: "PostingVerified",
  body: { ...outcome(version, kind), document: "5000001" },
  metadata: poster(id)
})
export const dateMoved = (id: string, version: number): Made => ({
  type: "PostingDateMoved",
  body: { ...outcome(version, "goodsMovement"), from: "2026-11-23", to: "2026-12-01", reason: "Closed" },
  metadata: poster(id)
})
export const refused = (id: string, version: number, kind: PostingKind = "goodsMovement"): Made => ({
  type: "PostingFailed",
  body: { ...outcome(version, kind), class: "BusinessRuleViolation", code: "DEFICIT", reason: "Deficit" },
  metadata: poster(id)
})

export const overdue = (id: string, directive: string): Made => ({
  type: "DirectiveOverdue",
  body: {
    occurredAt: minute(2_000),
    directive: { source: Source.make("ulm/mes.events/mes"), messageId: MessageId.make(directive) }
  },
  metadata: envelope(id, 2_000)
})

export const breachOverdue = (id: string, breach: string, since: number): Made => ({
  type: "LotBreachOverdue",
  body: { ...lot, occurredAt: minute(2_000), breach, since },
  metadata: envelope(id, 2_000)
})

export const someCase = CaseId.make("0123456789abcdef0123456789abcdef")
/** `since` as in the case: the version of the event that showed the breach. */
export const waived = (id: string, breach: string, since: number): Received<CaseNotice> => ({
  type: "CaseClosedNotice",
  body: {
    caseId: someCase,
    occurredAt: minute(1_000),
    resolution: "waived",
    subject: { kind: "breach", breach, stream, since }
  },
  metadata: envelope(id, 1_000)
})
