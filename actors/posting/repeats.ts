// Documents that are posted again, since the ERP holds them no more. Used by this folder alone.
import { HashMap } from "effect"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import {
  type Documents,
  documentNumber,
  heardOf,
  type Outcome,
  partsOf,
  posted,
  requested,
  reversalOf,
  versionOfDocument
} from "./documents.ts"

/** Version of the report whose document is posted again, once more perhaps, by the event at `version`. */
const reportOf = (course: Documents, version: number): number => {
  for (const [number, { repeated }] of course.postings) {
    if (repeated === version) return reportOf(course, versionOfDocument(number))
  }
  return version
}

/** Why the document with this key isn't posted again; undefined where it is. */
export const notRepeatable = (course: Documents, key: PostingKey): string | undefined => {
  const outcome = heardOf(course, key)
  const isThere = outcome?.state === "Verified" || (outcome?.state === "Waived" && outcome.numbered !== undefined)
  if (!isThere || outcome.kind === "reversal") return "No such document is in the ERP by what is known"
  if (outcome.group !== undefined) return `It is posted with others, as event ${outcome.group} says`
  if (outcome.repeated !== undefined) return "It was posted again before"
  const { kind, version } = partsOf(key)
  return kind !== "group" && reversalOf(course, reportOf(course, version)).reversal !== undefined
    ? "What it says was taken back"
    : undefined
}

/** The event at `version` asks for the document with this key once more: the next attempt, under another key. */
export const repeat = <Course extends Documents>(course: Course, version: number, key: PostingKey): Course => {
  const gone = partsOf(key)
  const { members = [], ...outcome } = posted(course, gone.version, gone.kind) ?? requested[gone.kind]
  const again: Outcome = {
    ...requested[gone.kind],
    attempt: outcome.attempt,
    ...(members.length === 0 ? {} : { members })
  }
  const moved = members.reduce(
    (postings, number) => HashMap.modify(postings, number, (member): Outcome => ({ ...member, group: version })),
    HashMap.set(course.postings, documentNumber(gone.version, gone.kind), { ...outcome, repeated: version })
  )
  return { ...course, postings: HashMap.set(moved, documentNumber(version, gone.kind), again) }
}
