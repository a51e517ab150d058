// What a lot waits for. Pure. Used by `why` alone.
import { endsWait } from "../../../core/event/waiting.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { messageKey } from "../../../core/message/metadata.ts"
import * as Decimal from "../../../core/plant/decimal.ts"
import type { OrderPostings } from "../../../core/port/erp.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { evolve, isExpired, type Lot, unknownLot } from "../../../projections/lots/lot.ts"
import type { BalanceRow } from "../../../projections/lots/queries.ts"
import type { LotWait, PostingRow } from "../../../projections/postings/queries.ts"
import { balancePatience } from "../../../projections/timers/timers.ts"
import {
  caseToCome,
  inWords,
  isUnderWay,
  messageOf,
  ofCase,
  parkedElsewhere,
  parkedOf,
  suspectedOf,
  type Withholding
} from "./cases.ts"
import { documentsInWords, openDocuments } from "./documents.ts"
import { byItself, type Reason, type Why } from "./reason.ts"

export interface KnownLot {
  readonly id: string
  /** Its whole stream. */
  readonly events: ReadonlyArray<RecordedEvent>
  /** All that wait with it. */
  readonly cases: ReadonlyArray<CaseRow>
  readonly balances: ReadonlyArray<BalanceRow>
  /** Its own documents, and the lots that they take from. */
  readonly postings: ReadonlyArray<PostingRow>
  readonly lots: ReadonlyArray<LotWait>
  readonly orders: OrderPostings
  readonly isComplete: boolean
}

/** How much is missing by now: the case says how much it was when it was found. */
const missingNow = (breach: string, { balances }: KnownLot): string => {
  const balance = balances.find(({ unit }) => breach === `negativeBalance/${unit}`)
  return balance === undefined
    ? ""
    : `${Decimal.negate(balance.onHand)} ${balance.unit} that it has given and never had, by `
}

type Breach = Lot["breaches"][string]

/** A person is asked about a negative balance once it has stood for a while: until then the clock does. */
const notYetAsked = ({ breach, kind, since }: Breach, { events }: KnownLot): Reason | undefined => {
  if (kind !== "negativeBalance") return undefined
  const last = events.findLast(
    ({ data, type }) =>
      (type === "LotBreachFound" || type === "LotBreachOverdue") && data.breach === breach && data.since === since
  )
  if (last?.type !== "LotBreachFound") return undefined
  const askedAt = new Date(last.recordedAt + balancePatience).toISOString()
  return {
    waitsFor: "what came into it, which may be on its way",
    who: byItself,
    how: `asks a supervisor at ${askedAt} where it hasn't come`
  }
}

const whyBreached = (open: Breach, known: KnownLot): Reason => {
  const { breach } = open
  const row = known.cases.find((row) => row.breach === breach && isUnderWay(row))
  if (row === undefined) return notYetAsked(open, known) ?? caseToCome(`the breach ${breach}`)
  const { how, waitsFor, who } = ofCase(row)
  return { waitsFor: `${missingNow(breach, known)}${waitsFor}`, who, how }
}

const breached = ({ breaches }: Lot, known: KnownLot): ReadonlyArray<Withholding> =>
  Object.values(breaches)
    .filter(({ state }) => state === "open")
    .map((open) => ({ since: open.since, reason: whyBreached(open, known) }))

const inStock = ({ balances }: KnownLot): string =>
  balances
    .filter(({ onHand }) => Decimal.compare(onHand, Decimal.zero) > 0)
    .map(({ onHand, unit }) => `${onHand} ${unit}`)
    .join(", ")

type Word = Extract<RecordedEvent, { readonly type: "LotHeld" | "LotReleased" | "LotRejected" }>
const isWord = (event: RecordedEvent): event is Word =>
  event.type === "LotHeld" || event.type === "LotReleased" || event.type === "LotRejected"

/** Whoever may say the next word is who signed the last one, by their role. One that was rejected and is gone is done with. */
const restricted = ({ disposition }: Lot, known: KnownLot): ReadonlyArray<Reason> => {
  if (disposition === undefined || disposition.is === "released") return []
  if (disposition.is === "rejected" && inStock(known) === "") return []
  const { is, messageId, source } = disposition
  const word = known.events.filter(isWord).find((event) => messageKey(messageOf(event)) === `${source}\n${messageId}`)
  const role = word?.data.signature?.role
  // Where another word was taken back, the view has the reason for that, and not for the one that holds since.
  const reason = word?.data.reason ?? disposition.reason
  return [
    {
      waitsFor: `another word on its use, since it is ${is} (${reason}) by message ${messageId} of ${source}`,
      who: role === undefined ? "a quality engineer" : `a person in the role ${role}`,
      how:
        is === "held"
          ? "has LotReleased or LotRejected sent"
          : "has it scrapped (LotScrapped), or LotReleased sent if it may be used after all"
    }
  ]
}

const expired = (lot: Lot, known: KnownLot): ReadonlyArray<Reason> => {
  const stock = inStock(known)
  if (!isExpired(lot) || stock === "") return []
  return [
    {
      waitsFor: `a decision on the ${stock} in stock, since it expired ${lot.expiry?.expiresAt}`,
      who: "a quality engineer",
      how: "has it scrapped (LotScrapped), or a wrong expiry corrected (LotReceived)"
    }
  ]
}

/** What withholds the lot's own documents. */
export const withholdingOf = (known: KnownLot): ReadonlyArray<Withholding> => [
  ...breached(known.events.reduce(evolve, unknownLot), known),
  ...parkedOf(known)
]

type Deferred = Extract<RecordedEvent, { readonly type: "LotReversalDeferred" }>

export const deferredReversal = ({ data, metadata }: Deferred): Reason => ({
  waitsFor: `report ${inWords(data.waitsFor)}, which LotReportReversed ${metadata.messageId} takes back`,
  who: "an integrator",
  how: "has it sent; it is taken back by itself then, and a steward is asked where it hasn't come within a day"
})

/** Reversals that wait for the report that they name: nothing became of them after. */
const reversals = ({ cases, events }: KnownLot): ReadonlyArray<Reason> =>
  events
    .filter((event): event is Deferred => event.type === "LotReversalDeferred")
    .filter(({ metadata, version }) => {
      const key = messageKey(metadata)
      return !events.some((later) => later.version > version && messageKey(later.metadata) === key && endsWait(later))
    })
    .map((event) => {
      const { messageId } = event.metadata
      const row = cases.find((row) => row.subject === "directive" && row.messageId === messageId && isUnderWay(row))
      return row === undefined ? deferredReversal(event) : ofCase(row)
    })

export const whyLot = (known: KnownLot): Why => {
  const lot = known.events.reduce(evolve, unknownLot)
  const { failed, onTheirWay } = openDocuments(known)
  const word = lot.disposition?.is ?? "under no word on its use"
  return {
    subject: "lot",
    id: known.id,
    reasons: [
      ...withholdingOf(known).map(({ reason }) => reason),
      ...failed,
      ...restricted(lot, known),
      ...expired(lot, known),
      ...parkedElsewhere(known),
      ...reversals(known),
      ...onTheirWay,
      ...suspectedOf(known)
    ],
    state: `it is ${word}, with ${inStock(known) || "nothing"} in stock, and ${documentsInWords(known.postings)}`
  }
}
