// What a posting waits for: its own reason, or what its order or lot withholds it for. Pure. Used by `why` alone.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import type { PostingRow } from "../../../projections/postings/queries.ts"
import type { Withholding } from "./cases.ts"
import { documentState, whyDocument } from "./documents.ts"
import { type KnownLot, withholdingOf } from "./lot.ts"
import { causesOf, type KnownOrder } from "./order.ts"
import type { Reason, Why } from "./reason.ts"

/**
 * What was open when the document was asked for and still is. A final one waits for all that is missing, too, whenever
 * that was parked, and so does the reversal that a correction to a final report asks for with it.
 */
const withheldFor = ({ version }: PostingRow, known: KnownOrder): ReadonlyArray<Reason> => {
  const { breached, missing, parked } = causesOf(known)
  const isFinal = known.postings.some((posting) => posting.version === version && posting.content.final === true)
  const wasOpen = ({ since }: Withholding) => since <= version
  const stopping = [...(isFinal ? parked : parked.filter(wasOpen)), ...breached.filter(wasOpen)]
  return [...stopping.map(({ reason }) => reason), ...(isFinal ? missing : [])]
}

const reasonsOfOrders = (posting: PostingRow, known: KnownOrder): ReadonlyArray<Reason> => {
  const withheld = posting.state === "Withheld" ? withheldFor(posting, known) : []
  return withheld.length > 0 ? withheld : whyDocument(posting, known)
}

const reasonsOfLots = (posting: PostingRow, known: KnownLot): ReadonlyArray<Reason> => {
  const open = withholdingOf(known).filter(({ since }) => since <= posting.version)
  return posting.state === "Withheld" && open.length > 0
    ? open.map(({ reason }) => reason)
    : whyDocument(posting, known)
}

const reasonsOf = (posting: PostingRow, known: KnownOrder | KnownLot): ReadonlyArray<Reason> =>
  "balances" in known ? reasonsOfLots(posting, known) : reasonsOfOrders(posting, known)

/** Why the documents that these events ask for aren't in the ERP. */
export const whyAskedFor = (events: ReadonlyArray<RecordedEvent>, known: KnownOrder | KnownLot) => {
  const versions = new Set(events.map(({ version }) => version))
  return known.postings.filter(({ version }) => versions.has(version)).flatMap((row) => reasonsOf(row, known))
}

export const whyPosting = (posting: PostingRow, known: KnownOrder | KnownLot): Why => ({
  subject: "posting",
  id: posting.key,
  reasons: reasonsOf(posting, known),
  state: documentState(posting)
})
