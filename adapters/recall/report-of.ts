// Puts a recall's report together from what was found. Pure; used by `recall.ts`.
import { lotOf, type StreamName } from "../../core/journal/stream.ts"
import { compare, subtract, zero } from "../../core/plant/decimal.ts"
import type { Certainty, LotKey } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import { balanceOf, type LotBalance } from "../../projections/ledger/balance.ts"
import type { HoldingWord, Receipt, Shipment } from "../../projections/ledger/queries.ts"
import type {
  AffectedLot,
  AffectedShipment,
  Direction,
  LotName,
  MassBalance,
  RecallReport,
  SupplierLot,
  Window
} from "./report.ts"
import type { Traced, TracedLot } from "./traced.ts"

export interface Question {
  readonly lot: LotKey
  readonly direction: Direction
  readonly windows: ReadonlyArray<Window>
}

/** What the views say of the question. */
export interface Answer {
  readonly traced: Traced
  readonly balances: ReadonlyMap<StreamName, ReadonlyArray<LotBalance>>
  readonly dispositions: ReadonlyMap<StreamName, HoldingWord>
  readonly shipments: ReadonlyArray<Shipment>
  readonly receipts: ReadonlyArray<Receipt>
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

const isBarred = (word: HoldingWord | undefined): boolean =>
  word?.disposition === "held" || word?.disposition === "rejected"

const affectedLot = (
  { balances, dispositions }: Answer,
  { certainty, depth, direction, reason, stream }: TracedLot
) => {
  const key = lotOf(stream)
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

export const reportOf = (
  { direction, lot, windows }: Question,
  asOf: OccurredAt | undefined,
  answer: Answer,
  proof: Pick<RecallReport, "journal" | "version">
): RecallReport => {
  const lots = answer.traced.lots.map((traced) => affectedLot(answer, traced))
  const known = new Map(answer.traced.lots.map(({ stream }, place) => [stream, lots[place]]))
  const ofLot = (stream: StreamName): { readonly id: LotName; readonly certainty: Certainty } => {
    const { certainty = "exact", id = stream } = known.get(stream) ?? {}
    return { id, certainty }
  }
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
    shipments: answer.shipments.map(
      ({ customer, document, lot, occurredAt, quantity, unit }): AffectedShipment => ({
        ...ofLot(lot),
        ...{ customer, document, quantity, unit, occurredAt: timeOf(occurredAt) }
      })
    ),
    suppliers: answer.receipts.map(
      ({ certificate, lot, partner, partnerLot }): SupplierLot => ({
        ...ofLot(lot),
        partner,
        ...(partnerLot === null ? {} : { partnerLot }),
        ...(certificate === null ? {} : { certificate })
      })
    ),
    links: answer.traced.links,
    massBalance: lots.find(({ depth }) => depth === 0)?.massBalance ?? massBalance(nothing),
    ...proof
  }
}
