// A recall's report as one CSV file: the rows of all its tables under one header, each with its table's name first, so
// that a spreadsheet's filter takes one of them. Used by the command.
import { csvLine } from "../../csv-line.ts"
import type { RecallReport } from "../report.ts"
import { sheetsOf } from "./sheet.ts"

export const recallCsv = (report: RecallReport): Uint8Array => {
  const sheets = sheetsOf(report)
  const header = [...new Set(sheets.flatMap((sheet) => sheet.header))]
  const lines = sheets.flatMap(({ header: titles, name, rows }) => {
    const places = header.map((title) => titles.indexOf(title))
    return rows.map((row) => csvLine([name, ...places.map((place) => row[place])]))
  })
  return Buffer.from([csvLine(["table", ...header]), ...lines].join(""))
}
