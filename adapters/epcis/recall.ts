// A recall's scope as a document of EPCIS: all that its lots and orders recorded, in the cut that the recall was made of.
// Used by `traveler recall --format epcis`.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { category, lotStream, StreamName } from "../../core/journal/stream.ts"
import { instant } from "../../core/plant/time.ts"
import type { Cut } from "../../projections/cut.ts"
import { reportersOf } from "../../projections/genealogy/steps.ts"
import type { AffectedLot, Link } from "../recall/report.ts"
import { epcisDocument } from "./document.ts"
import { eventsOf, originalsOf } from "./gather.ts"

/** As the views have it: what is known to be wrong is so from then on, whatever time that was said of. */
const isReversal = ({ type }: RecordedEvent): boolean => type === "LotReportReversed" || type === "ReportReversed"

const isIn =
  ({ occurredBy = Infinity, prefix, recordedBy = Infinity }: Cut) =>
  (event: RecordedEvent): boolean => {
    const { metadata, offset, partition, recordedAt } = event
    return (
      recordedAt <= recordedBy &&
      (isReversal(event) || instant(metadata.occurredAt) <= occurredBy) &&
      (prefix === undefined || offset <= (prefix.get(partition) ?? 0))
    )
  }

/** As much of a report as is needed: which lots, and the ways between them. */
interface Scope {
  readonly lots: ReadonlyArray<Pick<AffectedLot, "item" | "lot" | "scope">>
  readonly links: ReadonlyArray<Pick<Link, "from" | "through" | "to">>
}

/** Its lots, and the orders on the ways between them: what else a way leads through (a vessel's rest) has no events. */
const streamsIn = ({ links, lots }: Scope): ReadonlyArray<StreamName> => [
  ...lots.map(({ item, lot, scope }) => lotStream({ scope, itemId: item, lotId: lot })),
  ...links
    .flatMap(({ from, to }) => [from, to])
    .map(StreamName)
    .filter((stream) => category(stream) === "order")
]

/** What went from a lot into another one without a way through their order. */
const dosed = ({ links }: Scope) =>
  links.flatMap(({ from: source, through, to: target }) =>
    through === "consumption" && target.startsWith("lot/") ? [{ source, target }] : []
  )

export const recallDocument = Effect.fnUntraced(function* (report: Scope, cut: Cut) {
  const streams = [...streamsIn(report), ...(yield* reportersOf(dosed(report), cut))]
  const events = (yield* eventsOf(streams)).filter(isIn(cut))
  return epcisDocument(events, yield* originalsOf(events))
})
