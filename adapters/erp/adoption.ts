// Which documents of an order a person had posted: held against what the ERP shows of that order. Pure; used by
// `poster-adopt.ts` alone.
import { isDeepStrictEqual } from "node:util"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { Document, DocumentContent, HeldDocument, Movement } from "../../core/port/erp.ts"

/** Lines as a list that doesn't depend on the order in which they were written down. */
const linesOf = (movements: ReadonlyArray<Movement> = []): ReadonlyArray<string> =>
  movements
    .map(({ direction, itemId, lotId, quantity, scope, storageLocation, type }) =>
      JSON.stringify([type, direction, itemId, lotId, scope, storageLocation, quantity.value, quantity.unit])
    )
    .sort()

/** What was counted, without what amounts to nothing. */
const amountsOf = ({ amounts = {} }: Pick<DocumentContent, "amounts">) => {
  const { scrapReason: _, ...quantities } = amounts
  return Object.fromEntries(Object.entries(quantities).filter(([, quantity]) => quantity?.value !== "0"))
}

/** Of a document that says several operations at once, each; in no order. */
const operationsOf = ({ operations = [] }: DocumentContent) =>
  new Set(
    operations.map(({ amounts, operationId, takenBack = false }) => ({
      operationId,
      takenBack,
      amounts: amountsOf({ amounts })
    }))
  )

/** Nobody posts what hasn't happened yet: theirs is of the same day, or of a later one. */
const mayBe = ({ postingDate: ours }: Document, { postingDate: theirs }: HeldDocument): boolean =>
  theirs === undefined || theirs >= ours

/**
 * The same quantities of the same things. A person may word it otherwise (a reason, whether more is expected), and book it
 * on a later day.
 */
const saysTheSame = (ours: DocumentContent, theirs: DocumentContent): boolean =>
  ours.operationId === theirs.operationId &&
  isDeepStrictEqual(amountsOf(ours), amountsOf(theirs)) &&
  isDeepStrictEqual(operationsOf(ours), operationsOf(theirs)) &&
  isDeepStrictEqual(linesOf(ours.movements), linesOf(theirs.movements))

/**
 * Our document → the number of a person's that says the same: each of theirs once. `taken` are numbers that are
 * something else: others of ours, or what an order's history begins with.
 */
export const adoptable = (
  ours: ReadonlyArray<Document>,
  held: ReadonlyArray<HeldDocument>,
  taken: ReadonlySet<string>
): ReadonlyMap<PostingKey, string> => {
  const free = held.filter(({ document, key }) => key === undefined && !taken.has(document))
  const found = new Map<PostingKey, string>()
  for (const document of ours) {
    const at = free.findIndex(
      (theirs) => theirs.kind === document.kind && mayBe(document, theirs) && saysTheSame(document, theirs.content)
    )
    const [theirs] = at < 0 ? [] : free.splice(at, 1)
    if (theirs !== undefined) found.set(document.key, theirs.document)
  }
  return found
}
