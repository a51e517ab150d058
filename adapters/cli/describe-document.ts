// An ERP document in one plain line. Used by `order show` and `lot show`.
import type { PostingRow } from "../../projections/postings/queries.ts"
import { traceId } from "./history.ts"

export const documentLine = ({ document, key, kind, reason, reversed, state, waitsForLots }: PostingRow): string => {
  const waits = state === "Requested" && waitsForLots ? ", waits for a lot" : ""
  const number = document === null ? "" : ` as ${document}`
  return `  ${kind} ${key}: ${state}${waits}${number}${reversed ? ", reversed" : ""}${reason === null ? "" : `: ${reason}`}`
}

export const documentEntry = ({ traceparent, ...posting }: PostingRow) => ({ ...posting, trace: traceId(traceparent) })
