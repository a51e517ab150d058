// A recall's report as an Excel workbook with a sheet for each of its tables. Used by the command.
import writeWorkbook from "write-excel-file/node"
import type { TrackingEvent } from "../../../projections/ledger/tracking-events.ts"
import type { Cell } from "../../csv-line.ts"
import { unzip } from "../../unzip.ts"
import { zip } from "../../zip.ts"
import type { RecallReport } from "../report.ts"
import { trackingSheet } from "./fsma.ts"
import { type Sheet, sheetsOf } from "./sheet.ts"

/** What a spreadsheet's number (a double) holds exactly; more digits stay text. */
const shortNumber = /^-?\d{1,15}$|^-?(?=[\d.]{1,16}$)\d+\.\d+$/

/** A text is stored as a text, so nothing in it is run as a formula. Decimals of the report are numbers where they fit. */
const cellOf = (value: Cell, isNumber: boolean) => {
  if (value === null || value === undefined) return null
  if (typeof value === "number") return { value, type: Number }
  const text = String(value)
  return isNumber && shortNumber.test(text) ? { value: Number(text), type: Number } : { value: text, type: String }
}

const widest = 60

const workbookSheet = ({ header, name, numbers, rows }: Sheet) => ({
  sheet: name,
  stickyRowsCount: 1,
  columns: header.map((title, column) => ({
    width: Math.min(
      widest,
      rows.slice(0, 1_000).reduce((width, row) => Math.max(width, String(row[column] ?? "").length), title.length) + 2
    )
  })),
  data: [
    header.map((value) => ({ value, type: String, fontWeight: "bold" as const })),
    ...rows.map((row) => row.map((value, column) => cellOf(value, numbers[column] === true)))
  ]
})

/** Written anew, since the library puts the time of day into the file. */
const workbook = async (sheets: ReadonlyArray<Sheet>): Promise<Uint8Array> =>
  zip(await unzip(await writeWorkbook(sheets.map(workbookSheet)).toBuffer()))

/** With the critical tracking events of its lots, the sheet that the FDA may ask for. */
export const recallXlsx = (report: RecallReport, events: ReadonlyArray<TrackingEvent>): Promise<Uint8Array> =>
  workbook([...sheetsOf(report), trackingSheet(events)])
