// One ERP document's life as the events of its stream tell it. Pure; used by `apply.ts` and by tests.
import { Schema } from "effect"
import { waitsForPeriod } from "../../core/event/posting.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category, lotOf, orderOf, plantOf, type StreamName } from "../../core/journal/stream.ts"
import { senderOf } from "../../core/message/metadata.ts"
import type { Amounts } from "../../core/message/order.ts"
import { type OperationId, OrderId, type PostingKey } from "../../core/plant/identifiers.ts"
import type { Disposition } from "../../core/plant/lot.ts"
import { instant, plantDay } from "../../core/plant/time.ts"
import { type DocumentContent, type PostingKind, postingKey } from "../../core/port/erp.ts"
import { amountsOf } from "../amounts.ts"
import { followed, grouped, ungrouped } from "./groups.ts"
import { movementsOf } from "./movements.ts"
import { named, takenBack } from "./named.ts"
import { repeated, standing } from "./repeats.ts"

/**
 * `Withheld → Requested → Accepted → Verified`; from Requested also `Deferred` (and back), `InDoubt` and `Failed`. A
 * failed one is requested again or waived by a person, or withdrawn with its report; one that the ERP has no word for is
 * omitted, one that is left to people is `Shadowed` until theirs is found. Those of a group are where the group is. `Sent`
 * isn't here: a claim to send is no event.
 */
export const PostingState = Schema.Literals([
  "Requested",
  "Withheld",
  "Accepted",
  "Verified",
  "Deferred",
  "InDoubt",
  "Failed",
  "Omitted",
  "Shadowed",
  "Waived",
  "Withdrawn"
])
export type PostingState = typeof PostingState.Type

export interface Posting {
  readonly key: PostingKey
  readonly plant: string
  readonly kind: PostingKind
  readonly stream: string
  readonly version: number
  readonly partition: number
  readonly offset: number
  /** Where in its stream's lane: when it happened (milliseconds since 1970); not before what it takes back. */
  readonly place: number
  readonly state: PostingState
  readonly content: DocumentContent
  readonly reverses: PostingKey | null
  readonly reversed: boolean
  /** A person posted it. */
  readonly adopted: boolean
  /** The ERP refused it once, or its period was closed: a person may have posted it since. */
  readonly refused: boolean
  /** What it is posted with, as one document. */
  readonly group: PostingKey | null
  /** What is posted in its place, since the ERP holds it no more. */
  readonly repeated: PostingKey | null
  readonly posting_date: string
  /** What that was before a closed period moved it. */
  readonly moved_from: string | null
  /** Milliseconds since 1970. */
  readonly occurred_at: number
  /** The time of which the plant's mode is asked: what takes back or replaces a document goes that one's way. */
  readonly mode_at: number
  readonly attempts: number
  readonly document: string | null
  readonly class: string | null
  readonly code: string | null
  readonly reason: string | null
  /** Milliseconds since 1970. */
  readonly until: number | null
  readonly requested_at: number
  readonly traceparent: string | null
}

type Known = (key: PostingKey) => Posting | undefined

/**
 * The documents that are new or other after this event; `known` gives those that it names and what they reverse,
 * `membersOf` those of a group that it names.
 */
