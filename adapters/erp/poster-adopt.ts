// Documents that a person posted: looked for in the ERP, and taken for ours instead of posting them again. Used by
// `poster.ts` alone.
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { TechnicalFailure } from "../../core/failure.ts"
import type { StreamName } from "../../core/journal/stream.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { Erp } from "../../core/port/erp.ts"
import { adoptable } from "./adoption.ts"
import type { Posting, PostingQueue } from "./poster-queue.ts"

interface Books extends Pick<Erp["Service"], "documentsOf"> {
  readonly capabilities: Pick<Erp["Service"]["capabilities"], "books" | "inItsWords">
}

const none: ReadonlyMap<PostingKey, string> = new Map()

/** Milliseconds after which the view has heard of what was found. */
const remembered = 600_000

export const adopting = (
  { capabilities: { books, inItsWords }, documentsOf }: Books,
  queue: Pick<PostingQueue["Service"], "taken">
) => {
  /** Found here lately, by the ERP's numbers: one of theirs is one of ours, also while the view doesn't know of it. */
  const lately = new Map<StreamName, Map<string, number>>()

  const remember = (stream: StreamName, numbers: Iterable<string>): void => {
    const now = performance.now()
    const before = [...(lately.get(stream) ?? [])].filter(([, at]) => now - at < remembered)
    const known = new Map([...before, ...Array.from(numbers, (number) => [number, now] as const)])
    if (known.size > 0) lately.set(stream, known)
    else lately.delete(stream)
  }

  /**
   * Of these documents of one order, those that the ERP has from somebody else, each with its number there. None where it
   * can't show an order's documents.
   */
  return Effect.fnUntraced(function* (
    stream: StreamName,
    postings: ReadonlyArray<Posting>
  ): Effect.fn.Return<ReadonlyMap<PostingKey, string>, TechnicalFailure | SqlError.SqlError> {
    // A person may book it on the day on which it happened, whatever date a closed period made it have here.
    const documents = postings.map(({ document, movedFrom = document.postingDate }) => ({
      ...document,
      postingDate: movedFrom
    }))
    const [first] = documents
    if (first?.orderId === undefined || !books.has("documentsOf")) return none
    const taken = (yield* queue.taken([stream])).get(stream) ?? new Set<string>()
    const held = yield* documentsOf(first.plant, first.orderId)
    const found = adoptable(documents.map(inItsWords), held, taken.union(new Set(lately.get(stream)?.keys())))
    remember(stream, found.values())
    return found
  })
}
