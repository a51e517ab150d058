// A recall's report as tables: what its CSV and its XLSX show. Pure; used by this folder's writers.
import type { Cell } from "../../csv-line.ts"
import type { AffectedLot, AffectedShipment, LotName, MassBalance, RecallReport, SupplierLot } from "../report.ts"
import { reportHash } from "./json.ts"

export interface Sheet {
  readonly name: string
  readonly header: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
  /** Of each column whether it holds numbers: those of lots, items and documents may look like some and aren't. */
  readonly numbers: ReadonlyArray<boolean>
}

export type Columns<Row> = ReadonlyArray<readonly [title: string, cell: (row: Row) => Cell, holds?: "number"]>

export const sheet = <Row>(name: string, columns: Columns<Row>, rows: ReadonlyArray<Row>): Sheet => ({
  name,
  header: columns.map(([title]) => title),
  numbers: columns.map(([, , holds]) => holds === "number"),
  rows: rows.map((row) => columns.map(([, cell]) => cell(row)))
})

const lotColumns: Columns<AffectedLot> = [
  ["id", ({ id }) => id],
  ["lot", ({ lot }) => lot],
  ["item", ({ item }) => item],
  ["scope", ({ scope }) => scope],
  ["certainty", ({ certainty }) => certainty],
  ["reason", ({ reason }) => reason],
  ["depth", ({ depth }) => depth, "number"],
  ["direction", ({ direction }) => direction],
  ["unit", ({ unit }) => unit],
  ["made", ({ made }) => made, "number"],
  ["on hand", ({ onHand }) => onHand, "number"],
  ["in process", ({ inProcess }) => inProcess, "number"],
  ["scrapped", ({ scrapped }) => scrapped, "number"],
  ["shipped", ({ shipped }) => shipped, "number"],
  ["held", ({ held }) => held, "number"],
  ["disposition", ({ disposition }) => disposition]
]

const shipmentColumns: Columns<AffectedShipment> = [
  ["id", ({ id }) => id],
  ["customer", ({ customer }) => customer],
  ["document", ({ document }) => document],
  ["quantity", ({ quantity }) => quantity, "number"],
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

const balanceSums = [
  ["opening", "opening"],
  ["received", "received"],
  ["produced", "produced"],
  ["returned", "returned"],
  ["moved between lots", "movedBetweenLots"],
  ["adjusted", "adjusted"],
  ["consumed", "consumed"],
  ["shipped", "shipped"],
  ["scrapped", "scrapped"],
  ["sampled", "sampled"],
  ["on hand", "onHand"],
  ["unexplained", "unexplained"]
] as const

/** In each unit that it moved in: the balance in its own unit first. */
const balancesOf = ({ massBalance, otherUnits = [] }: AffectedLot): ReadonlyArray<MassBalance> => [
  massBalance,
  ...otherUnits
]

interface BalanceOfLot {
  readonly id: LotName
  readonly balance: MassBalance
}

const balanceColumns: Columns<BalanceOfLot> = [
  ["id", ({ id }) => id],
  ["unit", ({ balance }) => balance.unit],
  ...balanceSums.map(([title, name]): Columns<BalanceOfLot>[number] => [
    title,
    ({ balance }) => balance[name],
    "number"
  ])
]

const balancesOfLots = (lots: ReadonlyArray<AffectedLot>): ReadonlyArray<BalanceOfLot> =>
  lots.flatMap((lot) => balancesOf(lot).map((balance) => ({ id: lot.id, balance })))

const summaryColumns: Columns<ReturnType<typeof summaryOf>[number]> = [
  ["what", ([what]) => what],
  ["value", ([, value]) => value]
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
    report.lots.filter((lot) => balancesOf(lot).some(({ unexplained }) => unexplained !== "0")).length
  ],
  ...report.assumptions.map((assumption) => ["Assumption", assumption] as const),
  ["Journal", `${report.journal.events} events, SHA-256 ${report.journal.hash}`],
  ["Traveler", report.version],
  ["SHA-256 of this report as JSON", reportHash(report)]
]

export const sheetsOf = (report: RecallReport): ReadonlyArray<Sheet> => [
  sheet("Recall", summaryColumns, summaryOf(report)),
  sheet("Lots", lotColumns, report.lots),
  sheet("Shipments", shipmentColumns, report.shipments),
  sheet("Suppliers", supplierColumns, report.suppliers),
  sheet("Mass balance", balanceColumns, balancesOfLots(report.lots))
]