export const evolve = (
  known: Known,
  event: RecordedEvent,
  membersOf: (group: PostingKey) => ReadonlyArray<Posting> = () => []
): ReadonlyArray<Posting> => {
  const changed = (
    key: PostingKey,
    change: (posting: Posting) => Partial<Posting> | undefined
  ): ReadonlyArray<Posting> => {
    const posting = known(key)
    const changes = posting === undefined ? undefined : change(posting)
    if (posting === undefined || changes === undefined) return []
    const after = { ...posting, ...changes }
    return after.kind === "group" ? [after, ...followed(known, membersOf(key), after)] : [after]
  }
  /** News of the poster's. A document that was read back stays verified, whatever is heard of it later. */
  const heard = (key: PostingKey, changes: Partial<Posting>) =>
    changed(key, ({ state }) =>
      state === "Verified" ? undefined : { class: null, code: null, reason: null, until: null, ...changes }
    )
  switch (event.type) {
    case "OperationConfirmed":
      return [confirmation(event, event.data, event.data.final ?? false)]
    case "LaborBooked":
    case "MachineTimeBooked":
    case "ScrapDeclared":
    case "ReworkDeclared":
      return [confirmation(event, event.data, false)]
    case "ReportReversed":
      return reversal(known, event, event.data.posting)
    case "ReportCorrected":
      return replaced(
        known(postingKey(event.stream, event.data.version, "confirmation")),
        reversal(known, event, event.data.posting),
        confirmation(event, event.data, event.data.final ?? false)
      )
    case "LotHeld":
    case "LotReleased":
    case "LotRejected":
      return status(event, event.data.posting, words[event.type])
    case "LotReportReversed": {
      const { nowHolds, posting } = event.data
      return nowHolds === undefined
        ? reversal(known, event, posting)
        : status(event, posting, nowHolds?.disposition ?? "released")
    }
    case "MaterialConsumed":
    case "MaterialReturned":
    case "MaterialProduced":
    case "LotReceived":
    case "LotSplit":
    case "LotMerged":
    case "LotTransferred":
    case "LotMoved":
    case "LotSampled":
    case "LotScrapped":
    case "LotAdjusted":
    case "LotShipped":
    case "LotReceivedBack":
      return goodsMovement(event, event.data.posting)
    case "PostingsFreed":
      return named(event).flatMap((key) =>
        changed(key, ({ state }) => (state === "Withheld" ? { state: "Requested" } : undefined))
      )
    case "PostingsGrouped":
      return grouped(
        asked(event, "requested", "group", { orderId: orderIdOf(event.stream) }),
        named(event).flatMap((key) => known(key) ?? [])
      )
    case "PostingsUngrouped":
      return named(event).flatMap((key) => ungrouped(known(key), membersOf(key)))
    case "PostingRepeated":
      return named(event).flatMap((key) => {
        const gone = known(key)
        return gone === undefined
          ? []
          : repeated(gone, asked(event, "requested", gone.kind, gone.content), membersOf(key))
      })
    case "PostingAccepted":
      return heard(event.data.posting, { state: "Accepted", document: event.data.document })
    case "PostingVerified": {
      const { posting, attempt: attempts, document } = event.data
      const verified = heard(posting, { state: "Verified", attempts, document })
      const reverses = verified[0]?.reverses ?? undefined
      return reverses === undefined ? verified : [...verified, ...changed(reverses, () => ({ reversed: true }))]
    }
    case "PostingOmitted": {
      const { posting, attempt: attempts, reason } = event.data
      return heard(posting, { state: "Omitted", attempts, reason })
    }
    case "PostingShadowed": {
      const { posting, attempt: attempts } = event.data
      return heard(posting, { state: "Shadowed", attempts })
    }
    case "PostingAdopted": {
      const { posting, attempt: attempts, document } = event.data
      return heard(posting, { state: "Verified", attempts, document, adopted: true })
    }
    case "PostingDeferred": {
      const { posting, attempt: attempts, until, class: kind, reason } = event.data
      const waited = kind === waitsForPeriod ? { code: kind, refused: true } : {}
      return heard(posting, { state: "Deferred", attempts, until, class: kind, reason, ...waited })
    }
    case "PostingDateMoved": {
      const { posting, attempt: attempts, from, to } = event.data
      const moved_from = known(posting)?.moved_from ?? from
      return heard(posting, { state: "Requested", attempts, posting_date: to, moved_from })
    }
    case "PostingResumed":
      return known(event.data.posting)?.code === waitsForPeriod
        ? changed(event.data.posting, () => ({ state: "Requested", until: null }))
        : heard(event.data.posting, { state: "Requested" })
    case "PostingRequestedAgain":
      return heard(event.data.posting, { state: "Requested" })
    case "PostingWaived":
      return named(event).flatMap((key) => changed(key, () => ({ state: "Waived" })))
    case "PostingWithdrawn":
      return named(event).flatMap((key) => changed(key, () => ({ state: "Withdrawn" })))
    case "PostingInDoubt":
      return heard(event.data.posting, { state: "InDoubt", reason: event.data.reason })
    case "PostingFailed": {
      const { posting, attempt: attempts, class: kind, code, reason, document } = event.data
      const numbered = document === undefined ? {} : { document }
      return heard(posting, { state: "Failed", refused: true, attempts, class: kind, code, reason, ...numbered })
    }
    default:
      return []
  }
}

const words = { LotHeld: "held", LotReleased: "released", LotRejected: "rejected" } as const

