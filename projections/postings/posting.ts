// One ERP document's life as the events of its stream tell it. Pure; used by `apply.ts` and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderOf, plantOf, type StreamName } from "../../core/journal/stream.ts"
import type { Amounts } from "../../core/message/order.ts"
import type { OperationId, PostingKey } from "../../core/plant/identifiers.ts"
import { plantDay } from "../../core/plant/time.ts"
import { type PostingKind, postingKey } from "../../core/port/erp.ts"
import { amountsOf } from "../amounts.ts"

/**
 * `Withheld → Requested → Accepted → Verified`; from Requested also `Deferred` (and back), `InDoubt` and `Failed`. A
 * failed one is requested again or waived by a person, or withdrawn with its report. `Sent` isn't here: a claim to send
 * is no event.
 */
export type PostingState =
  | "Requested"
  | "Withheld"
  | "Accepted"
  | "Verified"
  | "Deferred"
  | "InDoubt"
  | "Failed"
  | "Waived"
  | "Withdrawn"

export interface Posting {
  readonly key: PostingKey
  readonly plant: string
  readonly order_id: string
  readonly operation_id: string
  readonly kind: PostingKind
  readonly stream: string
  readonly version: number
  readonly state: PostingState
  readonly amounts: Amounts
  readonly final: boolean
  readonly reverses: PostingKey | null
  readonly reversed: boolean
  readonly posting_date: string
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

const confirmationOf = (stream: StreamName, version: number) => postingKey(stream, version, "confirmation")
const reversalOf = (stream: StreamName, version: number) => postingKey(stream, version, "reversal")

/** What won't be posted any more. */
const ended = (stream: StreamName, posting: PostingKey, reversal: number | undefined): ReadonlyArray<PostingKey> =>
  reversal === undefined ? [posting] : [posting, reversalOf(stream, reversal)]

/** Documents that were made before this event and that it changes or is made from. */
export const named = (event: RecordedEvent): ReadonlyArray<PostingKey> => {
  switch (event.type) {
    case "ReportReversed":
    case "ReportCorrected":
      return [confirmationOf(event.stream, event.data.version)]
    case "PostingsFreed":
      return event.data.versions.flatMap((version) => [
        confirmationOf(event.stream, version),
        reversalOf(event.stream, version)
      ])
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingDeferred":
    case "PostingResumed":
    case "PostingInDoubt":
    case "PostingFailed":
    case "PostingRequestedAgain":
      return [event.data.posting]
    case "PostingWaived":
      return ended(event.stream, event.data.posting, event.data.reversal)
    case "PostingWithdrawn":
      return ended(event.stream, confirmationOf(event.stream, event.data.version), event.data.reversal)
    default:
      return []
  }
}

type Known = (key: PostingKey) => Posting | undefined

/** The documents that are new or other after this event; `known` gives those that it names and what they reverse. */
export const evolve = (known: Known, event: RecordedEvent): ReadonlyArray<Posting> => {
  const changed = (key: PostingKey, change: (posting: Posting) => Partial<Posting> | undefined) => {
    const posting = known(key)
    const changes = posting === undefined ? undefined : change(posting)
    return posting === undefined || changes === undefined ? [] : [{ ...posting, ...changes }]
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
      return reversal(known, event, event.data)
    case "ReportCorrected":
      return [...reversal(known, event, event.data), confirmation(event, event.data, event.data.final ?? false)]
    case "PostingsFreed":
      return named(event).flatMap((key) =>
        changed(key, ({ state }) => (state === "Withheld" ? { state: "Requested" } : undefined))
      )
    case "PostingAccepted":
      return heard(event.data.posting, { state: "Accepted", document: event.data.document })
    case "PostingVerified": {
      const { posting, attempt: attempts, document } = event.data
      const verified = heard(posting, { state: "Verified", attempts, document })
      const reverses = verified[0]?.reverses ?? undefined
      return reverses === undefined ? verified : [...verified, ...changed(reverses, () => ({ reversed: true }))]
    }
    case "PostingDeferred": {
      const { posting, attempt: attempts, until, class: kind, reason } = event.data
      return heard(posting, { state: "Deferred", attempts, until, class: kind, reason })
    }
    case "PostingResumed":
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
      return heard(posting, { state: "Failed", attempts, class: kind, code, reason, ...numbered })
    }
    default:
      return []
  }
}

interface Asked {
  readonly posting: "requested" | "withheld"
}

const asked = (event: RecordedEvent, data: Asked, kind: PostingKind) => ({
  key: postingKey(event.stream, event.version, kind),
  plant: plantOf(event.stream),
  order_id: orderOf(event.stream),
  kind,
  stream: event.stream,
  version: event.version,
  state: data.posting === "requested" ? ("Requested" as const) : ("Withheld" as const),
  reversed: false,
  posting_date: plantDay(event.metadata.occurredAt),
  attempts: 0,
  document: null,
  class: null,
  code: null,
  reason: null,
  until: null,
  requested_at: event.recordedAt,
  traceparent: event.metadata.traceparent ?? null
})

const confirmation = (
  event: RecordedEvent,
  data: Asked & Amounts & { readonly operationId: OperationId },
  final: boolean
): Posting => ({
  ...asked(event, data, "confirmation"),
  operation_id: data.operationId,
  amounts: amountsOf(data),
  final,
  reverses: null
})

/** Neither in the ERP nor on its way there. */
const isNowhere = ({ state, document }: Posting): boolean =>
  state === "Withdrawn" || ((state === "Failed" || state === "Waived") && document === null)

/** Takes back the document of the event at `version`; none where that event asked for none, or the ERP has none. */
const reversal = (
  known: Known,
  event: RecordedEvent,
  data: Asked & { readonly version: number }
): ReadonlyArray<Posting> => {
  const original = known(confirmationOf(event.stream, data.version))
  return original === undefined || isNowhere(original)
    ? []
    : [
        {
          ...asked(event, data, "reversal"),
          operation_id: original.operation_id,
          amounts: original.amounts,
          final: original.final,
          reverses: original.key
        }
      ]
}
