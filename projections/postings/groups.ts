// A group of documents that are posted as one, as the events of its order tell it. Pure; used by `posting.ts` alone.
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { Posting } from "./posting.ts"
import { totals } from "./totals.ts"

/** `group` with what these documents come to, dated as the last of them; and these, as its own. */
export const grouped = (group: Posting, documents: ReadonlyArray<Posting>): ReadonlyArray<Posting> => {
  const members = documents.toSorted((left, right) => left.place - right.place || left.version - right.version)
  const last = members.at(-1)
  if (last === undefined) return []
  const document: Posting = {
    ...group,
    content: { ...group.content, ...totals(members) },
    place: last.place,
    posting_date: last.posting_date,
    occurred_at: last.occurred_at,
    traceparent: last.traceparent
  }
  return [document, ...members.map((member): Posting => ({ ...member, group: document.key }))]
}

/** The refused group is no more, and its documents are on their own again. */
export const ungrouped = (group: Posting | undefined, members: ReadonlyArray<Posting>): ReadonlyArray<Posting> => {
  if (group === undefined) return []
  const said = { class: null, code: null, reason: null, until: null, document: null }
  return [
    { ...group, state: "Withdrawn" },
    ...members.map((member): Posting => ({ ...member, ...said, state: "Requested", group: null }))
  ]
}

/** What became of a group became of its members; what they took back is reversed once it is in the ERP. */
export const followed = (
  known: (key: PostingKey) => Posting | undefined,
  members: ReadonlyArray<Posting>,
  { class: kind, code, document, reason, state, until }: Posting
): ReadonlyArray<Posting> => {
  const after = new Map<PostingKey, Posting>()
  for (const member of members) {
    if (member.state === "Waived" || member.state === "Withdrawn") continue
    after.set(member.key, { ...member, state, document, class: kind, code, reason, until })
  }
  for (const { reverses } of state === "Verified" ? members : []) {
    const original = reverses === null ? undefined : (after.get(reverses) ?? known(reverses))
    if (original !== undefined) after.set(original.key, { ...original, reversed: true })
  }
  return [...after.values()]
}
