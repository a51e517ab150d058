// What a recall answers: which lots, how sure it is, where their quantities are, and who got them. Plain data, the same
// bytes for the same journal prefix, parameters and version; the formats in this folder write it, nothing here reads it.
import type { Decimal } from "../../core/plant/decimal.ts"
import type { ItemId, LotId, WorkCenterId } from "../../core/plant/identifiers.ts"
import type { Certainty, Disposition, LotScope } from "../../core/plant/lot.ts"
import type { Unit } from "../../core/plant/quantity.ts"
import type { OccurredAt } from "../../core/plant/time.ts"

export type Direction = "forward" | "backward" | "both"

/** `<scope>/<item>/<number>`, as commands take it; the one name of a lot within a report. */
export type LotName = string

/** What is counted on the way from a lot's stock to where it is now, in one unit; every sum is exact. */
export interface MassBalance {
  readonly unit: Unit
  /** Taken over from the ERP when Traveler began. */
  readonly opening: Decimal
  readonly received: Decimal
  /** By orders. */
  readonly produced: Decimal
  /** By orders and by customers. */
  readonly returned: Decimal
  readonly consumed: Decimal
  readonly shipped: Decimal
  readonly scrapped: Decimal
  readonly sampled: Decimal
  /** What stands in stock, as the places say it; independent of the sums above, so that the balance can fail. */
  readonly onHand: Decimal
  readonly adjusted: Decimal
  /** Moved in from other lots less moved out to other lots, by split, merge and transfer. */
  readonly movedBetweenLots: Decimal
  /** opening + received + produced + returned + movedBetweenLots + adjusted - consumed - shipped - scrapped - sampled - onHand. */
  readonly unexplained: Decimal
}

export interface AffectedLot {
  readonly id: LotName
  readonly scope: LotScope
  readonly item: ItemId
  readonly lot: LotId
  /** Of the way that is surest: the weakest of its edges. `exact` of the recalled lot itself. */
  readonly certainty: Certainty
  /** What makes it no surer, in words: the edge, vessel or window that did. */
  readonly reason: string
  /** Lots from the recalled lot on (an order in between isn't counted), on the shortest of the surest ways; 0 of itself. */
  readonly depth: number
  /** Which way it was reached; `both` of the recalled lot, and of what lies both ways (rework). */
  readonly direction: Direction
  readonly unit: Unit
  /** Received, taken over, produced or derived. */
  readonly made: Decimal
  readonly onHand: Decimal
  /** Consumed by orders that aren't finished. */
  readonly inProcess: Decimal
  readonly scrapped: Decimal
  readonly shipped: Decimal
  /** On hand and barred from use. */
  readonly held: Decimal
  readonly disposition?: Disposition
  readonly massBalance: MassBalance
  /** Where it moved in other units, which master data don't convert exactly; the numbers above are of `unit` alone. */
  readonly otherUnits?: ReadonlyArray<MassBalance>
}

export interface AffectedShipment {
  readonly id: LotName
  readonly customer: string
  readonly document: string
  readonly quantity: Decimal
  readonly unit: Unit
  readonly occurredAt: string
  readonly certainty: Certainty
}

/** Where a lot came from outside: of the recalled lot and of what it was made of. */
export interface SupplierLot {
  readonly id: LotName
  readonly partner: string
  readonly partnerLot?: string
  readonly certificate?: string
  readonly certainty: Certainty
}

/** A step of the material that the report draws. Ends are stream names of lots and orders, and `residue/…` between them. */
export interface Link {
  readonly from: string
  readonly to: string
  readonly through: string
  readonly certainty: Certainty
}

/** Whatever was on the equipment then is suspected as well. */
export interface Window {
  readonly equipment: WorkCenterId
  readonly from: OccurredAt
  readonly to: OccurredAt
}

export interface RecallReport {
  readonly lot: LotName
  readonly direction: Direction
  /** As recorded by then and as valid by then; absent: all that the journal prefix holds. */
  readonly asOf?: string
  readonly windows: ReadonlyArray<Window>
  /** Mixing model of each vessel that made an edge, and the clean breaks that ended windows: what the scope rests on. */
  readonly assumptions: ReadonlyArray<string>
  readonly scopes: { readonly smallest: ReadonlyArray<LotName>; readonly largest: ReadonlyArray<LotName> }
  /** By certainty (surest first), depth, id. */
  readonly lots: ReadonlyArray<AffectedLot>
  /** Whom to tell: of the recalled lot and of what was made of it, never of what it was made of. */
  readonly shipments: ReadonlyArray<AffectedShipment>
  readonly suppliers: ReadonlyArray<SupplierLot>
  readonly links: ReadonlyArray<Link>
  /** Of the recalled lot. */
  readonly massBalance: MassBalance
  /** What the answer rests on: the journal's prefix as one hash of each partition's offset and chain hash. */
  readonly journal: { readonly events: number; readonly hash: string }
  /** Of this code. */
  readonly version: string
}
