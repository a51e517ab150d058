// Which documents an event is about: of its stream, by their keys. Pure; used by `apply.ts` and `posting.ts`.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category, type StreamName } from "../../core/journal/stream.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import { postingKey } from "../../core/port/erp.ts"

const reversalOf = (stream: StreamName, version: number) => postingKey(stream, version, "reversal")

const ofOrder = ["confirmation", "goodsMovement", "reversal"] as const
const ofLot = ["goodsMovement", "lotStatus", "reversal"] as const

/** Whatever the event at this version may have asked for. */
const allAt = (stream: StreamName, version: number): ReadonlyArray<PostingKey> =>
  (category(stream) === "order" ? ofOrder : ofLot).map((kind) => postingKey(stream, version, kind))

/** What won't be posted any more. */
const ended = (stream: StreamName, posting: PostingKey, reversal: number | undefined): ReadonlyArray<PostingKey> =>
  reversal === undefined ? [posting] : [posting, reversalOf(stream, reversal)]

/** What a reversal or a correction takes back. */
export const takenBack = (event: RecordedEvent): PostingKey | undefined => {
  switch (event.type) {
    case "ReportReversed": {
      const kind = event.data.material === true ? "goodsMovement" : "confirmation"
      return postingKey(event.stream, event.data.version, kind)
    }
    case "ReportCorrected":
      return postingKey(event.stream, event.data.version, "confirmation")
    case "LotReportReversed":
      return postingKey(event.stream, event.data.version, "goodsMovement")
    default:
      return undefined
  }
}

/** Documents that were made before this event and that it changes or is made from. */
export const named = (event: RecordedEvent): ReadonlyArray<PostingKey> => {
  switch (event.type) {
    case "PostingsFreed":
      return event.data.versions.flatMap((version) => allAt(event.stream, version))
    case "PostingsGrouped":
      return event.data.documents.map(({ kind, version }) => postingKey(event.stream, version, kind))
    case "PostingsUngrouped":
      return [postingKey(event.stream, event.data.group, "group")]
    case "PostingRepeated":
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingDeferred":
    case "PostingDateMoved":
    case "PostingResumed":
    case "PostingInDoubt":
    case "PostingFailed":
    case "PostingOmitted":
    case "PostingShadowed":
    case "PostingAdopted":
    case "PostingRequestedAgain":
      return [event.data.posting]
    case "PostingWaived":
      return ended(event.stream, event.data.posting, event.data.reversal)
    case "PostingWithdrawn":
      return ended(event.stream, withdrawnBy(event.stream, event.data), event.data.reversal)
    default: {
      const key = takenBack(event)
      return key === undefined ? [] : [key]
    }
  }
}

const withdrawnBy = (
  stream: StreamName,
  { kind, version }: { readonly kind?: "goodsMovement"; readonly version: number }
) => postingKey(stream, version, kind ?? "confirmation")
