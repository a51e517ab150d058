// What a posting of an order waits for: its own reason, or what its order withholds it for. Pure. Used by `why` alone.
import type { PostingRow } from "../../../projections/postings/queries.ts"
import { documentState, whyDocument } from "./documents.ts"
import { causesOf, type KnownOrder } from "./order.ts"
import type { Reason, Why } from "./reason.ts"

/** What was open when the document was asked for and still is; a final one waits for what is missing, too. */
const withheldFor = ({ final, version }: PostingRow, known: KnownOrder): ReadonlyArray<Reason> => {
  const { missing, withholding } = causesOf(known)
  const stopping = withholding.filter(({ since }) => since <= version || final)
  return [...stopping.map(({ reason }) => reason), ...(final ? missing : [])]
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
