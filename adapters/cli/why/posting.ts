// What a posting waits for: its own reason, or what its order or lot withholds it for. Pure. Used by `why` alone.
import type { PostingRow } from "../../../projections/postings/queries.ts"
import { documentState, whyDocument } from "./documents.ts"
import { type KnownLot, withholdingOf } from "./lot.ts"
import { causesOf, type KnownOrder } from "./order.ts"
import type { Reason, Why } from "./reason.ts"

/**
 * What was open when the document was asked for and still is. A final one waits for all that is missing, too, and so does
 * the reversal that a correction to a final report asks for with it.
 */
const withheldFor = ({ version }: PostingRow, known: KnownOrder): ReadonlyArray<Reason> => {
  const { missing, withholding } = causesOf(known)
  const isFinal = known.postings.some((posting) => posting.version === version && posting.content.final === true)
  const stopping = withholding.filter(({ since }) => since <= version || isFinal)
  return [...stopping.map(({ reason }) => reason), ...(isFinal ? missing : [])]
}

export const reasonsOf = (posting: PostingRow, known: KnownOrder): ReadonlyArray<Reason> => {
  const withheld = posting.state === "Withheld" ? withheldFor(posting, known) : []
  return withheld.length > 0 ? withheld : whyDocument(posting, known)
}

/** What a lot withholds, it withholds for all that is open on it. */
export const whyLotsPosting = (posting: PostingRow, known: KnownLot): Why => {
  const open = posting.state === "Withheld" ? withholdingOf(known) : []
  return {
    subject: "posting",
    id: posting.key,
    reasons: open.length > 0 ? open : whyDocument(posting, known),
    state: documentState(posting)
  }
}

export const whyPosting = (posting: PostingRow, known: KnownOrder): Why => ({
  subject: "posting",
  id: posting.key,
  reasons: reasonsOf(posting, known),
  state: documentState(posting)
})
