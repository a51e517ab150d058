// What an order waits for, by its own history and its cases. Pure. Used by `why` alone.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { identity, messageKey } from "../../../core/message/metadata.ts"
import type { OrderStatus } from "../../../core/plant/order-status.ts"
import type { OrderPostings } from "../../../core/port/erp.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { evolve, type Order, unknownOrder } from "../../../projections/orders/order.ts"
import type { LotWait, PostingRow } from "../../../projections/postings/queries.ts"
import { directivePatience } from "../../../projections/timers/timers.ts"
import {
  caseToCome,
  inWords,
  isUnderWay,
  keyOf,
  ofCase,
  parkedElsewhere,
  parkedOf,
  suspectedOf,
  type Withholding
} from "./cases.ts"
import { documentsInWords, openDocuments } from "./documents.ts"
import { byItself, command, type Reason, type Why } from "./reason.ts"
import { releaseReasons } from "./release.ts"

export interface KnownOrder {
  readonly id: string
  readonly plant: string
  readonly status: OrderStatus
  /** Its whole stream. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** All that wait with it. */
  readonly cases: ReadonlyArray<CaseRow>
  /** Cases of its plant about messages that say too little to know whose they are. */
  readonly unread: ReadonlyArray<CaseRow>
  /** Its documents, in the order of its lane. */
  readonly postings: ReadonlyArray<PostingRow>
  readonly lots: ReadonlyArray<LotWait>
  readonly orders: OrderPostings
  readonly isComplete: boolean
}

const breached = ({ breaches }: Order, { cases }: KnownOrder): ReadonlyArray<Withholding> =>
  Object.values(breaches)
    .filter(({ state }) => state === "open")
    .map(({ breach, since }) => {
      const row = cases.find((row) => row.breach === breach && isUnderWay(row))
      return { since, reason: row === undefined ? caseToCome(`the breach ${breach}`) : ofCase(row) }
    })

/** Numbers as ranges: `3, 5 to 7`. */
const ranges = (from: number, ahead: ReadonlyArray<number>): string => {
  let next = from
  const holes: Array<string> = []
  for (const seen of ahead) {
    if (seen > next) holes.push(seen === next + 1 ? `${next}` : `${next} to ${seen - 1}`)
    next = seen + 1
  }
  return holes.join(", ")
}

/** A message that can't be read names no order, but its sender has counted it: it may be the one that is missing. */
const perhaps = (hole: string, unread: ReadonlyArray<CaseRow>): Reason | undefined => {
  const [only, ...others] = unread
  if (only === undefined) return undefined
  const { how, waitsFor, who } = ofCase(only)
  if (others.length === 0) return { waitsFor: `${hole}, which may be ${waitsFor}`, who, how }
  return {
    waitsFor: `${hole}, which may be one of ${unread.length} messages that nobody can read`,
    who,
    how: `finds out which and corrects it, of the cases ${unread.map(({ id }) => id).join(", ")}`
  }
}

const holes = ({ seen }: Order, { plant, unread }: KnownOrder): ReadonlyArray<Reason> =>
  Object.entries(seen)
    .filter(([, { ahead }]) => ahead.length > 0)
    .map(([source, { ahead, next }]) => {
      const last = ahead.at(-1) ?? next
      const isMissing = (number: number) => number >= next && number < last && !ahead.includes(number)
      const hole = `number ${ranges(next, ahead)} of ${source} (counted to ${last})`
      const found = unread.filter((row) => row.source === source && row.sequence !== null && isMissing(row.sequence))
      return (
        perhaps(hole, found) ?? {
          waitsFor: hole,
          who: "an integrator",
          how: `has the sender send it again; if it was sent, see: ${command("exceptions list --state open --plant", plant)}`
        }
      )
    })

type Deferred = Extract<RecordedEvent, { readonly type: "MessageDeferred" }>

export const deferredDirective = ({ data, metadata, recordedAt }: Deferred): Reason => {
  const directive = `${data.type} ${metadata.messageId}`
  if (data.waitsFor === "gap") {
    return {
      waitsFor: `what is known to be missing, before ${directive} can hold`,
      who: byItself,
      how: "goes on with it once all else that the order waits for is there"
    }
  }
  const overdueAt = new Date(recordedAt + directivePatience).toISOString()
  return {
    waitsFor: `${data.waitsFor === "release" ? "the order's release" : `report ${inWords(data.waitsFor)}`}, which ${directive} needs`,
    who: "an integrator",
    how: `has it sent; it goes on by itself then, and a steward is asked where it hasn't come by ${overdueAt}`
  }
}

/** Directives that wait; those that wait for the gap itself last, since what makes the gap is what to mend. */
const directives = ({ waiting }: Order, { cases, events }: KnownOrder) => {
  const deferred = events.filter(
    (event): event is Deferred =>
      event.type === "MessageDeferred" && waiting[messageKey(event.metadata)] === event.data.waitsFor
  )
  const reasons = (of: ReadonlyArray<Deferred>) =>
    of.map((event) => {
      const row = cases.find((row) => row.subject === "directive" && keyOf(row) === messageKey(event.metadata))
      return row !== undefined && isUnderWay(row) ? ofCase(row) : deferredDirective(event)
    })
  const [forReports, forGap] = [
    deferred.filter(({ data }) => data.waitsFor !== "gap"),
    deferred.filter(({ data }) => data.waitsFor === "gap")
  ]
  return { missing: reasons(forReports), resting: reasons(forGap) }
}

const held = ({ hold }: Order, { events, status }: KnownOrder): ReadonlyArray<Reason> => {
  if (status !== "Held" || hold === undefined) return []
  const { messageId, source } = hold.rank
  const word = events.find(
    ({ metadata, type }) =>
      type === "ProductionOrderHeld" && messageKey(identity(metadata)) === `${source}\n${messageId}`
  )
  const reason = word?.type === "ProductionOrderHeld" && word.data.reason !== undefined ? ` (${word.data.reason})` : ""
  return [
    {
      waitsFor: `its restart, since it is held${reason}`,
      who: `whoever held it by message ${messageId} of ${source}`,
      how: "has ProductionOrderRestarted sent"
    }
  ]
}

export interface Causes {
  /** What withholds every document from some version on. A parked message is missing, too. */
  readonly parked: ReadonlyArray<Withholding>
  readonly breached: ReadonlyArray<Withholding>
  /** What isn't here, as far as is known: final documents and the order's end wait for it. */
  readonly missing: ReadonlyArray<Reason>
  readonly held: ReadonlyArray<Reason>
  /** Directives that wait for all that is missing. */
  readonly resting: ReadonlyArray<Reason>
}

export const causesOf = (known: KnownOrder): Causes => {
  const order = known.events.reduce(evolve, unknownOrder)
  const { missing, resting } = directives(order, known)
  return {
    parked: parkedOf(known),
    breached: breached(order, known),
    missing: [...parkedElsewhere(known), ...missing, ...holes(order, known)],
    held: held(order, known),
    resting
  }
}

export const whyOrder = (known: KnownOrder): Why => {
  const { breached, held, missing, parked, resting } = causesOf(known)
  const documents = openDocuments(known)
  return {
    subject: "order",
    id: known.id,
    reasons: [
      ...[...parked, ...breached].map(({ reason }) => reason),
      ...documents.failed,
      ...missing,
      ...held,
      ...releaseReasons(known),
      ...documents.onTheirWay,
      ...resting,
      ...suspectedOf(known)
    ],
    state: `it is ${known.status}, and ${documentsInWords(known.postings)}`
  }
}
