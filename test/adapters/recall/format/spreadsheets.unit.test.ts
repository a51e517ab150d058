import { parse } from "csv-parse/sync"
import { readSheet } from "read-excel-file/node"
import { describe, expect, test, vi } from "vitest"
import { recallCsv } from "../../../../adapters/recall/format/csv.ts"
import { trackingCsv } from "../../../../adapters/recall/format/fsma.ts"
import { reportHash } from "../../../../adapters/recall/format/json.ts"
import { recallXlsx } from "../../../../adapters/recall/format/xlsx.ts"
import { StreamName } from "../../../../core/journal/stream.ts"
import { fromText } from "../../../../core/plant/decimal.ts"
import { Unit } from "../../../../core/plant/quantity.ts"
import type { TrackingEvent } from "../../../../projections/ledger/tracking-events.ts"
import { balance, report } from "../report.ts"

const trackingEvents: ReadonlyArray<TrackingEvent> = [
  {
    kind: "received",
    lot: StreamName("lot/plant%2Fulm/MILK/00017"),
    plant: "ulm",
    location: "SILO-1",
    counterpart: "DAIRY",
    document: "COA-5",
    partnerLot: "77",
    quantity: fromText("100.5"),
    unit: "KGM",
    description: "=HYPERLINK(1)",
    occurredAt: Date.parse("2026-11-29T05:00:00Z"),
    reporter: StreamName("lot/plant%2Fulm/MILK/00017"),
    version: 1
  },
  {
    kind: "consumed",
    lot: StreamName("lot/plant%2Fulm/MILK/00017"),
    plant: "ulm",
    location: "",
    counterpart: "order/ulm/4711",
    document: null,
    partnerLot: null,
    quantity: fromText("100"),
    unit: "KGM",
    description: null,
    occurredAt: Date.parse("2026-11-29T07:00:00Z"),
    reporter: StreamName("order/ulm/4711"),
    version: 3
  }
]

const csv = (): ReadonlyArray<Record<string, string>> => parse(recallCsv(report()), { columns: true })
const xlsx = async (sheet: string) => readSheet(Buffer.from(await recallXlsx(report(), trackingEvents)), sheet)

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
  test("has what a lot has in a unit that nothing converts, and counts what is unexplained there", () => {
    const [milk] = report().lots
    if (milk === undefined) throw new Error("no lot")
    const cans = balance({ unit: Unit.make("EA"), received: fromText("7"), unexplained: fromText("7") })
    const lot = { ...milk, massBalance: balance(), otherUnits: [cans] }
    const rows: ReadonlyArray<Record<string, string>> = parse(recallCsv(report({ lots: [lot] })), { columns: true })
    expect(rows.filter(({ table }) => table === "Mass balance")).toMatchObject([
      { id: milk.id, unit: "KGM", unexplained: "0" },
      { id: milk.id, unit: "EA", received: "7", unexplained: "7" }
    ])
    expect(rows.find(({ what }) => what === "Lots with an unexplained quantity")?.value).toBe("1")
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
    const first = await recallXlsx(report(), trackingEvents)
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2031-05-06T07:08:09Z") })
    const later = await recallXlsx(report(), trackingEvents).finally(() => vi.useRealTimers())
    expect(Buffer.compare(first, later)).toBe(0)
  })
})

describe("the FDA's sortable spreadsheet", () => {
  test("has a row for each critical tracking event, with its key data elements and the event that it is from", () => {
    const rows = parse(trackingCsv(trackingEvents), { columns: true })
    expect(rows).toMatchObject([
      {
        "critical tracking event": "Receiving",
        "traceability lot code": "00017",
        "previous source": "DAIRY",
        location: "ulm/SILO-1",
        "product description": "'=HYPERLINK(1)",
        "reference document": "COA-5",
        event: "lot/plant%2Fulm/MILK/00017@1"
      },
      {
        "critical tracking event": "Transformation (input)",
        location: "ulm",
        "reference document type": "Production order",
        "reference document": "4711",
        event: "order/ulm/4711@3"
      }
    ])
  })
  test("is a sheet of the workbook, too", async () => {
    const [header = [], first = []] = await xlsx("FSMA 204")
    expect(first[header.indexOf("traceability lot code")]).toBe("00017")
    expect(first[header.indexOf("quantity")]).toBe(100.5)
  })
})