type Decision = "requested" | "withheld"

/** An order's plant, or that of whoever told of a lot. */
export const plantOfEvent = ({ metadata, stream }: RecordedEvent): string =>
  category(stream) === "order" ? plantOf(stream) : senderOf(metadata).plantId

const asked = (event: RecordedEvent, decision: Decision, kind: PostingKind, content: DocumentContent): Posting => ({
  key: postingKey(event.stream, event.version, kind),
  plant: plantOfEvent(event),
  kind,
  stream: event.stream,
  version: event.version,
  partition: event.partition,
  offset: event.offset,
  place: instant(event.metadata.occurredAt),
  state: decision === "requested" ? "Requested" : "Withheld",
  content,
  reverses: null,
  reversed: false,
  adopted: false,
  refused: false,
  group: null,
  repeated: null,
  posting_date: plantDay(event.metadata.occurredAt),
  moved_from: null,
  occurred_at: instant(event.metadata.occurredAt),
  mode_at: instant(event.metadata.occurredAt),
  attempts: 0,
  document: null,
  class: null,
  code: null,
  reason: null,
  until: null,
  requested_at: event.recordedAt,
  traceparent: event.metadata.traceparent ?? null
})

const orderIdOf = (stream: StreamName) => OrderId.make(orderOf(stream))

const confirmation = (
  event: RecordedEvent,
  data: Amounts & { readonly posting: Decision; readonly operationId: OperationId },
  final: boolean
): Posting =>
  asked(event, data.posting, "confirmation", {
    orderId: orderIdOf(event.stream),
    operationId: data.operationId,
    amounts: amountsOf(data),
    final
  })

/** Without a decision the ERP knows of it already. */
const goodsMovement = (event: RecordedEvent, decision: Decision | undefined): ReadonlyArray<Posting> => {
  const movements = movementsOf(event)
  if (decision === undefined || movements.length === 0) return []
  const order = category(event.stream) === "order" ? { orderId: orderIdOf(event.stream) } : {}
  return [asked(event, decision, "goodsMovement", { ...order, movements })]
}

const status = (
  event: RecordedEvent,
  decision: Decision | undefined,
  disposition: Disposition
): ReadonlyArray<Posting> =>
  decision === undefined
    ? []
    : [{ ...asked(event, decision, "lotStatus", { status: { ...lotOf(event.stream), disposition } }), place: first }]

/** A word on a lot's usability waits for no movement of it; each is the one that held when it came, so they go as they came. */
const first = 0

/** Neither in the ERP nor on its way there. One whose group was refused is: a person decides on the group. */
const isNowhere = ({ document, group, state }: Posting): boolean =>
  state === "Withdrawn" ||
  state === "Omitted" ||
  ((state === "Shadowed" || state === "Waived") && document === null) ||
  (state === "Failed" && document === null && group === null)

/** Takes back the document that the event names; none where there is none, or the ERP has none. */
const reversal = (known: Known, event: RecordedEvent, decision: Decision | undefined): ReadonlyArray<Posting> => {
  const key = takenBack(event)
  const original = key === undefined ? undefined : standing(known, key)
  return original === undefined || decision === undefined || isNowhere(original)
    ? []
    : [notBefore(original.place, { ...taking(event, decision, original), reverses: original.key })]
}

/** At the plant of what it takes back, whoever says so. */
const taking = (event: RecordedEvent, decision: Decision, original: Posting): Posting => ({
  ...asked(event, decision, "reversal", original.content),
  plant: original.plant,
  ...wayOf(original)
})

/**
 * What people posted they mend, and what Traveler posted it mends, whenever they hear of it. One of theirs that was found is
 * ours since.
 */
const wayOf = (original: Posting | undefined): { readonly mode_at?: number } =>
  original === undefined || original.adopted ? {} : { mode_at: original.mode_at }

const notBefore = (place: number, posting: Posting): Posting => ({ ...posting, place: Math.max(place, posting.place) })

/** What a correction asks for: the new one after the reversal of what it replaces. */
const replaced = (
  original: Posting | undefined,
  reversals: ReadonlyArray<Posting>,
  posting: Posting
): ReadonlyArray<Posting> => [
  ...reversals,
  reversals.reduce((after, { place }) => notBefore(place, after), { ...posting, ...wayOf(original) })
]
