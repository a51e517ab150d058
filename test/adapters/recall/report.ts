// A small recall to write in every format: a supplier's lot in two products, one of which is shipped. For the tests of
// adapters/recall/format.
import type { AffectedLot, MassBalance, RecallReport } from "../../../adapters/recall/report.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId } from "../../../core/plant/identifiers.ts"
import { type Certainty, LotScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"

const zero = fromText("0")

export const balance = (sums: Partial<MassBalance> = {}): MassBalance => ({
  unit: Unit.make("KGM"),
  opening: zero,
  received: zero,
  produced: zero,
  returned: zero,
  consumed: zero,
  shipped: zero,
  scrapped: zero,
  sampled: zero,
  onHand: zero,
  adjusted: zero,
  movedBetweenLots: zero,
  unexplained: zero,
  ...sums
})

export const affected = (
  item: string,
  lot: string,
  certainty: Certainty,
  more: Partial<AffectedLot> = {}
): AffectedLot => ({
  id: `plant/ulm/${item}/${lot}`,
  scope: LotScope.make("plant/ulm"),
  item: ItemId.make(item),
  lot: LotId.make(lot),
  certainty,
  reason: certainty === "exact" ? "scanned" : `not surer: ${certainty}`,
  depth: 1,
  direction: "forward",
  unit: Unit.make("KGM"),
  made: zero,
  onHand: zero,
  inProcess: zero,
  scrapped: zero,
  shipped: zero,
  held: zero,
  massBalance: balance(),
  ...more
})

export const report = (more: Partial<RecallReport> = {}): RecallReport => {
  const raw = affected("MILK", "00017", "exact", {
    depth: 0,
    direction: "both",
    made: fromText("100.5"),
    massBalance: balance({ received: fromText("100.5"), consumed: fromText("100"), unexplained: fromText("0.5") })
  })
  const cheese = affected("CHEESE", "C-1", "exact", { made: fromText("9.25"), shipped: fromText("4") })
  const butter = affected("BUTTER", "=1+1", "commingled", { onHand: fromText("12345678901234567.5") })
  return {
    lot: raw.id,
    direction: "forward",
    windows: [],
    assumptions: ["silo S-1 at ulm: mixed"],
    scopes: { smallest: [raw.id, cheese.id], largest: [raw.id, cheese.id, butter.id] },
    lots: [raw, cheese, butter],
    shipments: [
      {
        id: cheese.id,
        customer: "@evil",
        document: "00042",
        quantity: fromText("4"),
        unit: Unit.make("KGM"),
        occurredAt: "2026-11-30T10:00:00+01:00",
        certainty: "exact"
      }
    ],
    suppliers: [{ id: raw.id, partner: "DAIRY <1>", partnerLot: "77", certainty: "exact" }],
    links: [
      { from: "lot/plant%2Fulm/MILK/00017", to: "order/ulm/4711", through: "consumption", certainty: "exact" },
      { from: "order/ulm/4711", to: "lot/plant%2Fulm/CHEESE/C-1", through: "production", certainty: "exact" },
      { from: "lot/plant%2Fulm/MILK/00017", to: "residue/ulm/S-1/3", through: "vessel", certainty: "commingled" },
      { from: "residue/ulm/S-1/3", to: "lot/plant%2Fulm/BUTTER/=1+1", through: "vessel", certainty: "commingled" }
    ],
    massBalance: raw.massBalance,
    journal: { events: 12, hash: "ab".repeat(32) },
    version: "0.1.0",
    ...more
  }
}
