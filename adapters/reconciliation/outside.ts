// Which documents the journal holds as being in the ERP, and which not, though what they say was reported. Pure; used by
// this folder alone.
import type { Posting } from "../../projections/postings/posting.ts"

/** Verified; or waived by a person although the ERP had given it a number: its books hold it. */
export const isInErp = ({ document, state }: Pick<Posting, "document" | "state">): boolean =>
  state === "Verified" || (state === "Waived" && document !== null)

/** Of which report a document is: that of the one in whose place it was posted again. */
const reportsOf = (postings: ReadonlyMap<string, Posting>): ReadonlyMap<string, number> => {
  const versions = new Map<string, number>()
  for (const { key, repeated, version } of [...postings.values()].sort((left, right) => left.version - right.version)) {
    const of = versions.get(key) ?? version
    versions.set(key, of)
    if (repeated !== null) versions.set(repeated, of)
  }
  return versions
}

/**
 * Of these documents of a stream, each that says something and isn't in the ERP. What was taken back before it got there says
 * nothing, unless there is a document that takes it back; what was withdrawn, and what takes that back, neither. Of a group
 * its members; what was posted again stands in the new one.
 */
export const outsideOf = (
  postings: ReadonlyMap<string, Posting>,
  counts: (version: number) => boolean
): ReadonlyArray<Posting> => {
  const all = [...postings.values()].filter(
    ({ kind, repeated, state }) => kind !== "group" && repeated === null && state !== "Withdrawn"
  )
  const takenBack = new Set(all.map(({ reverses }) => reverses))
  const reports = reportsOf(postings)
  /** Nothing can take back what isn't there. */
  const isThere = (posting: Posting): boolean => {
    const original = posting.reverses === null ? undefined : postings.get(posting.reverses)
    return isInErp(posting) && (original === undefined || isInErp(original))
  }
  return all.filter(
    (posting) =>
      !isThere(posting) &&
      (posting.reverses !== null || takenBack.has(posting.key) || counts(reports.get(posting.key) ?? posting.version))
  )
}

/**
 * Those that stand in the ERP by what the journal says, each by itself or as a group: not taken back there. What a group
 * takes back is part of what it says.
 */
export const standingOf = (postings: ReadonlyMap<string, Posting>): ReadonlyArray<Posting> => {
  const alone = [...postings.values()].filter((posting) => posting.group === null && isInErp(posting))
  const takenBack = new Set(alone.map(({ reverses }) => reverses))
  return alone.filter(({ key, kind, repeated }) => kind !== "reversal" && repeated === null && !takenBack.has(key))
}
