// What is true of a lot: a function of the set of its recorded messages, never of the order they came in. A property
// test holds it to that. Used by the lot actor alone.
import { HashMap, Option } from "effect"
import type { Evolved } from "../../core/decider.ts"
import type { LotEvent, ReversedReport } from "../../core/event/lot.ts"
import { identity, type MessageMetadata, type MessageReference, messageKey } from "../../core/message/metadata.ts"
import { outranks, type Rank, rankOf } from "../../core/message/rank.ts"
import type { Disposition } from "../../core/plant/lot.ts"
import * as Quantity from "../../core/plant/quantity.ts"
import { instant } from "../../core/plant/time.ts"
import { isRestrictedAt, type Timeline, withoutWord, withWord } from "./disposition.ts"
import type { Event as LotsEvent } from "./event.ts"
import { isReport, type Report, reportOf, sumsOf } from "./reports.ts"

export interface LotFacts {
  /** What there is by what was recorded; below zero where what it came from isn't known yet. */
  readonly balance: Quantity.Sums
  readonly dispositions: Timeline
  /** The highest ranked word on when it expires, milliseconds since 1970. */
  readonly expiry: (Rank & { readonly expiresAt: number }) | undefined
  /** When it was used (shipped or consumed), by the message that says so; `unused` where that was taken back. */
  readonly uses: HashMap.HashMap<string, number>
  /** How many of the uses were of a restricted lot, and of an expired one. */
  readonly restrictedUses: number
  readonly expiredUses: number
  /** What was reported of this lot itself, by the message that says so; undefined where it was reversed. */
  readonly reports: HashMap.HashMap<string, Report | undefined>
}

/** Before every word: nothing restricts it. */
const unused = Number.NEGATIVE_INFINITY

export const noFacts: LotFacts = {
  balance: Quantity.none,
  dispositions: [],
  expiry: undefined,
  uses: HashMap.empty(),
  restrictedUses: 0,
  expiredUses: 0,
  reports: HashMap.empty()
}

const moved = (facts: LotFacts, quantities: ReadonlyArray<Quantity.Quantity>, sign: 1 | -1): LotFacts => ({
  ...facts,
  balance: quantities.reduce((sums, quantity) => Quantity.accumulate(sums, quantity, sign), facts.balance)
})

const isExpiredAt = ({ expiry }: Pick<LotFacts, "expiry">, at: number): boolean =>
  expiry !== undefined && at >= expiry.expiresAt

/**
 * The key that a report is known by: that of the message which it replaces after repair, unless that one was recorded
 * too (the second body of one id, resubmitted to be recorded as well).
 */
export const placeOf = ({ reports }: LotFacts, metadata: MessageMetadata): string => {
  const place = messageKey(identity(metadata))
  return metadata.corrects !== undefined && HashMap.has(reports, place) ? messageKey(metadata) : place
}

/** The key of the report that a reversal names; without a source it's one of the sender's own. */
export const targetOf = (
  { messageId, source }: Partial<MessageReference> & Pick<MessageReference, "messageId">,
  metadata: MessageMetadata
): string => messageKey({ source: source ?? identity(metadata).source, messageId })

const used = (facts: LotFacts, place: string, at: number): LotFacts => {
  // Its reversal came first.
  if (Option.getOrUndefined(HashMap.get(facts.uses, place)) === unused) return facts
  return {
    ...facts,
    uses: HashMap.set(facts.uses, place, at),
    restrictedUses: facts.restrictedUses + (isRestrictedAt(facts.dispositions, at) ? 1 : 0),
    expiredUses: facts.expiredUses + (isExpiredAt(facts, at) ? 1 : 0)
  }
}

const notUsed = (facts: LotFacts, place: string): LotFacts => {
  const at = Option.getOrElse(HashMap.get(facts.uses, place), () => unused)
  return {
    ...facts,
    uses: HashMap.set(facts.uses, place, unused),
    restrictedUses: facts.restrictedUses - (isRestrictedAt(facts.dispositions, at) ? 1 : 0),
    expiredUses: facts.expiredUses - (isExpiredAt(facts, at) ? 1 : 0)
  }
}

const count = (facts: LotFacts, is: (at: number) => boolean): number =>
  HashMap.reduce(facts.uses, 0, (sum, at) => sum + (is(at) ? 1 : 0))

