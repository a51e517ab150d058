// A document that is posted again, since the ERP holds it no more. Pure; used by `posting.ts` alone.
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { Posting } from "./posting.ts"

/** The document that is in the place of this one. */
export const standing = (known: (key: PostingKey) => Posting | undefined, key: PostingKey): Posting | undefined => {
  const posting = known(key)
  return posting?.repeated == null ? posting : standing(known, posting.repeated)
}

/**
 * `again` as the same document, with those of a group: dated as it was, and not made to wait for lots that have long given
 * what it takes.
 */
export const repeated = (gone: Posting, again: Posting, members: ReadonlyArray<Posting>): ReadonlyArray<Posting> => {
  const { attempts, plant, posting_date } = gone
  return [
    { ...gone, repeated: again.key },
    { ...again, plant, posting_date, attempts },
    ...members.map((member): Posting => ({ ...member, state: "Requested", document: null, group: again.key }))
  ]
}
