// What a lot waits for. Pure. Used by `why` alone.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { identity, messageKey } from "../../../core/message/metadata.ts"
import * as Decimal from "../../../core/plant/decimal.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { evolve, isExpired, type Lot, unknownLot } from "../../../projections/lots/lot.ts"
import type { BalanceRow } from "../../../projections/lots/queries.ts"
import type { LotWait, PostingRow } from "../../../projections/postings/queries.ts"
import { caseToCome, isUnderWay, ofCase } from "./cases.ts"
import { documentsInWords, openDocuments } from "./documents.ts"
import type { Reason, Why } from "./reason.ts"

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
}

const parked = ({ cases }: KnownLot): ReadonlyArray<Reason> =>
  cases.filter((row) => row.subject === "message" && isUnderWay(row)).map(ofCase)

/** How much is missing by now: the case says how much it was when it was found. */
const missingNow = (breach: string, { balances }: KnownLot): string => {
  const balance = balances.find(({ unit }) => breach === `negativeBalance/${unit}`)
  return balance === undefined
    ? ""
    : `${Decimal.negate(balance.onHand)} ${balance.unit} that it has given and never had, by `
}

const breached = ({ breaches }: Lot, known: KnownLot): ReadonlyArray<Reason> =>
  Object.values(breaches)
    .filter(({ state }) => state === "open")
    .map(({ breach }) => {
      const row = known.cases.find((row) => row.breach === breach && isUnderWay(row))
      if (row === undefined) return caseToCome(`the breach ${breach}`)
      const { how, waitsFor, who } = ofCase(row)
      return { waitsFor: `${missingNow(breach, known)}${waitsFor}`, who, how }
    })

const inStock = ({ balances }: KnownLot): string =>
  balances
    .filter(({ onHand }) => Decimal.compare(onHand, Decimal.zero) > 0)
    .map(({ onHand, unit }) => `${onHand} ${unit}`)
    .join(", ")

/** Whoever may say the next word is who signed the last one, by their role. One that was rejected and is gone is done with. */
const restricted = ({ disposition }: Lot, known: KnownLot): ReadonlyArray<Reason> => {
  if (disposition === undefined || disposition.is === "released") return []
  if (disposition.is === "rejected" && inStock(known) === "") return []
  const { is, messageId, reason, source } = disposition
  const word = known.events.find(({ metadata }) => {
    const sender = identity(metadata)
    return sender.messageId === messageId && sender.source === source
  })
  const role = word !== undefined && "signature" in word.data ? word.data.signature?.role : undefined
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
export const withholdingOf = (known: KnownLot): ReadonlyArray<Reason> => [
  ...breached(known.events.reduce(evolve, unknownLot), known),
  ...parked(known)
]

type Deferred = Extract<RecordedEvent, { readonly type: "LotReversalDeferred" }>

/** Reversals that wait for the report that they name: nothing that has their envelope came after. */
const reversals = ({ cases, events }: KnownLot): ReadonlyArray<Reason> =>
  events
    .filter((event): event is Deferred => event.type === "LotReversalDeferred")
    .filter(({ metadata, version }) => {
      const key = messageKey(metadata)
      return !events.some((later) => later.version > version && messageKey(later.metadata) === key)
    })
    .map(({ data, metadata }) => {
      const row = cases.find(
        (row) => row.subject === "directive" && row.messageId === metadata.messageId && isUnderWay(row)
      )
      if (row !== undefined) return ofCase(row)
      return {
        waitsFor: `report ${data.waitsFor.split("\n").toReversed().join(" of ")}, which LotReportReversed ${metadata.messageId} takes back`,
        who: "an integrator",
        how: "has it sent; it is taken back by itself then, and a steward is asked where it hasn't come within a day"
      }
    })

export const whyLot = (known: KnownLot): Why => {
  const lot = known.events.reduce(evolve, unknownLot)
  const { failed, onTheirWay } = openDocuments(known)
  const word = lot.disposition?.is ?? "under no word on its use"
  return {
    subject: "lot",
    id: known.id,
    reasons: [
      ...withholdingOf(known),
      ...failed,
      ...restricted(lot, known),
      ...expired(lot, known),
      ...reversals(known),
      ...onTheirWay
    ],
    state: `it is ${word}, with ${inStock(known) || "nothing"} in stock, and ${documentsInWords(known.postings)}`
  }
}
