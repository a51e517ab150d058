// The documents that an order asks for, and what becomes of them. Used by the order actor alone.
import { HashMap, Option } from "effect"
import type { OrderEvent, PostingDecision } from "../../core/event/order.ts"
import type { PostingMessage } from "../../core/message/posting.ts"
import type { OrderId, PostingKey } from "../../core/plant/identifiers.ts"
import type { PostingKind } from "../../core/port/erp.ts"
import { hasGap, type OrderCourse, type Outcome, type Withheld, withheldFrom } from "./course.ts"

const requested: Outcome = { state: "Requested", attempt: 0 }

/** An event makes at most one document of each kind: a number names it, which costs a map less than a text. */
export const documentNumber = (version: number, kind: PostingKind): number =>
  2 * version + (kind === "reversal" ? 1 : 0)

/** The document with this number. */
export const documentOf = (number: number): { readonly version: number; readonly kind: PostingKind } => ({
  version: Math.trunc(number / 2),
  kind: number % 2 === 0 ? "confirmation" : "reversal"
})

export const onlyConfirmation: ReadonlyArray<PostingKind> = ["confirmation"]

/** The event at `version` asks for documents, now or once they are freed. */
export const ask = (course: OrderCourse, version: number, decision: PostingDecision, asked: Withheld): OrderCourse => {
  if (asked.kinds.length === 0) return course
  return decision === "withheld"
    ? { ...course, withheld: HashMap.set(course.withheld, version, asked) }
    : { ...course, postings: request(course.postings, version, asked) }
}

const request = (postings: OrderCourse["postings"], version: number, { kinds, reverses }: Withheld) =>
  kinds.reduce(
    (current, kind) =>
      HashMap.set(
        current,
        documentNumber(version, kind),
        kind === "reversal" && reverses !== undefined ? { ...requested, reverses } : requested
      ),
    postings
  )

export const withheldAt = (course: OrderCourse, version: number): Withheld | undefined =>
  Option.getOrUndefined(HashMap.get(course.withheld, version))

const posted = (course: OrderCourse, version: number, kind: PostingKind): Outcome | undefined =>
  Option.getOrUndefined(HashMap.get(course.postings, documentNumber(version, kind)))

/** Refused, and as far as is known nothing of it is in the ERP. */
const isRefused = (outcome: Outcome | undefined): boolean =>
  outcome?.state === "Failed" && outcome.numbered === undefined

/** Neither in the ERP nor on its way there: what was waived with a number is in its books. */
const isNowhere = (outcome: Outcome): boolean =>
  outcome.state === "Withdrawn" || isRefused(outcome) || (outcome.state === "Waived" && outcome.numbered === undefined)

/** Whether the event at `version` makes a confirmation that a reversal could take back. */
export const makesConfirmation = (course: OrderCourse, version: number): boolean => {
  if (HashMap.has(course.withheld, version)) return true
  const outcome = posted(course, version, "confirmation")
  return outcome !== undefined && !isNowhere(outcome)
}

/** Whether the confirmation of the event at `version` was refused, so that who takes it back ends it. */
export const isRefusedAt = (course: OrderCourse, version: number): boolean =>
  isRefused(posted(course, version, "confirmation"))

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
    const asked = withheldAt(course, version)
    if (asked !== undefined) postings = request(postings, version, asked)
    withheld = HashMap.remove(withheld, version)
  }
  return { ...course, withheld, postings }
}

const keyParts = /^order\/[^/]+\/(.+)\/(\d+)\/(confirmation|reversal)$/

export const partsOf = (
  key: PostingKey
): { readonly order: string; readonly version: number; readonly kind: PostingKind } => {
  const [, order = "", version, kind] = keyParts.exec(key) ?? []
  return { order, version: Number(version), kind: kind === "reversal" ? kind : "confirmation" }
}

/** What was heard last of the document with this key; undefined where the order asked for none such. */
export const heardOf = (course: OrderCourse, key: PostingKey, orderId: OrderId): Outcome | undefined => {
  const { order, version, kind } = partsOf(key)
  return order === orderId ? posted(course, version, kind) : undefined
}

/** The same for one that a person decides on: undefined where it isn't failed. */
export const failedOf = (course: OrderCourse, key: PostingKey): Outcome | undefined => {
  const { version, kind } = partsOf(key)
  const outcome = posted(course, version, kind)
  return outcome?.state === "Failed" ? outcome : undefined
}

