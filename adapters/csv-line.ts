// A line of a CSV file that is written (RFC 4180). Pure; used by whatever writes CSV.

export type Cell = string | number | boolean | null | undefined

const number = /^-?\d+(\.\d+)?$/

/** A spreadsheet would run such a text as a formula; with an apostrophe before it, it shows it. */
const guarded = (text: string): string => (/^[=+\-@\t\r]/.test(text) && !number.test(text) ? `'${text}` : text)

const cell = (value: Cell): string => {
  if (value === null || value === undefined) return ""
  const text = guarded(String(value))
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** An empty cell is nothing; an empty text is a quoted one. */
export const csvLine = (cells: ReadonlyArray<Cell>): string => `${cells.map(cell).join(",")}\r\n`
