import { parse } from "csv-parse/sync"
import { readSheet } from "read-excel-file/node"
import { describe, expect, test, vi } from "vitest"
import { recallCsv } from "../../../../adapters/recall/format/csv.ts"
import { reportHash } from "../../../../adapters/recall/format/json.ts"
import { recallXlsx } from "../../../../adapters/recall/format/xlsx.ts"
import { report } from "../report.ts"

const csv = (): ReadonlyArray<Record<string, string>> => parse(recallCsv(report()), { columns: true })
const xlsx = async (sheet: string) => readSheet(Buffer.from(await recallXlsx(report())), sheet)

describe("a recall as CSV", () => {
  test("has every row of every table under one header", () => {
    const rows = csv()
    expect(rows.filter(({ table }) => table === "Lots").map(({ id }) => id)).toEqual(report().scopes.largest)
    expect(rows.filter(({ table }) => table === "Shipments")).toMatchObject([{ document: "00042", quantity: "4" }])
    expect(rows.filter(({ table }) => table === "Mass balance")[0]).toMatchObject({
      received: "100.5",
      unexplained: "0.5"
    })
  })
  test("runs nothing as a formula, and leaves numbers and leading zeros as they are", () => {
    const rows = csv()
    expect(rows.find(({ item }) => item === "BUTTER")?.lot).toBe("'=1+1")
    expect(rows.find(({ table }) => table === "Shipments")?.customer).toBe("'@evil")
    expect(rows.find(({ item }) => item === "MILK")?.lot).toBe("00017")
  })
  test("carries the hash of the report as JSON", () => {
    expect(csv().find(({ what }) => what === "SHA-256 of this report as JSON")?.value).toBe(reportHash(report()))
  })
})

describe("a recall as XLSX", () => {
  test("has a sheet for each table, numbers as numbers where a double holds them", async () => {
    const [header = [], ...rows] = await xlsx("Lots")
    const lots = rows.map((row) => Object.fromEntries(header.map((title, column) => [title, row[column]])))
    expect(lots).toMatchObject([
      { lot: "00017", made: 100.5, depth: 0 },
      { lot: "C-1", shipped: 4 },
      { lot: "=1+1", "on hand": "12345678901234567.5" }
    ])
  })
  test("is the same file each time, whenever it is written", async () => {
    const first = await recallXlsx(report())
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2031-05-06T07:08:09Z") })
    const later = await recallXlsx(report()).finally(() => vi.useRealTimers())
    expect(Buffer.compare(first, later)).toBe(0)
  })
})
