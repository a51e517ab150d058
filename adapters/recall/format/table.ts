// A recall's report as a person reads it at a terminal. Pure; used by the command.
import type { RecallDifference } from "../difference.ts"
import type { AffectedLot, AffectedShipment, MassBalance, RecallReport } from "../report.ts"

/** Beyond that nobody reads at a terminal: the other formats have all of them. */
const mostRows = 50

type Column<Row> = readonly [title: string, cell: (row: Row) => string]

const isNumber = (text: string): boolean => /^-?[\d.]+$/.test(text)

/** Numbers to the right; each column as wide as its widest cell. */
const table = <Row>(rows: ReadonlyArray<Row>, columns: ReadonlyArray<Column<Row>>): ReadonlyArray<string> => {
  const shown = rows.slice(0, mostRows)
  const cells = [columns.map(([title]) => title), ...shown.map((row) => columns.map(([, cell]) => cell(row)))]
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  const lines = cells.map((line) =>
    line
      .map((cell, column) => (isNumber(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
  )
  const left = rows.length - shown.length
  return [...lines, ...(left === 0 ? [] : [`… and ${left} more: --format json has all of them`])].map((line) =>
    `  ${line}`.trimEnd()
  )
}

const lotColumns: ReadonlyArray<Column<AffectedLot>> = [
  ["lot", ({ id }) => id],
  ["certainty", ({ certainty }) => certainty],
  ["depth", ({ depth }) => `${depth}`],
  ["made", ({ made }) => made],
  ["on hand", ({ onHand }) => onHand],
  ["in process", ({ inProcess }) => inProcess],
  ["scrapped", ({ scrapped }) => scrapped],
  ["shipped", ({ shipped }) => shipped],
  ["held", ({ held }) => held],
  ["unit", ({ unit }) => unit],
  ["unexplained", ({ massBalance }) => massBalance.unexplained]
]

const shipmentColumns: ReadonlyArray<Column<AffectedShipment>> = [
  ["customer", ({ customer }) => customer],
  ["document", ({ document }) => document],
  ["lot", ({ id }) => id],
  ["quantity", ({ quantity }) => quantity],
  ["unit", ({ unit }) => unit],
  ["shipped at", ({ occurredAt }) => occurredAt],
  ["certainty", ({ certainty }) => certainty]
]

const sums = [
  ["opening", "opening"],
  ["received", "received"],
  ["produced", "produced"],
  ["returned", "returned"],
  ["movedBetweenLots", "from other lots, less what went into others"],
  ["adjusted", "adjusted"],
  ["consumed", "consumed"],
  ["shipped", "shipped"],
  ["scrapped", "scrapped"],
  ["sampled", "sampled"],
  ["onHand", "on hand"],
  ["unexplained", "unexplained"]
] as const

const balanceInWords = (balance: MassBalance): string =>
  sums
    .filter(([name]) => balance[name] !== "0" || name === "onHand" || name === "unexplained")
    .map(([name, words]) => `${words} ${balance[name]}`)
    .join(", ")

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines]

const rows = <Row>(title: string, all: ReadonlyArray<Row>, columns: ReadonlyArray<Column<Row>>) =>
  section(`${title}: ${all.length}`, all.length === 0 ? [] : table(all, columns))

interface InOtherUnit {
  readonly id: string
  readonly balance: MassBalance
}

/** What nothing converts into the unit that the lot is shown in. */
const inOtherUnits = ({ lots }: RecallReport): ReadonlyArray<InOtherUnit> =>
  lots.flatMap(({ id, otherUnits = [] }) => otherUnits.map((balance) => ({ id, balance })))

const otherUnitColumns: ReadonlyArray<Column<InOtherUnit>> = [
  ["lot", ({ id }) => id],
  ["on hand", ({ balance }) => balance.onHand],
  ["shipped", ({ balance }) => balance.shipped],
  ["unit", ({ balance }) => balance.unit],
  ["unexplained", ({ balance }) => balance.unexplained]
]

/** Each reason once, with how many lots it is the reason of. */
const reasons = ({ lots }: RecallReport): ReadonlyArray<string> => {
  const unsure = lots.filter(({ certainty }) => certainty !== "exact")
  return Array.from(
    Map.groupBy(unsure, ({ certainty, reason }) => `${certainty}: ${reason}`),
    ([reason, { length }]) => `${reason} (${length} ${length === 1 ? "lot" : "lots"})`
  )
}

const numbered = (lines: ReadonlyArray<string>): ReadonlyArray<string> => table(lines, [["", (line) => line]]).slice(1)

export const recallTable = (report: RecallReport): string => {
  const { asOf, assumptions, direction, journal, lot, lots, massBalance, scopes, shipments, suppliers, version } =
    report
  const others = inOtherUnits(report)
  const ofRecalled = others.flatMap(({ balance, id }) => (id === lot ? [balance] : []))
  return [
    `Recall of ${lot}, ${direction}, ${asOf === undefined ? "as all that is recorded says" : `as of ${asOf}`}`,
    `The smallest scope (exact steps only) is ${scopes.smallest.length} lots, the largest (every certainty) ${scopes.largest.length}.`,
    ...rows("Lots", lots, lotColumns),
    ...(others.length === 0 ? [] : rows("Of them in other units", others, otherUnitColumns)),
    ...section("Why some are less sure", numbered(reasons(report))),
    ...rows("Shipped to", shipments, shipmentColumns),
    ...rows("From suppliers", suppliers, [
      ["supplier", ({ partner }) => partner],
      ["its lot", ({ partnerLot = "" }) => partnerLot],
      ["certificate", ({ certificate = "" }) => certificate],
      ["lot", ({ id }) => id],
      ["certainty", ({ certainty }) => certainty]
    ]),
    ...[massBalance, ...ofRecalled].flatMap((balance) =>
      section(`Mass balance of the recalled lot, ${balance.unit}`, [`  ${balanceInWords(balance)}`])
    ),
    ...section("Assumptions", numbered(assumptions)),
    "",
    `From ${journal.events} events of the journal (${journal.hash}), by version ${version}.`
  ].join("\n")
}

export const differenceTable = ({ asOf, direction, lot, lots, shipments }: RecallDifference): string =>
  [
    `Recall of ${lot}, ${direction}: what ${asOf.to ?? "all that is recorded"} says that ${asOf.from ?? "all that is recorded"} didn't`,
    ...rows("Lots to add", lots.added, lotColumns),
    ...rows("Lots surer or less sure", lots.changed, [
      ["lot", ({ id }) => id],
      ["was", ({ from }) => from],
      ["is", ({ to }) => to]
    ]),
    ...rows("Lots that fell away", lots.fellAway, lotColumns),
    ...rows("Shipments to tell of", shipments.added, shipmentColumns),
    ...rows("Shipments that fell away", shipments.fellAway, shipmentColumns)
  ].join("\n")
