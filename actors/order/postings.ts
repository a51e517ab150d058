// The documents that an order asks for, and what becomes of them. Used by the order actor alone.
import { HashMap, Option } from "effect"
import type { PostingDecision } from "../../core/event/order.ts"
import type { PostingMessage } from "../../core/message/posting.ts"
import type { OrderId, PostingKey } from "../../core/plant/identifiers.ts"
import type { PostingKind } from "../../core/port/erp.ts"
import { hasGap, type OrderCourse, type Outcome, type Withheld, withheldFrom } from "./course.ts"

const requested: Outcome = { state: "Requested", attempt: 0 }

const name = (version: number, kind: PostingKind) => `${version}/${kind}`

export const onlyConfirmation: ReadonlyArray<PostingKind> = ["confirmation"]

/** The event at `version` asks for documents, now or once they are freed. */
export const ask = (course: OrderCourse, version: number, decision: PostingDecision, asked: Withheld): OrderCourse => {
  if (asked.kinds.length === 0) return course
  return decision === "withheld"
    ? { ...course, withheld: HashMap.set(course.withheld, version, asked) }
    : { ...course, postings: request(course.postings, version, asked.kinds) }
}

const request = (postings: OrderCourse["postings"], version: number, kinds: ReadonlyArray<PostingKind>) =>
  kinds.reduce((current, kind) => HashMap.set(current, name(version, kind), requested), postings)

export const withheldAt = (course: OrderCourse, version: number): Withheld | undefined =>
  Option.getOrUndefined(HashMap.get(course.withheld, version))

/** Whether the event at `version` makes a confirmation that a reversal could take back. */
export const makesConfirmation = (course: OrderCourse, version: number): boolean =>
  HashMap.has(course.withheld, version) || HashMap.has(course.postings, name(version, "confirmation"))

/** Versions, ascending, whose documents nothing withholds any more. */
export const freeable = (course: OrderCourse): ReadonlyArray<number> => {
  if (HashMap.isEmpty(course.withheld)) return []
  const from = withheldFrom(course)
  const gap = hasGap(course)
  const versions: Array<number> = []
  for (const [version, { final }] of course.withheld) if (version < from && !(final && gap)) versions.push(version)
  return versions.sort((left, right) => left - right)
}

export const free = (course: OrderCourse, versions: ReadonlyArray<number>): OrderCourse => {
  let { withheld, postings } = course
  for (const version of versions) {
    postings = request(postings, version, withheldAt(course, version)?.kinds ?? [])
    withheld = HashMap.remove(withheld, version)
  }
  return { ...course, withheld, postings }
}

const keyParts = /^order\/[^/]+\/(.+)\/(\d+\/(?:confirmation|reversal))$/

/** What was heard last of the document with this key; undefined where the order asked for none such. */
export const heardOf = (course: OrderCourse, key: PostingKey, orderId: OrderId): Outcome | undefined => {
  const [, order, document = ""] = keyParts.exec(key) ?? []
  return order === orderId ? Option.getOrUndefined(HashMap.get(course.postings, document)) : undefined
}

export const hear = (course: OrderCourse, key: PostingKey, outcome: Outcome): OrderCourse => {
  const [, , document = ""] = keyParts.exec(key) ?? []
  return { ...course, postings: HashMap.set(course.postings, document, outcome) }
}

/**
 * Why a word of the poster's changes nothing; undefined where it does.
 *
 *     Requested ─► InDoubt ─► Accepted ─► Verified         A later attempt may say anything of a document that isn't
 *         ▲  └──────────────────────────► Failed           Verified or Failed; an earlier one nothing. Within an
 *         └── Deferred ◄── any but Verified, Failed        attempt the words go to the right.
 */
export const staleness = (known: Outcome | undefined, { type, body }: PostingMessage): string | undefined => {
  if (known === undefined) return "This order asked for no such document"
  const { state, attempt } = known
  if (state === "Verified" || state === "Failed") return `The document is ${state.toLowerCase()} already`
  if (body.attempt < attempt) return `Attempt ${attempt} was heard of before`
  if (type === "PostingResumed") {
    return state === "Deferred" && body.attempt === attempt ? undefined : "The document isn't deferred by this attempt"
  }
  if (body.attempt > attempt) return undefined
  // Resumed after this attempt: the next one is on its way, so only the proof that the document is there still counts.
  if (state === "Requested") return type === "PostingVerified" ? undefined : `Attempt ${attempt} is over`
  const saidBefore =
    state === "Deferred" || (state === "Accepted" && (type === "PostingAccepted" || type === "PostingInDoubt"))
  return saidBefore || (state === "InDoubt" && type === "PostingInDoubt") ? `It is ${state} by this attempt` : undefined
}

const states = {
  PostingAccepted: "Accepted",
  PostingVerified: "Verified",
  PostingDeferred: "Deferred",
  PostingResumed: "Requested",
  PostingInDoubt: "InDoubt",
  PostingFailed: "Failed"
} as const

export const outcomeOf = (type: PostingMessage["type"], attempt: number): Outcome => ({ state: states[type], attempt })
