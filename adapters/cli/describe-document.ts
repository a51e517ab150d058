// An ERP document in one plain line. Used by `order show` and `lot show`.
import type { PostingRow } from "../../projections/postings/queries.ts"
import { traceId } from "./history.ts"

export const documentLine = (posting: PostingRow): string => {
  const { document, key, kind, movedFrom, postingDate, reason, reversed, state, waitsForLots } = posting
  const waits = state === "Requested" && waitsForLots ? ", waits for a lot" : ""
  const number = document === null ? "" : ` as ${document}`
  const moved = movedFrom === null ? "" : `, posting date ${postingDate} instead of ${movedFrom}`
  return `  ${kind} ${key}: ${state}${waits}${number}${moved}${reversed ? ", reversed" : ""}${reason === null ? "" : `: ${reason}`}`
}

export const documentEntry = ({ traceparent, ...posting }: PostingRow) => ({ ...posting, trace: traceId(traceparent) })
