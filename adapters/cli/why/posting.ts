// What a posting of an order waits for: its own reason, or what its order withholds it for. Pure. Used by `why` alone.
import type { PostingRow } from "../../../projections/postings/queries.ts"
import { documentState, whyDocument } from "./documents.ts"
import { causesOf, type KnownOrder } from "./order.ts"
import type { Reason, Why } from "./reason.ts"

/**
 * What was open when the document was asked for and still is. A final one waits for all that is missing, too, and so does
 * the reversal that a correction to a final report asks for with it.
 */
const withheldFor = ({ version }: PostingRow, known: KnownOrder): ReadonlyArray<Reason> => {
  const { missing, withholding } = causesOf(known)
  const isFinal = known.postings.some((posting) => posting.version === version && posting.final)
  const stopping = withholding.filter(({ since }) => since <= version || isFinal)
  return [...stopping.map(({ reason }) => reason), ...(isFinal ? missing : [])]
}

export const reasonsOf = (posting: PostingRow, known: KnownOrder): ReadonlyArray<Reason> => {
  const withheld = posting.state === "Withheld" ? withheldFor(posting, known) : []
  return withheld.length > 0 ? withheld : whyDocument(posting, known)
}

export const whyPosting = (posting: PostingRow, known: KnownOrder): Why => ({
  subject: "posting",
  id: posting.key,
  reasons: reasonsOf(posting, known),
  state: documentState(posting)
})
