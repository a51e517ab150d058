// A real factory's log, from RabbitMQ to verified ERP documents. The oracle is the file, read by code of this test alone.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"

const file = join(import.meta.dirname, "../../../shared/data/4tu-production/Production_labeled_with_quantities.csv")

interface Line {
  readonly order: string
  readonly operation: string
  readonly planned: number
  readonly good: number
  readonly nonconforming: number
  readonly machine: number
}

/** What makes two rows one and the same report, as far as one can tell. */
const reported = [
  "Case ID",
  "Activity",
  "Resource",
  "Resource.1",
  "Qty_Completed",
  "Qty_for_MRB",
  "activity_duration",
  "Complete Timestamp"
]

/** How many rows of the file look like an earlier one. */
const equalRows = (): number => {
  const [header = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/)
  const names = header.split(";")
  const looks = lines.map((line) => reported.map((name) => line.split(";")[names.indexOf(name)]).join(";"))
  return looks.length - new Set(looks).size
}

const readLines = (): ReadonlyArray<Line> => {
  const [header = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/)
  const names = header.split(";")
  const at = (cells: ReadonlyArray<string>, name: string) => cells[names.indexOf(name)] ?? ""
  return lines.map((line) => {
    const cells = line.split(";")
    return {
      order: at(cells, "Case ID"),
      operation: at(cells, "Activity"),
      planned: Number(at(cells, "Work_Order_Qty")),
      good: Number(at(cells, "Qty_Completed")),
      nonconforming: Number(at(cells, "Qty_for_MRB")),
      machine: Number(at(cells, "activity_duration"))
    }
  })
}

type Sums = { readonly [cell: string]: readonly [good: number, nonconforming: number, machine: number] }

const summed = (lines: Iterable<Omit<Line, "planned">>): Sums => {
  const sums: Record<string, [number, number, number]> = {}
  for (const { good, machine, nonconforming, operation, order } of lines) {
    const cell = `${order} | ${operation}`
    const [allGood, allNonconforming, allMachine] = sums[cell] ?? [0, 0, 0]
    sums[cell] = [allGood + good, allNonconforming + nonconforming, allMachine + machine]
  }
  return sums
}

/** Order → the first row at which the log has reported more than was planned for one of its operations. */
const breaches = (lines: ReadonlyArray<Line>) => {
  const good = new Map<string, number>()
  const found = new Map<string, { readonly order: string; readonly operation: string }>()
  const overFrom = new Map<string, number>()
  lines.forEach(({ good: made, operation, order, planned }, index) => {
    const cell = `${order} | ${operation}`
    good.set(cell, (good.get(cell) ?? 0) + made)
    if ((good.get(cell) ?? 0) <= planned) return
    found.set(cell, { order, operation })
    if (!overFrom.has(order)) overFrom.set(order, index)
  })
  return { found: [...found.values()], overFrom }
}

const viewSums = (plant: Plant, id: string) =>
  Effect.map(
    rows<Omit<Line, "planned">>(
      plant,
      `select order_id as "order", operation_id as operation, sum(good)::float8 as good,
         sum(nonconforming)::float8 as nonconforming, sum(machine)::float8 as machine
       from orders.order_quantity where plant = $1 group by 1, 2`,
      [id]
    ),
    summed
  )

/** What the ERP itself says that it holds, over HTTP. */
const erpDocuments = ({ erpOrigin }: Plant, id: string) =>
  Effect.gen(function* () {
    const documents = yield* (yield* sandboxAdmin(erpOrigin)).documents(id)
    return documents.map(({ content }) => content)
  })
type ErpDocuments = Effect.Success<ReturnType<typeof erpDocuments>>

const erpSums = (documents: ErpDocuments): Sums =>
  summed(
    documents.map(({ amounts, operationId, orderId }) => ({
      order: orderId ?? "",
      operation: operationId ?? "",
      good: Number(amounts?.yield?.value ?? 0),
      nonconforming: Number(amounts?.nonconforming?.value ?? 0),
      machine: Number(amounts?.machineTime?.value ?? 0)
    }))
  )

describe.skipIf(!existsSync(file))("a real factory's log (skipped where ../shared is absent)", () => {
  it.live(
    "comes out as it went in; over-produced orders wait for a person; a second play changes nothing",
    () =>
      Effect.gen(function* () {
        const lines = readLines()
        const { found, overFrom } = breaches(lines)
        const plant = yield* makePlant
        yield* startCore(plant)

        const first: unknown = JSON.parse(yield* traveler(plant, "simulate", "--log", file, "--json"))
        expect(first).toEqual({ rows: 2489, published: 2709, completed: 46407, nonconforming: 86, differences: [] })
        const [served] = yield* rows<{ plant: string }>(plant, "select plant from plant")
        const id = served?.plant ?? ""
        expect(yield* viewSums(plant, id)).toEqual(summed(lines))

        const open: ReadonlyArray<{ id: string; waiting: string; breach: string | null }> = JSON.parse(
          yield* traveler(plant, "exceptions", "list", "--state", "open", "--json")
        )
        // Rows that are equal are two reports, and look like one that was sent twice: a steward is asked.
        expect(open.filter(({ breach }) => breach === null)).toHaveLength(equalRows())
        const shown = open.flatMap(({ breach, waiting }) => (breach === null ? [] : [`${waiting} ${breach}`])).sort()
        expect(shown).toEqual(
          found.map(({ operation, order }) => `order/${id}/${order} overproduction/${operation}`).sort()
        )
        expect([shown.length, overFrom.size]).toEqual([40, 31])

        const beforeWaiving = yield* erpDocuments(plant, id)
        const released = lines.filter(({ order }, index) => index < (overFrom.get(order) ?? Number.POSITIVE_INFINITY))
        expect(beforeWaiving).toHaveLength(released.length)
        expect(erpSums(beforeWaiving)).toEqual(summed(released))

        const ids = open.map((row) => row.id)
        yield* traveler(plant, "exceptions", "waive", ...ids, "--by", "Supervisor", "--reason", "Customer takes more")
        yield* settled(plant, `traveler.in.${id}`, 2709, 120_000)
        const documents = yield* erpDocuments(plant, id)
        expect(new Set(documents.map(({ key }) => key)).size).toBe(2489)
        expect(erpSums(documents)).toEqual(summed(lines))

        const second: unknown = JSON.parse(yield* traveler(plant, "simulate", "--log", file, "--json"))
        expect(second).toEqual(first)
        expect(yield* viewSums(plant, id)).toEqual(summed(lines))
        expect(yield* erpDocuments(plant, id)).toHaveLength(2489)
      }).pipe(Effect.scoped),
    240_000
  )
})
