// Plays a factory's event log and compares what came out with what went in. Used by `simulate --log`.
import { Effect, FileSystem } from "effect"
import * as Decimal from "../../core/plant/decimal.ts"
import { quantitiesOfPlant } from "../../projections/orders/queries.ts"
import { type ProductionLog, productionLogMessages, readProductionLog } from "../simulator/production-log.ts"
import { publication } from "../simulator/trouble.ts"
import { answer, answerJson } from "./output.ts"
import { play } from "./play.ts"
import { withCore } from "./with-core.ts"

/** A sum that the view has otherwise than the file. */
interface Difference {
  readonly orderId: string
  readonly operationId: string
  readonly quantity: string
  readonly file: string
  readonly view: string
}

const columns = [
  ["Qty_Completed", "good", "EA"],
  ["Qty_for_MRB", "nonconforming", "EA"],
  ["activity_duration", "machine", "MIN"]
] as const

type Sums = Map<string, Decimal.Decimal>

/** No id holds a line feed. */
const cell = (orderId: string, operationId: string, quantity: string) => `${orderId}\n${operationId}\n${quantity}`

const add = (sums: Sums, key: string, value: Decimal.Decimal) =>
  sums.set(key, Decimal.add(sums.get(key) ?? Decimal.zero, value))

const fileSums = ({ rows }: ProductionLog): Sums => {
  const sums: Sums = new Map()
  for (const row of rows) {
    for (const [column, quantity] of columns) {
      add(sums, cell(row["Case ID"], row.Activity, quantity), Decimal.fromText(row[column]))
    }
  }
  return sums
}

const viewSums = (view: Effect.Success<ReturnType<typeof quantitiesOfPlant>>): Sums => {
  const sums: Sums = new Map()
  for (const row of view) {
    for (const [, quantity, unit] of columns) {
      if (row.unit === unit) add(sums, cell(row.orderId, row.operationId, quantity), row[quantity])
    }
  }
  return sums
}

const differences = (file: Sums, view: Sums): ReadonlyArray<Difference> =>
  [...new Set([...file.keys(), ...view.keys()])].flatMap((key) => {
    const [inFile, inView] = [file.get(key) ?? Decimal.zero, view.get(key) ?? Decimal.zero]
    const [orderId = "", operationId = "", quantity = ""] = key.split("\n")
    return inFile === inView ? [] : [{ orderId, operationId, quantity, file: inFile, view: inView }]
  })

const total = (sums: Sums, quantity: string): Decimal.Decimal =>
  [...sums].reduce((sum, [key, value]) => (key.endsWith(`\n${quantity}`) ? Decimal.add(sum, value) : sum), Decimal.zero)

export const playLog = (file: string, rate: number | undefined, asJson: boolean) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const log = yield* Effect.fromResult(readProductionLog(yield* files.readFile(file)))
    yield* withCore(() =>
      Effect.gen(function* () {
        const messages = productionLogMessages(log).map((message) => publication(log.plant, message))
        yield* play(new Map([[log.plant, messages]]), rate)
        const view = viewSums(yield* quantitiesOfPlant(log.plant))
        const found = {
          rows: log.rows.length,
          published: messages.length,
          completed: Number(total(view, "good")),
          nonconforming: Number(total(view, "nonconforming")),
          differences: differences(fileSums(log), view)
        }
        if (asJson) return yield* answerJson(found)
        return yield* answer(
          [
            `Plant ${log.plant}: ${found.rows} rows of the log, ${found.published} messages published.`,
            `The order view has ${found.completed} pieces completed and ${found.nonconforming} awaiting disposition.`,
            found.differences.length === 0
              ? "Every order and operation equals the file."
              : `${found.differences.length} sums differ from the file:`,
            ...found.differences.map(
              ({ file, operationId, orderId, quantity, view }) =>
                `  ${orderId}, ${operationId}: ${quantity} ${view} in the view, ${file} in the file`
            )
          ].join("\n")
        )
      })
    )
  })
