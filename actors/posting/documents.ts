// The ERP documents that a stream asks for, and what becomes of them. Used by the actors of orders and lots.
import { HashMap, Option, Schema } from "effect"
import type { PostingDecision, PostingEvent, Resubmission } from "../../core/event/posting.ts"
import type { PostingMessage } from "../../core/message/posting.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import { PostingKind } from "../../core/port/erp.ts"

/** The documents of one event that may not be posted yet. */
export interface Withheld {
  readonly kinds: ReadonlyArray<PostingKind>
  /** Of a final report: may not be posted while a gap is known. */
  readonly final: boolean
  /** Version of the event whose document the reversal takes back, where there is one. */
  readonly reverses?: number
}

/** The last word on one document. `Requested` until the poster's first one, and again once a delay is over. */
export interface Outcome {
  readonly kind: PostingKind
  readonly state:
    | "Requested"
    | "InDoubt"
    | "Accepted"
    | "Deferred"
    | "Verified"
    | "Failed"
    | "Omitted"
    | "Shadowed"
    | "Waived"
    | "Withdrawn"
  readonly attempt: number
  /** As in `Withheld`. */
  readonly reverses?: number
  /** The ERP gave it a number, so its books may hold something, whatever it said later. */
  readonly numbered?: true
  /** The resubmission that is on its way. */
  readonly resubmission?: Resubmission
  /** Version of the event that grouped it: it is posted with others, and what is heard of that document holds for it. */
  readonly group?: number
  /** Of a group: what it is made of, by `documentNumber`. */
  readonly members?: ReadonlyArray<number>
  /** Version of the event by which it is posted again, since the ERP holds it no more: that document is there instead. */
  readonly repeated?: number
}

/** The part of a stream's state that is about its documents. */
export interface Documents {
  readonly withheld: HashMap.HashMap<number, Withheld>
  /** Those asked for, by `documentNumber`. */
  readonly postings: HashMap.HashMap<number, Outcome>
}

export const noDocuments: Documents = { withheld: HashMap.empty(), postings: HashMap.empty() }

/** One object for all that nothing was heard of yet. */
export const requested: { readonly [Kind in PostingKind]: Outcome } = {
  confirmation: { kind: "confirmation", state: "Requested", attempt: 0 },
  goodsMovement: { kind: "goodsMovement", state: "Requested", attempt: 0 },
  lotStatus: { kind: "lotStatus", state: "Requested", attempt: 0 },
  reversal: { kind: "reversal", state: "Requested", attempt: 0 },
  group: { kind: "group", state: "Requested", attempt: 0 }
}

/** An event makes at most one document and one reversal: a number names it, which costs a map less than a text. */
export const documentNumber = (version: number, kind: PostingKind): number =>
  2 * version + (kind === "reversal" ? 1 : 0)

/** The version of the event that asked for the document with this number. */
export const versionOfDocument = (number: number): number => Math.trunc(number / 2)

export const onlyConfirmation: ReadonlyArray<PostingKind> = ["confirmation"]
export const onlyMovement: ReadonlyArray<PostingKind> = ["goodsMovement"]
export const onlyStatus: ReadonlyArray<PostingKind> = ["lotStatus"]

/** The event at `version` asks for documents, now or once they are freed. */
export const ask = <Course extends Documents>(
  course: Course,
  version: number,
  decision: PostingDecision | undefined,
  asked: Withheld
): Course => {
  if (decision === undefined || asked.kinds.length === 0) return course
  return decision === "withheld"
    ? { ...course, withheld: HashMap.set(course.withheld, version, asked) }
    : { ...course, postings: request(course.postings, version, asked) }
}

const request = (postings: Documents["postings"], version: number, { kinds, reverses }: Withheld) =>
  kinds.reduce(
    (current, kind) =>
      HashMap.set(
        current,
        documentNumber(version, kind),
        kind === "reversal" && reverses !== undefined ? { ...requested[kind], reverses } : requested[kind]
      ),
    postings
  )

export const withheldAt = (course: Documents, version: number): Withheld | undefined =>
  Option.getOrUndefined(HashMap.get(course.withheld, version))

export const posted = (course: Documents, version: number, kind: PostingKind): Outcome | undefined =>
  Option.getOrUndefined(HashMap.get(course.postings, documentNumber(version, kind)))

