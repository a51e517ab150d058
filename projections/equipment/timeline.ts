// What a work center did from when to when, of all that was said of it. Pure: a function of what was said, never of the
// order in which it came. Used by this folder and its tests.
import { type EquipmentState, isStopped, type ServedOrder } from "../../core/plant/equipment.ts"
import { instant, type OccurredAt } from "../../core/plant/time.ts"
import type { CleanBreak, Said, Statement } from "./statement.ts"

/** What was said, by time; of several at one time, in the order of their sources and ids, as the query has them. */
export type Timeline = ReadonlyArray<Statement>

interface StateSince {
  readonly since: OccurredAt
  readonly state: EquipmentState
  readonly reason?: string
}

interface Walk {
  /** Each state that it was in. */
  readonly states: Array<StateSince>
  /** A word said the last of them. */
  isWord: boolean
  /** A word has stopped it: samples don't say that it goes on. */
  isHeld: boolean
  /** What the latest sample found. */
  sampled?: EquipmentState
}

type Word<Tag extends Said["_tag"]> = Extract<Said, { readonly _tag: Tag }>

/** The same word again says nothing new; what was known otherwise is so by this word from now on. */
const hearWord = (walk: Walk, since: OccurredAt, { reason, state }: Word<"State">): void => {
  const last = walk.states.at(-1)
  walk.isHeld = isStopped(state)
  if (walk.isWord && last?.state === state && last.reason === reason) return
  walk.isWord = true
  walk.states.push({ since, state, ...(reason === undefined ? {} : { reason }) })
}

const enter = (walk: Walk, since: OccurredAt, state: EquipmentState): void => {
  if (walk.states.at(-1)?.state === state) return
  walk.isWord = false
  walk.states.push({ since, state })
}

/** It says something where it differs from the one before it, unless a word has stopped the work center. */
const hearSample = (walk: Walk, since: OccurredAt, { state }: Word<"Sample">): void => {
  const isNews = state !== walk.sampled
  walk.sampled = state
  if (isNews && !walk.isHeld) enter(walk, since, state)
}

/** From then on it is what samples say, else idle; where it wasn't down, nothing ends. A reason is the downtime's. */
const hearDowntimeEnd = (walk: Walk, since: OccurredAt, { reason }: Word<"DowntimeEnd">): void => {
  const { sampled, states } = walk
  const last = states.at(-1)
  if (last !== undefined && last.state !== "Down") return
  if (last !== undefined && reason !== undefined) states[states.length - 1] = { ...last, reason }
  walk.isHeld = false
  enter(walk, since, sampled ?? "Idle")
}

export const statesOf = (timeline: Timeline): ReadonlyArray<StateSince> => {
  const walk: Walk = { states: [], isWord: false, isHeld: false }
  for (const { occurredAt, said } of timeline) {
    if (said._tag === "State") hearWord(walk, occurredAt, said)
    else if (said._tag === "Sample") hearSample(walk, occurredAt, said)
    else if (said._tag === "DowntimeEnd") hearDowntimeEnd(walk, occurredAt, said)
  }
  return walk.states
}

interface UseSince {
  readonly since: OccurredAt
  /** Absent where it works on none. */
  readonly order?: ServedOrder
}

const isSame = (current: ServedOrder | undefined, { operationId, orderId }: ServedOrder): boolean =>
  current?.orderId === orderId && current.operationId === operationId

/** Without an operation the order is meant, whichever operation of it is served. */
const isServed = (current: ServedOrder | undefined, { operationId, orderId }: ServedOrder): boolean =>
  current?.orderId === orderId && (operationId === undefined || current.operationId === operationId)

/** One order at a time: a start ends the use before it; an end ends its own. */
export const usesOf = (timeline: Timeline): ReadonlyArray<UseSince> => {
  const uses: Array<UseSince> = []
  for (const { occurredAt: since, said } of timeline) {
    const current = uses.at(-1)?.order
    if (said._tag === "UseStart") {
      if (!isSame(current, said.order)) uses.push({ since, order: said.order })
    } else if (said._tag === "UseEnd" && isServed(current, said.order)) uses.push({ since })
  }
  return uses
}

export const cleanBreaksOf = (timeline: Timeline): ReadonlyArray<CleanBreak> =>
  timeline.flatMap(({ said }) => {
    if (said._tag !== "CleanBreak") return []
    const { _tag, ...cleanBreak } = said
    return [cleanBreak]
  })

export interface Interval {
  readonly from: OccurredAt
  /** Absent of the last one. */
  readonly to?: OccurredAt
  /** Absent before anybody said. */
  readonly state?: EquipmentState
  readonly reason?: string
  readonly order?: ServedOrder
}

const isAt =
  (time: number) =>
  ({ since }: { readonly since: OccurredAt }): boolean =>
    instant(since) <= time

/** State and use together: a new one wherever either changes. */
export const intervalsOf = (timeline: Timeline): ReadonlyArray<Interval> => {
  const [states, uses] = [statesOf(timeline), usesOf(timeline)]
  const changes = [...states, ...uses].map(({ since }) => since).sort((left, right) => instant(left) - instant(right))
  const begins = changes.filter((since, index) => index === 0 || instant(since) > instant(changes[index - 1] ?? since))
  return begins.map((from, index) => {
    const { since: _, ...state } = states.findLast(isAt(instant(from))) ?? { since: from }
    const { since: __, ...use } = uses.findLast(isAt(instant(from))) ?? { since: from }
    const to = begins[index + 1]
    return { from, ...(to === undefined ? {} : { to }), ...state, ...use }
  })
}

/** What holds at its end: state, since when and why, the order that it works on, the last clean break. */
export const lastOf = (timeline: Timeline) => {
  const state = statesOf(timeline).at(-1)
  const use = usesOf(timeline).at(-1)
  const cleanBreak = cleanBreaksOf(timeline).at(-1)
  return {
    ...(state === undefined ? {} : state),
    ...(use?.order === undefined ? {} : { order: use.order, orderSince: use.since }),
    ...(cleanBreak === undefined ? {} : { lastCleanBreak: cleanBreak })
  }
}

/** States and orders from `begin` on (milliseconds since 1970), and the clean breaks: the last one before, and those since. */
export const since = (timeline: Timeline, begin: number) => {
  const isWithin = (interval: Interval): boolean => interval.to === undefined || instant(interval.to) > begin
  const breaks = cleanBreaksOf(timeline)
  const lastBefore = breaks.findLastIndex(({ endedAt }) => instant(endedAt) <= begin)
  return { intervals: intervalsOf(timeline).filter(isWithin), cleanBreaks: breaks.slice(Math.max(0, lastBefore)) }
}
