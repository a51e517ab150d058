// Groups: the documents of an order that its ERP takes as one. Which may go together, and what becomes of them.
// Used by this folder and the order actor.
import { HashMap, Option, Schema } from "effect"
import { DocumentOfOrder, type Resubmission } from "../../core/event/posting.ts"
import type { GroupingMessage } from "../../core/message/posting.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import {
  type Documents,
  documentAt,
  documentNumber,
  end,
  isRefused,
  isSettled,
  type Outcome,
  partsOf,
  posted,
  requested,
  versionOfDocument
} from "./documents.ts"

const isInErp = (outcome: Outcome | undefined): boolean =>
  outcome?.state === "Verified" || (outcome?.state === "Waived" && outcome.numbered === true)

type Due = GroupingMessage["body"]["documents"][number]

/** What is taken back by a document that isn't among the chosen, by `documentNumber`: withheld, or not told of yet. */
const takenBackElsewhere = (course: Documents, chosen: ReadonlySet<number>): ReadonlySet<number> => {
  const numbers = new Set<number>()
  for (const { reverses } of HashMap.values(course.withheld)) if (reverses !== undefined) numbers.add(2 * reverses)
  for (const [number, { group, reverses, state }] of course.postings) {
    const isOwed = state === "Requested" && group === undefined && !chosen.has(number)
    if (isOwed && reverses !== undefined) numbers.add(2 * reverses)
  }
  return numbers
}

/**
 * What of this may go into a group: requested before that attempt, and by itself neither on its way, nor in a group, nor
 * known to the ERP; of reversals, those of what goes with it or is in the ERP; and nothing without its reversal, or a group
 * that is refused for it would be made again and again.
 */
export const groupableOf = (course: Documents, due: ReadonlyArray<Due>): ReadonlyArray<DocumentOfOrder> => {
  const alone = due.filter(({ attempt, kind, version }) => {
    const outcome = posted(course, version, kind)
    return (
      outcome?.kind === kind &&
      outcome.state === "Requested" &&
      outcome.group === undefined &&
      outcome.numbered === undefined &&
      outcome.attempt < attempt
    )
  })
  const told = new Set(alone.map(({ kind, version }) => documentNumber(version, kind)))
  const left = takenBackElsewhere(course, told)
  const whole = alone.filter(({ kind, version }) => !left.has(documentNumber(version, kind)))
  const chosen = new Set(whole.map(({ kind, version }) => documentNumber(version, kind)))
  return whole.flatMap(({ kind, version }) => {
    const { reverses } = posted(course, version, kind) ?? {}
    const isWanted = reverses === undefined || chosen.has(2 * reverses) || isInErp(documentAt(course, reverses))
    return isWanted ? [{ version, kind }] : []
  })
}

/** Of these documents, the resubmissions that are on their way. */
export const resubmissionsOf = (
  course: Documents,
  documents: ReadonlyArray<DocumentOfOrder>
): ReadonlyArray<Resubmission> =>
  documents.flatMap(({ kind, version }) => posted(course, version, kind)?.resubmission ?? [])

/** A group is posted once the one before it is in the ERP, or a person has ended it: it may take back what that says. */
export const hasOpenGroup = ({ postings }: Documents): boolean =>
  HashMap.some(postings, ({ kind, state }) => kind === "group" && (state === "Failed" || !isSettled(state)))

/** The event at `group` makes one document of these. */
export const groupUp = <Course extends Documents>(
  course: Course,
  group: number,
  documents: ReadonlyArray<DocumentOfOrder>
): Course => {
  const members = documents.map(({ kind, version }) => documentNumber(version, kind))
  const withGroup = HashMap.set(course.postings, documentNumber(group, "group"), { ...requested.group, members })
  const postings = members.reduce(
    (current, number) =>
      HashMap.modify(current, number, ({ resubmission: _, ...outcome }): Outcome => ({ ...outcome, group })),
    withGroup
  )
  return { ...course, postings }
}

/** Of a group that has ended without a document, what is still requested by itself. */
export const leftOf = (course: Documents, key: PostingKey): ReadonlyArray<DocumentOfOrder> => {
  const { version, kind } = partsOf(key)
  const group = kind === "group" ? posted(course, version, kind) : undefined
  if (group?.state !== "Withdrawn") return []
  return (group.members ?? []).flatMap((number) => {
    const outcome = Option.getOrUndefined(HashMap.get(course.postings, number))
    const isLeft = outcome?.state === "Requested" && outcome.group === undefined && outcome.kind !== "reversal"
    return isLeft && isOfOrder(outcome.kind) ? [{ version: versionOfDocument(number), kind: outcome.kind }] : []
  })
}

const isOfOrder = Schema.is(DocumentOfOrder.fields.kind)

/** The refused group that the document of the event at `version` is in. */
export const refusedGroupOf = (course: Documents, version: number): number | undefined => {
  const group = Option.getOrUndefined(HashMap.get(course.postings, 2 * version))?.group
  return group !== undefined && isRefused(posted(course, group, "group")) ? group : undefined
}

/** The group ends, and its documents are requested by themselves again. */
export const ungroup = <Course extends Documents>(course: Course, group: number): Course => {
  const ended = end(course, "Withdrawn", { version: group, kind: "group" }, undefined)
  const postings = (posted(course, group, "group")?.members ?? []).reduce(
    (current, number) => HashMap.modify(current, number, ({ group: _, ...outcome }): Outcome => outcome),
    ended.postings
  )
  return { ...ended, postings }
}

/** The refused group with this key, where what takes a report in it back is requested: they are to be posted anew. */
export const ungroupable = (course: Documents, key: PostingKey): number | undefined => {
  const { version, kind } = partsOf(key)
  const group = kind === "group" ? posted(course, version, kind) : undefined
  if (!isRefused(group)) return undefined
  const members = new Set(group?.members ?? [])
  const isTakenBack = ({ reverses }: Pick<Outcome, "reverses">) => reverses !== undefined && members.has(2 * reverses)
  const isOwed = (outcome: Outcome) =>
    outcome.state === "Requested" && outcome.group === undefined && isTakenBack(outcome)
  return HashMap.some(course.postings, isOwed) ? version : undefined
}