/**
 * The document of the event at `version`, of whichever kind; not a reversal. One that is part of a group is where the
 * group is, but for a refusal: it is the group that a person decides on, so until then its documents are still to come.
 */
export const documentAt = (course: Documents, version: number): Outcome | undefined => {
  const own = Option.getOrUndefined(HashMap.get(course.postings, 2 * version))
  if (own?.repeated !== undefined) return documentAt(course, own.repeated)
  const group = own?.group === undefined ? undefined : posted(course, own.group, "group")
  if (own === undefined || group === undefined) return own
  const { numbered, state } = group
  return { ...own, state: state === "Failed" ? "Requested" : state, ...(numbered === undefined ? {} : { numbered }) }
}

/** Refused, or left to people, and as far as is known nothing of it is in the ERP. */
export const isRefused = (outcome: Outcome | undefined): boolean =>
  (outcome?.state === "Failed" || outcome?.state === "Shadowed") && outcome.numbered === undefined

/** Neither in the ERP nor on its way there: what was waived with a number is in its books. */
const isNowhere = (outcome: Outcome): boolean =>
  outcome.state === "Withdrawn" ||
  outcome.state === "Omitted" ||
  isRefused(outcome) ||
  (outcome.state === "Waived" && outcome.numbered === undefined)

/** Whether the event at `version` makes a document that a reversal could take back. */
const makesDocument = (course: Documents, version: number): boolean => {
  if (HashMap.has(course.withheld, version)) return true
  const outcome = documentAt(course, version)
  return outcome !== undefined && !isNowhere(outcome)
}

/** Whether the document of the event at `version` will be posted, as far as is known: the ERP can't have undone it. */
export const isToCome = (course: Documents, version: number): boolean => {
  const state = documentAt(course, version)?.state
  return makesDocument(course, version) && state !== "Verified" && state !== "Accepted"
}

/** Whether the document of the event at `version` was refused or left to people, so that who takes it back ends it. */
export const isRefusedAt = (course: Documents, version: number): boolean => isRefused(documentAt(course, version))

export const free = <Course extends Documents>(course: Course, versions: ReadonlyArray<number>): Course => {
  let { withheld, postings } = course
  for (const version of versions) {
    const asked = withheldAt(course, version)
    if (asked !== undefined) postings = request(postings, version, asked)
    withheld = HashMap.remove(withheld, version)
  }
  return { ...course, withheld, postings }
}

const keyParts = /\/(\d+)\/(confirmation|goodsMovement|lotStatus|reversal|group)$/
const isKind = Schema.is(PostingKind)

/** Where a key of this stream's documents says that it belongs. */
export const partsOf = (key: PostingKey): { readonly version: number; readonly kind: PostingKind } => {
  const [, version, kind] = keyParts.exec(key) ?? []
  return { version: Number(version), kind: isKind(kind) ? kind : "confirmation" }
}

/** What was heard last of the document with this key; undefined where the stream asked for none such. */
export const heardOf = (course: Documents, key: PostingKey): Outcome | undefined => {
  const { version, kind } = partsOf(key)
  const outcome = posted(course, version, kind)
  return outcome?.kind === kind ? outcome : undefined
}

/** The same for one that a person decides on: undefined where it isn't failed. */
export const failedOf = (course: Documents, key: PostingKey): Outcome | undefined => {
  const outcome = heardOf(course, key)
  return outcome?.state === "Failed" ? outcome : undefined
}

/** Version of the event that asks for the reversal of the document at `version`, requested or withheld. */
export const reversalOf = (course: Documents, version: number): { readonly reversal?: number } => {
  for (const [asked, { reverses }] of course.withheld) if (reverses === version) return { reversal: asked }
  for (const [number, { reverses }] of course.postings) {
    if (reverses === version) return { reversal: versionOfDocument(number) }
  }
  return {}
}

/** For the refused document with this key: what ends with it, where its report was taken back meanwhile. */
export const withdrawable = (course: Documents, key: PostingKey) => {
  const { version, kind } = partsOf(key)
  const { reversal } = reversalOf(course, version)
  return kind !== "reversal" && reversal !== undefined && isRefusedAt(course, version)
    ? { version, ...ofKind(kind), reversal }
    : undefined
}

/** As `PostingWithdrawn` has it. A status is never taken back: what holds instead is posted as another one. */
export const ofKind = (kind: PostingKind): { readonly kind?: "goodsMovement" } =>
  kind === "goodsMovement" ? { kind } : {}

