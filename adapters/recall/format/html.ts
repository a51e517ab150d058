// A recall's report as one HTML file that can be sent and prints well: nothing in it is loaded from elsewhere. Used by the
// command.
import type { Cell } from "../../csv-line.ts"
import type { AffectedShipment, RecallReport } from "../report.ts"
import { fills, recallSvg } from "./graph.ts"
import { type Columns, type Sheet, sheet, sheetsOf } from "./sheet.ts"

const escaped = (text: unknown): string =>
  String(text ?? "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const style = `
@page { size: A4 landscape; margin: 12mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 10pt/1.35 Helvetica, Arial, sans-serif; color: #111; margin: 2em auto; max-width: 75em }
h1 { font-size: 16pt; margin: 0 0 .5em } h2 { font-size: 12pt; margin: 1.5em 0 .4em; break-after: avoid }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt }
th, td { border: 1px solid #bbb; padding: .2em .4em; text-align: left; vertical-align: top; overflow-wrap: break-word }
th { background: #eee } thead { display: table-header-group } tr { break-inside: avoid }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.graph svg { max-width: 100%; height: auto } .note { color: #444 }
.key span { padding: 0 .5em; margin-right: .6em; border: 1px solid #999; print-color-adjust: exact; -webkit-print-color-adjust: exact }
@media print { body { margin: 0; max-width: none } }
`

const cell = (value: Cell, isNumber: boolean): string =>
  isNumber ? `<td class="number">${escaped(value)}</td>` : `<td>${escaped(value)}</td>`

/** What the id says already takes no room on a page. */
const inId = new Set(["scope", "item", "lot"])

const narrow = ({ header, name, numbers, rows }: Sheet): Sheet => {
  const isKept = (_: unknown, column: number) => !(header.includes("id") && inId.has(header[column] ?? ""))
  return {
    name,
    header: header.filter(isKept),
    numbers: numbers.filter(isKept),
    rows: rows.map((row) => row.filter(isKept))
  }
}

const table = (whole: Sheet): string => {
  const { header, numbers, rows } = narrow(whole)
  return [
    "<table><thead><tr>",
    ...header.map((title) => `<th>${escaped(title)}</th>`),
    "</tr></thead><tbody>",
    ...rows.map((row) => `<tr>${row.map((value, column) => cell(value, numbers[column] === true)).join("")}</tr>`),
    "</tbody></table>"
  ].join("\n")
}

interface Told {
  readonly customer: string
  readonly shipments: ReadonlyArray<AffectedShipment>
}

const inTime = (shipments: ReadonlyArray<AffectedShipment>): ReadonlyArray<string> =>
  shipments.map(({ occurredAt }) => occurredAt).sort((left, right) => Date.parse(left) - Date.parse(right))

const toldColumns: Columns<Told> = [
  ["customer", ({ customer }) => customer],
  ["lots", ({ shipments }) => new Set(shipments.map(({ id }) => id)).size, "number"],
  ["documents", ({ shipments }) => [...new Set(shipments.map(({ document }) => document))].join(", ")],
  ["first", ({ shipments }) => inTime(shipments)[0]],
  ["last", ({ shipments }) => inTime(shipments).at(-1)]
]

/** Each customer once, with what of it they have. */
const toldSheet = (shipments: ReadonlyArray<AffectedShipment>): Sheet =>
  sheet(
    "Whom to tell",
    toldColumns,
    Array.from(
      Map.groupBy(shipments, ({ customer }) => customer),
      ([customer, shipments]) => ({ customer, shipments })
    )
  )

const section = (shown: Sheet): string =>
  `<h2>${escaped(shown.name)}</h2>${shown.rows.length === 0 ? '<p class="note">None.</p>' : table(shown)}`

const key = Object.entries(fills)
  .map(([certainty, fill]) => `<span style="background:${fill}">${certainty}</span>`)
  .join("")

export const recallHtml = async (report: RecallReport): Promise<Uint8Array> => {
  const [recall, ...others] = sheetsOf(report)
  const title = `Recall of ${report.lot}`
  const page = [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    recall === undefined ? "" : table(recall),
    `<h2>Graph</h2><p class="key">${key}</p><div class="graph">${await recallSvg(report)}</div>`,
    section(toldSheet(report.shipments)),
    ...others.map(section),
    "</body></html>"
  ]
  return Buffer.from(`${page.join("\n")}\n`)
}