/** A word on its usability is also one on earlier and later uses, whenever it comes or goes. */
const judged = (facts: LotFacts, dispositions: Timeline): LotFacts => ({
  ...facts,
  dispositions,
  restrictedUses: count(facts, (at) => isRestrictedAt(dispositions, at))
})

const expiring = (facts: LotFacts, expiry: LotFacts["expiry"]): LotFacts => ({
  ...facts,
  expiry,
  expiredUses: count(facts, (at) => isExpiredAt({ expiry }, at))
})

const words: { readonly [type: string]: Disposition } = {
  LotHeld: "held",
  LotReleased: "released",
  LotRejected: "rejected"
}

const reported = (facts: LotFacts, metadata: MessageMetadata, report: Report): LotFacts => {
  const place = placeOf(facts, metadata)
  const { quantities, sign, type } = sumsOf(report)
  const known = { ...moved(facts, quantities, sign), reports: HashMap.set(facts.reports, place, report) }
  if (type === "LotShipped") return used(known, place, instant(metadata.occurredAt))
  const disposition = words[type]
  if (disposition !== undefined) {
    return judged(known, withWord(facts.dispositions, { ...rankOf(metadata), disposition, place }))
  }
  const { expiry } = report
  return expiry !== undefined && outranks(expiry, facts.expiry) ? expiring(known, expiry) : known
}

const highest = (reports: LotFacts["reports"]): LotFacts["expiry"] =>
  HashMap.reduce(reports, undefined as LotFacts["expiry"], (highest, report) =>
    report?.expiry !== undefined && outranks(report.expiry, highest) ? report.expiry : highest
  )

const takenBack = (facts: LotFacts, target: string): LotFacts => {
  const report = Option.getOrUndefined(HashMap.get(facts.reports, target))
  if (report === undefined) return facts
  const { quantities, sign, type } = sumsOf(report)
  const reports = HashMap.set(facts.reports, target, undefined)
  const without = { ...moved(facts, quantities, sign === 1 ? -1 : 1), reports }
  if (type === "LotShipped") return notUsed(without, target)
  if (words[type] !== undefined) return judged(without, withoutWord(facts.dispositions, target))
  return report.expiry === undefined ? without : expiring(without, highest(reports))
}

const signs: { readonly [Was in ReversedNotice]: 1 | -1 } = {
  LotConsumed: -1,
  LotReturned: 1,
  LotProduced: 1,
  LotDerived: 1,
  LotPassedOn: -1
}
type ReversedNotice = Extract<LotEvent, { readonly type: "LotLineReversed" | "LotPassageReversed" }>["data"]["was"]

let last: { readonly before: LotFacts; readonly event: Evolved<LotsEvent>; readonly after: LotFacts } | undefined

/** The same word of the same message: whether its document may be posted changes no fact. */
const isSame = (left: Evolved<LotsEvent>, right: Evolved<LotsEvent>): boolean =>
  left.type === right.type && left.metadata === right.metadata && left.version === right.version

/**
 * Where an event leads. A decision asks for that before it is one, and whoever hosts the actor does right after, of the
 * same facts and the same event: they get one answer.
 */
export const evolveFacts = (before: LotFacts, event: Evolved<LotsEvent>): LotFacts => {
  if (last === undefined || last.before !== before || !isSame(last.event, event)) {
    last = { before, event, after: evolved(before, event) }
  }
  return last.after
}

const evolved = (facts: LotFacts, event: Evolved<LotsEvent>): LotFacts => {
  const { metadata } = event
  if (isReport(event)) return reported(facts, metadata, reportOf(event, metadata))
  switch (event.type) {
    case "LotDerived":
    case "LotProduced":
    case "LotReturned":
      return moved(facts, [event.data.quantity], 1)
    case "LotPassedOn":
      return moved(facts, [event.data.quantity], -1)
    case "LotConsumed":
      return used(moved(facts, [event.data.quantity], -1), messageKey(metadata), instant(metadata.occurredAt))
    case "LotLineReversed":
    case "LotPassageReversed": {
      const { quantity, reverses, was } = event.data
      const without = moved(facts, [quantity], signs[was] === 1 ? -1 : 1)
      return was === "LotConsumed" ? notUsed(without, messageKey(reverses)) : without
    }
    case "LotReportReversed":
      return takenBack(facts, targetOf(event.data.reverses, metadata))
    default:
      return facts
  }
}

/** A report as the event of its reversal has it. */
export const reversedReport = ({ expiry: _, ...report }: Report): ReversedReport => report