/** Version of the event that asks for the reversal of the confirmation at `version`, requested or withheld. */
const reversalOf = (course: OrderCourse, version: number): { readonly reversal?: number } => {
  for (const [asked, { reverses }] of course.withheld) if (reverses === version) return { reversal: asked }
  for (const [number, { reverses }] of course.postings) {
    if (reverses === version) return { reversal: documentOf(number).version }
  }
  return {}
}

/** For the refused confirmation with this key: what ends with it, where its report was taken back meanwhile. */
export const withdrawable = (course: OrderCourse, key: PostingKey) => {
  const { version, kind } = partsOf(key)
  const { reversal } = reversalOf(course, version)
  return kind === "confirmation" && reversal !== undefined && isRefusedAt(course, version)
    ? { version, reversal }
    : undefined
}

/** For the failed document with this key: the reversal that ends with it, unless the ERP's books may hold something. */
export const reversalOfKey = (course: OrderCourse, key: PostingKey): { readonly reversal?: number } => {
  const { version, kind } = partsOf(key)
  return kind === "confirmation" && isRefusedAt(course, version) ? reversalOf(course, version) : {}
}

/** The document won't be posted, nor the reversal of it that the event at `reversal` asks for. */
export const end = (
  course: OrderCourse,
  state: "Waived" | "Withdrawn",
  { version, kind }: { readonly version: number; readonly kind: PostingKind },
  reversal: number | undefined
): OrderCourse => {
  const outcome = { ...(posted(course, version, kind) ?? requested), state }
  const ended = {
    ...course,
    withheld: without(course.withheld, version, kind),
    postings: HashMap.set(course.postings, documentNumber(version, kind), outcome)
  }
  return reversal === undefined ? ended : end(ended, state, { version: reversal, kind: "reversal" }, undefined)
}

/** What is withheld of the event at `version`, without its document of this kind. */
const without = (withheld: OrderCourse["withheld"], version: number, kind: PostingKind): OrderCourse["withheld"] => {
  const asked = Option.getOrUndefined(HashMap.get(withheld, version))
  if (asked === undefined) return withheld
  const kinds = asked.kinds.filter((other) => other !== kind)
  return kinds.length === 0
    ? HashMap.remove(withheld, version)
    : HashMap.set(withheld, version, { kinds, final: asked.final })
}

type Heard = Extract<OrderEvent, { readonly type: PostingMessage["type"] | "PostingRequestedAgain" }>

export const hear = (course: OrderCourse, { type, data }: Heard): OrderCourse => {
  const { version, kind } = partsOf(data.posting)
  const { resubmission, ...before } = posted(course, version, kind) ?? requested
  const underWay = type === "PostingRequestedAgain" ? data.resubmission : isOver(type) ? undefined : resubmission
  const outcome: Outcome = {
    ...before,
    state: states[type],
    attempt: data.attempt,
    ...("document" in data ? { numbered: true } : {}),
    ...(underWay === undefined ? {} : { resubmission: underWay })
  }
  return { ...course, postings: HashMap.set(course.postings, documentNumber(version, kind), outcome) }
}

const isOver = (type: Heard["type"]): boolean => type === "PostingVerified" || type === "PostingFailed"

/**
 * Why a word of the poster's changes nothing; undefined where it does.
 *
 *     Requested ─► InDoubt ─► Accepted ─► Verified         A later attempt may say anything of a document that isn't
 *      ▲ ▲  └───────────────────────────► Failed           Verified or Failed; an earlier one nothing. Within an
 *      │ └── Deferred ◄── any but these two │              attempt the words go to the right. Of a failed one a person
 *      └───── its case: PostingRequestedAgain ─► Waived    decides, or its report is taken back: Withdrawn.
 */
export const staleness = (known: Outcome | undefined, { type, body }: PostingMessage): string | undefined => {
  if (known === undefined) return "This order asked for no such document"
  const { state, attempt } = known
  if (isSettled(state)) return `The document is ${state.toLowerCase()} already`
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

const isSettled = (state: Outcome["state"]): boolean =>
  state === "Verified" || state === "Failed" || state === "Waived" || state === "Withdrawn"

const states = {
  PostingAccepted: "Accepted",
  PostingVerified: "Verified",
  PostingDeferred: "Deferred",
  PostingResumed: "Requested",
  PostingRequestedAgain: "Requested",
  PostingInDoubt: "InDoubt",
  PostingFailed: "Failed"
} as const
