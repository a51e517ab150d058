// Puts a recall's report together from what was found. Pure; used by `recall.ts`.
import { lotKindOf, lotOf, type StreamName } from "../../core/journal/stream.ts"
import { compare, subtract, zero } from "../../core/plant/decimal.ts"
import { LotId } from "../../core/plant/identifiers.ts"
import type { Certainty, LotKey } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import { balanceOf, type LotBalance } from "../../projections/ledger/balance.ts"
import type { HoldingWord, Receipt, Shipment } from "../../projections/ledger/queries.ts"
import type {
  AffectedLot,
  AffectedShipment,
  Direction,
  Link,
  LotName,
  MassBalance,
  RecallReport,
  SupplierLot,
  Window
} from "./report.ts"
import type { TracedLot } from "./traced.ts"

export interface Question {
  readonly lot: LotKey
  readonly direction: Direction
  readonly windows: ReadonlyArray<Window>
}

/** What the ledger says of some of the lots found. */
export interface Booked {
  readonly balances: ReadonlyMap<StreamName, ReadonlyArray<LotBalance>>
  readonly dispositions: ReadonlyMap<StreamName, HoldingWord>
  readonly shipments: ReadonlyArray<Shipment>
  readonly receipts: ReadonlyArray<Receipt>
}

/** The same as the report has it; parts in order make it whole. */
export type Part = Pick<RecallReport, "lots" | "shipments" | "suppliers">

/** What was found. */
export interface Answer {
  readonly parts: ReadonlyArray<Part>
  /** Only a report that is drawn or kept needs them, and of a hundred thousand lots they take a while. */
  readonly links: () => ReadonlyArray<Link>
  readonly assumptions: ReadonlyArray<string>
}

/** A lot of which nothing ever moved has no unit; none of it is none of it in any. */
const nothing = balanceOf(Unit.make("EA"), {})

/** Name by name, here and below: of a hundred thousand lots, rest and spread would take a second. */
const massBalance = (balance: LotBalance): MassBalance => ({
  unit: balance.unit,
  opening: balance.opening,
  received: balance.received,
  produced: balance.produced,
  returned: balance.returned,
  consumed: balance.consumed,
  shipped: balance.shipped,
  scrapped: balance.scrapped,
  sampled: balance.sampled,
  onHand: balance.onHand,
  adjusted: balance.adjusted,
  movedBetweenLots: subtract(balance.derived, balance.passedOn),
  unexplained: balance.unexplained
})

const nameOf = ({ itemId, lotId, scope }: LotKey): LotName => `${scope}/${itemId}/${lotId}`

/** Lots of one kind are read alike: it is taken apart once. */
const keysOfLots = () => {
  const kinds = new Map<string, LotKey>()
  return (stream: StreamName): LotKey => {
    const kind = lotKindOf(stream)
    const known = kinds.get(kind) ?? lotOf(stream)
    kinds.set(kind, known)
    return { scope: known.scope, itemId: known.itemId, lotId: LotId.make(stream.slice(kind.length + 1)) }
  }
}

const isBarred = (word: HoldingWord | undefined): boolean =>
  word?.disposition === "held" || word?.disposition === "rejected"

const affectedLot = (
  { balances, dispositions }: Booked,
  key: LotKey,
  { certainty, depth, direction, reason, stream }: TracedLot
) => {
  const [balance = nothing, ...others] = balances.get(stream) ?? []
  const word = dispositions.get(stream)
  const lot: AffectedLot = {
    id: nameOf(key),
    scope: key.scope,
    item: key.itemId,
    lot: key.lotId,
    certainty,
    reason,
    depth,
    direction,
    unit: balance.unit,
    made: balance.made,
    onHand: balance.onHand,
    inProcess: balance.inProcess,
    scrapped: balance.scrapped,
    shipped: balance.shipped,
    held: isBarred(word) && compare(balance.onHand, zero) > 0 ? balance.onHand : zero,
    ...(word === undefined ? {} : { disposition: word.disposition }),
    massBalance: massBalance(balance),
    ...(others.length === 0 ? {} : { otherUnits: others.map(massBalance) })
  }
  return lot
}

const timeOf = (millis: number): string => new Date(millis).toISOString()

export const partOf = (found: ReadonlyArray<TracedLot>, booked: Booked): Part => {
  const keyOf = keysOfLots()
  const lots = found.map((lot) => affectedLot(booked, keyOf(lot.stream), lot))
  const places = new Map(found.map(({ stream }, place) => [stream, place]))
  /** As sure as the way there by itself: a lot that lies both ways may be surer by the other one. */
  const ofLot = (
    stream: StreamName,
    way: "forward" | "backward"
  ): { readonly id: LotName; readonly certainty: Certainty } => {
    const place = places.get(stream) ?? -1
    return { id: lots[place]?.id ?? stream, certainty: found[place]?.[way] ?? "exact" }
  }
  return {
    lots,
    shipments: booked.shipments.map(({ customer, document, lot, occurredAt, quantity, unit }): AffectedShipment => {
      const { certainty, id } = ofLot(lot, "forward")
      return { id, certainty, customer, document, quantity, unit, occurredAt: timeOf(occurredAt) }
    }),
    suppliers: booked.receipts.map(
      ({ certificate, lot, partner, partnerLot }): SupplierLot => ({
        ...ofLot(lot, "backward"),
        partner,
        ...(partnerLot === null ? {} : { partnerLot }),
        ...(certificate === null ? {} : { certificate })
      })
    )
  }
}

export const reportOf = (
  { direction, lot, windows }: Question,
  asOf: OccurredAt | undefined,
  answer: Answer,
  proof: Pick<RecallReport, "journal" | "version">
): RecallReport => {
  const lots = answer.parts.flatMap(({ lots }) => lots)
  let links: ReadonlyArray<Link> | undefined
  return {
    lot: nameOf(lot),
    direction,
    ...(asOf === undefined ? {} : { asOf }),
    windows,
    assumptions: answer.assumptions,
    scopes: {
      smallest: lots.filter(({ certainty }) => certainty === "exact").map(({ id }) => id),
      largest: lots.map(({ id }) => id)
    },
    lots,
    shipments: answer.parts.flatMap(({ shipments }) => shipments),
    suppliers: answer.parts.flatMap(({ suppliers }) => suppliers),
    get links() {
      links ??= answer.links()
      return links
    },
    massBalance: lots.find(({ depth }) => depth === 0)?.massBalance ?? massBalance(nothing),
    ...proof
  }
}