/** For the failed document with this key: the reversal that ends with it, unless the ERP's books may hold something. */
export const reversalOfKey = (course: Documents, key: PostingKey): { readonly reversal?: number } => {
  const { version, kind } = partsOf(key)
  const isOwn = kind !== "reversal" && kind !== "group"
  return isOwn && isRefusedAt(course, version) ? reversalOf(course, version) : {}
}

/** The document won't be posted, nor the reversal of it that the event at `reversal` asks for. */
export const end = <Course extends Documents>(
  course: Course,
  state: "Waived" | "Withdrawn",
  { version, kind }: { readonly version: number; readonly kind: PostingKind },
  reversal: number | undefined
): Course => {
  const outcome = { ...(posted(course, version, kind) ?? requested[kind]), state }
  const ended = {
    ...course,
    withheld: without(course.withheld, version, kind),
    postings: HashMap.set(course.postings, documentNumber(version, kind), outcome)
  }
  return reversal === undefined ? ended : end(ended, state, { version: reversal, kind: "reversal" }, undefined)
}

/** What is withheld of the event at `version`, without its document of this kind. */
const without = (withheld: Documents["withheld"], version: number, kind: PostingKind): Documents["withheld"] => {
  const asked = Option.getOrUndefined(HashMap.get(withheld, version))
  if (asked === undefined) return withheld
  const kinds = asked.kinds.filter((other) => other !== kind)
  return kinds.length === 0
    ? HashMap.remove(withheld, version)
    : HashMap.set(withheld, version, kinds.includes("reversal") ? { ...asked, kinds } : { kinds, final: asked.final })
}

type Heard = Extract<PostingEvent, { readonly type: PostingMessage["type"] | "PostingRequestedAgain" }>

export const hear = <Course extends Documents>(course: Course, { type, data }: Heard): Course => {
  const { version, kind } = partsOf(data.posting)
  const { resubmission, ...before } = posted(course, version, kind) ?? requested[kind]
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

const isOver = (type: Heard["type"]): boolean =>
  type === "PostingVerified" ||
  type === "PostingAdopted" ||
  type === "PostingFailed" ||
  type === "PostingShadowed" ||
  type === "PostingOmitted"

/**
 * Why a word of the poster's changes nothing; undefined where it does.
 *
 *     Requested ─► InDoubt ─► Accepted ─► Verified         A later attempt may say anything of a document that isn't
 *      ▲ ▲  └───────────────────────────► Failed           Verified or Failed; an earlier one nothing. Within an
 *      │ └── Deferred ◄── any but these two │              attempt the words go to the right. Of a failed one a person
 *      └───── its case: PostingRequestedAgain ─► Waived    decides, or its report is taken back: Withdrawn. One for
 *                                                          which the ERP has no word is Omitted. One that is
 *                                                          left to people is Shadowed, until theirs is found.
 */
export const staleness = (known: Outcome | undefined, { type, body }: PostingMessage): string | undefined => {
  if (known === undefined) return "No such document was asked for"
  const { state, attempt, group } = known
  if (group !== undefined) return `It is posted with others, as event ${group} says`
  if (state === "Shadowed" && type === "PostingAdopted") return undefined
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

export const isSettled = (state: Outcome["state"]): boolean =>
  state === "Verified" ||
  state === "Failed" ||
  state === "Omitted" ||
  state === "Shadowed" ||
  state === "Waived" ||
  state === "Withdrawn"

const states = {
  PostingAccepted: "Accepted",
  PostingVerified: "Verified",
  PostingDeferred: "Deferred",
  PostingDateMoved: "Requested",
  PostingResumed: "Requested",
  PostingRequestedAgain: "Requested",
  PostingInDoubt: "InDoubt",
  PostingFailed: "Failed",
  PostingOmitted: "Omitted",
  PostingShadowed: "Shadowed",
  PostingAdopted: "Verified"
} as const

/** The documents of a reversal (and of a replacement); final where what it takes back was withheld as a final one. */
export const takingBack = (
  course: Documents,
  version: number,
  replacement: Withheld["kinds"],
  final: boolean
): Withheld => ({
  final: final || withheldAt(course, version)?.final === true,
  ...(makesDocument(course, version)
    ? { kinds: ["reversal", ...replacement], reverses: version }
    : { kinds: replacement })
})
