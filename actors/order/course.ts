// What an order has come to know in the order it came: who waits for what, which documents may not be posted yet, and
// what became of those that were asked for. Used by the order actor alone.
import { HashMap, HashSet, Option } from "effect"
import type { OrderEvent } from "../../core/event/order.ts"
import { identity, type MessageMetadata } from "../../core/message/metadata.ts"
import type { ReleaseFlow } from "../../core/release-flow.ts"
import { type Documents, noDocuments } from "../posting/documents.ts"

/** One sender's count of its messages for this order. */
export interface Sequence {
  readonly source: string
  /** All up to this one were seen. */
  readonly upTo: number
  /** Seen beyond a hole. */
  readonly ahead: HashSet.HashSet<number>
}

export type Deferred = Extract<OrderEvent, { readonly type: "MessageDeferred" }>["data"] & {
  readonly metadata: MessageMetadata
  /** It has waited too long: a person decides. */
  readonly overdue?: true
}

/** The reports that count, those of material too, the newest first: one is added at every report, and looked for by a directive alone. */
export interface Counted {
  /** Its key. */
  readonly report: string
  /** Of the event that recorded it. */
  readonly version: number
  readonly earlier: Counted | undefined
}

export interface OrderCourse extends Documents {
  /** One a sender; there are few. */
  readonly sequences: ReadonlyArray<Sequence>
  /** Directives that wait, by their own `messageKey`. */
  readonly deferred: HashMap.HashMap<string, Deferred>
  /** What is waited for → who waits for it. */
  readonly waiting: HashMap.HashMap<string, ReadonlyArray<string>>
  /** Cases of this order's messages that are parked and not settled → the version from which they withhold. */
  readonly parked: HashMap.HashMap<string, number>
  /** Breaches found and neither withdrawn nor waived → the version from which they withhold. */
  readonly breaches: HashMap.HashMap<string, number>
  /** Breaches waived → the plan's revision for which they are. */
  readonly waived: HashMap.HashMap<string, number>
  readonly counted: Counted | undefined
  /** Its way to the MES; none where its plant has none. */
  readonly release: ReleaseFlow | undefined
}

export const noCourse: OrderCourse = {
  ...noDocuments,
  sequences: [],
  deferred: HashMap.empty(),
  waiting: HashMap.empty(),
  parked: HashMap.empty(),
  breaches: HashMap.empty(),
  waived: HashMap.empty(),
  counted: undefined,
  release: undefined
}

const advance = ({ source, upTo, ahead }: Sequence, sequence: number): Sequence => {
  if (sequence > upTo + 1) return { source, upTo, ahead: HashSet.add(ahead, sequence) }
  let next = sequence
  let left = ahead
  while (HashSet.has(left, next + 1)) left = HashSet.remove(left, ++next)
  return { source, upTo: next, ahead: left }
}

/** The message's number was seen, whatever becomes of the message. */
export const see = (course: OrderCourse, metadata: MessageMetadata): OrderCourse => {
  const { sequence } = metadata
  if (sequence === undefined) return course
  const { sequences } = course
  const { source } = identity(metadata)
  const at = sequences.findIndex((seen) => seen.source === source)
  const seen = sequences[at]
  if (seen === undefined) {
    const unseen = { source, upTo: 0, ahead: HashSet.empty<number>() }
    return { ...course, sequences: [...sequences, advance(unseen, sequence)] }
  }
  if (sequence <= seen.upTo || HashSet.has(seen.ahead, sequence)) return course
  return { ...course, sequences: sequences.with(at, advance(seen, sequence)) }
}

/**
 * A message of this order is known to be missing: parked, named by a directive that waits for it, or skipped by a
 * sender's count. Directives that wait for the gap itself to close are none.
 */
export const hasGap = ({ deferred, waiting, parked, sequences }: OrderCourse): boolean =>
  !HashMap.isEmpty(parked) ||
  HashMap.size(deferred) > waitersOf(waiting, "gap").length ||
  sequences.some(({ ahead }) => HashSet.size(ahead) > 0)

export function* countedReports({ counted }: OrderCourse): Iterable<Counted> {
  for (let report = counted; report !== undefined; report = report.earlier) yield report
}

/** 0 for one that doesn't count. */
export const versionOf = (course: OrderCourse, report: string): number => {
  for (const counted of countedReports(course)) if (counted.report === report) return counted.version
  return 0
}

export const counting = (course: OrderCourse, report: string, version: number): OrderCourse => ({
  ...course,
  counted: { report, version, earlier: course.counted }
})

export const takeBack = (course: OrderCourse, report: string): OrderCourse => {
  const none: OrderCourse = { ...course, counted: undefined }
  const others = [...countedReports(course)].filter((counted) => counted.report !== report)
  return others.reduceRight((left, other) => counting(left, other.report, other.version), none)
}

export const waitersOf = (waiting: OrderCourse["waiting"], waitsFor: string): ReadonlyArray<string> =>
  Option.getOrElse(HashMap.get(waiting, waitsFor), () => [])

export const defer = (course: OrderCourse, key: string, deferred: Deferred): OrderCourse => ({
  ...course,
  deferred: HashMap.set(course.deferred, key, deferred),
  waiting: HashMap.set(course.waiting, deferred.waitsFor, [...waitersOf(course.waiting, deferred.waitsFor), key])
})

export const overdue = (course: OrderCourse, key: string): OrderCourse => ({
  ...course,
  deferred: HashMap.modify(course.deferred, key, (deferred): Deferred => ({ ...deferred, overdue: true }))
})

/** The directive waits no more, where it did. */
export const resume = (course: OrderCourse, key: string): OrderCourse => {
  const deferred = Option.getOrUndefined(HashMap.get(course.deferred, key))
  if (deferred === undefined) return course
  const others = waitersOf(course.waiting, deferred.waitsFor).filter((waiter) => waiter !== key)
  return {
    ...course,
    deferred: HashMap.remove(course.deferred, key),
    waiting:
      others.length === 0
        ? HashMap.remove(course.waiting, deferred.waitsFor)
        : HashMap.set(course.waiting, deferred.waitsFor, others)
  }
}

/** Whether something open withholds every document from now on. */
export const isBlocked = ({ breaches, parked }: OrderCourse): boolean =>
  !HashMap.isEmpty(breaches) || !HashMap.isEmpty(parked)

/** The version from which documents are withheld by what is open now; `Infinity` where nothing is. */
export const withheldFrom = ({ breaches, parked }: OrderCourse): number => {
  const earliest = (from: number, version: number) => Math.min(from, version)
  return HashMap.reduce(parked, HashMap.reduce(breaches, Number.POSITIVE_INFINITY, earliest), earliest)
}

/** Versions, ascending, whose documents nothing withholds any more. */
export const freeable = (course: OrderCourse): ReadonlyArray<number> => {
  if (HashMap.isEmpty(course.withheld)) return []
  const from = withheldFrom(course)
  const gap = hasGap(course)
  const versions: Array<number> = []
  for (const [version, { final }] of course.withheld) if (version < from && !(final && gap)) versions.push(version)
  return versions.sort((left, right) => left - right)
}
