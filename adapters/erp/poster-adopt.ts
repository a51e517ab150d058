// Documents that a person posted: looked for in the ERP, and taken for ours instead of posting them again. Used by
// `poster.ts` alone.
import { Effect } from "effect"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { Document, Erp } from "../../core/port/erp.ts"
import { adoptable } from "./adoption.ts"

const none: ReadonlyMap<PostingKey, string> = new Map()

/**
 * Of these documents of one order, those that the ERP has from somebody else, each with its number there; `taken` are
 * numbers of theirs that others of ours are already. Nothing where the ERP can't show an order's documents.
 */
export const findingPeoples =
  ({ capabilities: { books, inItsWords }, documentsOf }: Erp["Service"]) =>
  (documents: ReadonlyArray<Document>, taken: ReadonlySet<string>) => {
    const [first] = documents
    if (first?.orderId === undefined || !books.has("documentsOf")) return Effect.succeed(none)
    return Effect.map(documentsOf(first.plant, first.orderId), (held) =>
      adoptable(documents.map(inItsWords), held, taken)
    )
  }
