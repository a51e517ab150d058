// Puts a recall's report together from what was found. Pure; used by `recall.ts`.
import { lotKindOf, lotOf, type StreamName } from "../../core/journal/stream.ts"
import { compare, subtract, zero } from "../../core/plant/decimal.ts"
import { LotId } from "../../core/plant/identifiers.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import { balanceOf, type LotBalance } from "../../projections/ledger/balance.ts"
import type { Booked, HoldingWord } from "../../projections/ledger/queries.ts"
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

/** What was found. */
export interface Answer {
  /** By certainty, depth and name. */
  readonly lots: ReadonlyArray<TracedLot>
  /** What the ledger says of them. */
  readonly booked: Booked
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

/**
 * Deliveries of the recalled lot and of what it went into. They are as sure as the way there: a lot that lies both ways may be
 * surer by the other one.
 */
const shipmentsOf = ({ booked, lots }: Answer, names: ReadonlyArray<LotName>): ReadonlyArray<AffectedShipment> =>
  lots.flatMap(({ direction, forward: certainty = "exact", stream }, place) => {
    const id = names[place]
    if (id === undefined || direction === "backward") return []
    return (booked.shipments.get(stream) ?? []).map(
      ({ customer, document, occurredAt, quantity, unit }): AffectedShipment => ({
        id,
        certainty,
        customer,
        document,
        quantity,
        unit,
        occurredAt: timeOf(occurredAt)
      })
    )
  })

/** Receipts of the recalled lot and of what went into it, likewise. */
const suppliersOf = ({ booked, lots }: Answer, names: ReadonlyArray<LotName>): ReadonlyArray<SupplierLot> =>
  lots.flatMap(({ backward: certainty = "exact", direction, stream }, place) => {
    const id = names[place]
    if (id === undefined || direction === "forward") return []
    return (booked.receipts.get(stream) ?? []).map(
      ({ certificate, partner, partnerLot }): SupplierLot => ({
        id,
        certainty,
        partner,
        ...(partnerLot === null ? {} : { partnerLot }),
        ...(certificate === null ? {} : { certificate })
      })
    )
  })

export const reportOf = (
  { direction, lot, windows }: Question,
  asOf: OccurredAt | undefined,
  answer: Answer,
  proof: Pick<RecallReport, "journal" | "version">
): RecallReport => {
  const keyOf = keysOfLots()
  const lots = answer.lots.map((lot) => affectedLot(answer.booked, keyOf(lot.stream), lot))
  const names = lots.map(({ id }) => id)
  let links: ReadonlyArray<Link> | undefined
  return {
    lot: nameOf(lot),
    direction,
    ...(asOf === undefined ? {} : { asOf }),
    windows,
    assumptions: answer.assumptions,
    scopes: {
      smallest: lots.filter(({ certainty }) => certainty === "exact").map(({ id }) => id),
      largest: names
    },
    lots,
    shipments: shipmentsOf(answer, names),
    suppliers: suppliersOf(answer, names),
    get links() {
      links ??= answer.links()
      return links
    },
    massBalance: lots.find(({ depth }) => depth === 0)?.massBalance ?? massBalance(nothing),
    ...proof
  }
}
