// A recall's report as tables: what its CSV and its XLSX show. Pure; used by this folder's writers.
import type { Cell } from "../../csv-line.ts"
import type { AffectedLot, AffectedShipment, MassBalance, RecallReport, SupplierLot } from "../report.ts"
import { reportHash } from "./json.ts"

export interface Sheet {
  readonly name: string
  readonly header: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
}

type Columns<Row> = ReadonlyArray<readonly [name: string, cell: (row: Row) => Cell]>

const sheet = <Row>(name: string, columns: Columns<Row>, rows: ReadonlyArray<Row>): Sheet => ({
  name,
  header: columns.map(([title]) => title),
  rows: rows.map((row) => columns.map(([, cell]) => cell(row)))
})

const lotColumns: Columns<AffectedLot> = [
  ["id", ({ id }) => id],
  ["lot", ({ lot }) => lot],
  ["item", ({ item }) => item],
  ["scope", ({ scope }) => scope],
  ["certainty", ({ certainty }) => certainty],
  ["reason", ({ reason }) => reason],
  ["depth", ({ depth }) => depth],
  ["direction", ({ direction }) => direction],
  ["unit", ({ unit }) => unit],
  ["made", ({ made }) => made],
  ["on hand", ({ onHand }) => onHand],
  ["in process", ({ inProcess }) => inProcess],
  ["scrapped", ({ scrapped }) => scrapped],
  ["shipped", ({ shipped }) => shipped],
  ["held", ({ held }) => held],
  ["disposition", ({ disposition }) => disposition]
]

const shipmentColumns: Columns<AffectedShipment> = [
  ["id", ({ id }) => id],
  ["customer", ({ customer }) => customer],
  ["document", ({ document }) => document],
  ["quantity", ({ quantity }) => quantity],
  ["unit", ({ unit }) => unit],
  ["occurred at", ({ occurredAt }) => occurredAt],
  ["certainty", ({ certainty }) => certainty]
]

const supplierColumns: Columns<SupplierLot> = [
  ["id", ({ id }) => id],
  ["supplier", ({ partner }) => partner],
  ["supplier's lot", ({ partnerLot }) => partnerLot],
  ["certificate", ({ certificate }) => certificate],
  ["certainty", ({ certainty }) => certainty]
]

const balanceColumns: Columns<MassBalance> = [
  ["unit", ({ unit }) => unit],
  ["opening", ({ opening }) => opening],
  ["received", ({ received }) => received],
  ["produced", ({ produced }) => produced],
  ["returned", ({ returned }) => returned],
  ["moved between lots", ({ movedBetweenLots }) => movedBetweenLots],
  ["adjusted", ({ adjusted }) => adjusted],
  ["consumed", ({ consumed }) => consumed],
  ["shipped", ({ shipped }) => shipped],
  ["scrapped", ({ scrapped }) => scrapped],
  ["sampled", ({ sampled }) => sampled],
  ["on hand", ({ onHand }) => onHand],
  ["unexplained", ({ unexplained }) => unexplained]
]

const balancesOfLots: Columns<AffectedLot> = [
  ["id", ({ id }) => id],
  ...balanceColumns.map(([name, cell]): Columns<AffectedLot>[number] => [name, ({ massBalance }) => cell(massBalance)])
]

/** What was asked, what the answer rests on, and how large it is. */
export const summaryOf = (report: RecallReport): ReadonlyArray<readonly [string, Cell]> => [
  ["Recalled lot", report.lot],
  ["Direction", report.direction],
  ["As of", report.asOf ?? "the journal's end"],
  ...report.windows.map(({ equipment, from, to }) => [`Window of ${equipment}`, `${from} to ${to}`] as const),
  ["Lots in the smallest scope (exact only)", report.scopes.smallest.length],
  ["Lots in the largest scope (every certainty)", report.scopes.largest.length],
  ["Shipments", report.shipments.length],
  ["Customers", new Set(report.shipments.map(({ customer }) => customer)).size],
  ["Lots from suppliers", report.suppliers.length],
  [
    "Lots with an unexplained quantity",
    report.lots.filter(({ massBalance }) => massBalance.unexplained !== "0").length
  ],
  ...report.assumptions.map((assumption) => ["Assumption", assumption] as const),
  ["Journal", `${report.journal.events} events, SHA-256 ${report.journal.hash}`],
  ["Traveler", report.version],
  ["SHA-256 of this report as JSON", reportHash(report)]
]

export const sheetsOf = (report: RecallReport): ReadonlyArray<Sheet> => [
  { name: "Recall", header: ["what", "value"], rows: summaryOf(report) },
  sheet("Lots", lotColumns, report.lots),
  sheet("Shipments", shipmentColumns, report.shipments),
  sheet("Suppliers", supplierColumns, report.suppliers),
  sheet("Mass balance", balancesOfLots, report.lots)
]
