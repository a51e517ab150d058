// A factory's event log as messages: a `;`-separated CSV with one report a row. Used by `traveler simulate --log`.
// The columns are those of 4TU.ResearchData "Production Analysis with Process Mining Technology" (Levy, 2014).
import { createHash } from "node:crypto"
import { parse } from "csv-parse/sync"
import { Result, Schema, SchemaIssue } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { exchanges } from "../../core/port/broker.ts"
import type { MadeUpMessage } from "./orders.ts"

const Row = Schema.Struct({
  "Case ID": Schema.NonEmptyString,
  Part_Desc_: Schema.NonEmptyString,
  Work_Order_Qty: Schema.NonEmptyString,
  Activity: Schema.NonEmptyString,
  Resource: Schema.String,
  "Resource.1": Schema.NonEmptyString,
  Qty_Completed: Schema.NonEmptyString,
  Qty_for_MRB: Schema.NonEmptyString,
  activity_duration: Schema.NonEmptyString,
  "Complete Timestamp": Schema.NonEmptyString
})
type Row = typeof Row.Type

const decodeRows = Schema.decodeUnknownResult(Schema.Array(Row))

export interface ProductionLog {
  /** Named after the file's hash, so that a second play of the same file meets the first. */
  readonly plant: PlantId
  readonly rows: ReadonlyArray<Row>
}

/** The rows of a log. A column that is missing or empty is named with its row. */
export const readProductionLog = (file: Uint8Array): Result.Result<ProductionLog, DataQualityIssue> => {
  const rows: unknown = parse(Buffer.from(file), { columns: true, delimiter: ";", skip_empty_lines: true })
  const plant = PlantId.make(`log-${createHash("sha256").update(file).digest("hex").slice(0, 12)}`)
  return Result.match(decodeRows(rows), {
    onSuccess: (decoded) => Result.succeed({ plant, rows: decoded }),
    onFailure: (error) => {
      const [issue] = SchemaIssue.makeFormatterStandardSchemaV1()(error.issue).issues
      const [row, column] = (issue?.path ?? []).map((step) => (typeof step === "object" ? step.key : step))
      return Result.fail(
        new DataQualityIssue({
          field: String(column ?? "file"),
          value: `row ${Number(row ?? 0) + 1}`,
          reason: issue?.message ?? "Not a production log",
          nextStep: "Give a ;-separated file with the columns of docs/simulate.md"
        })
      )
    }
  })
}

/** The log's clock has no zone; it is taken as UTC. */
const occurredAt = (row: Row): string => `${row["Complete Timestamp"].replace(" ", "T")}+00:00`

const pieces = (value: string) => ({ value, unit: "EA" })

/** Each order's release is made from its `Work_Order_Qty`, planned for each of its operations. */
const release = (rows: readonly [Row, ...ReadonlyArray<Row>]): MadeUpMessage => {
  const [first] = rows
  const orderId = first["Case ID"]
  const operations = [...new Set(rows.map((row) => row.Activity))]
  return {
    exchange: exchanges.erpEvents,
    type: "ProductionOrderReleased",
    messageId: `release/${orderId}`,
    orderId,
    body: {
      orderId,
      occurredAt: occurredAt(first),
      itemId: first.Part_Desc_,
      quantity: pieces(first.Work_Order_Qty),
      revision: 1,
      operations: operations.map((operationId) => ({ operationId }))
    }
  }
}

/** Every row counts by its own columns. Its identity is its number, since equal rows are distinct reports. */
const report = (row: Row, number: number): MadeUpMessage => ({
  exchange: exchanges.mesEvents,
  type: "OperationConfirmed",
  messageId: `row/${number}`,
  orderId: row["Case ID"],
  body: {
    orderId: row["Case ID"],
    operationId: row.Activity,
    occurredAt: occurredAt(row),
    workCenterId: row["Resource.1"],
    badge: row.Resource,
    yield: pieces(row.Qty_Completed),
    nonconforming: pieces(row.Qty_for_MRB),
    machineTime: { value: row.activity_duration, unit: "MIN" }
  }
})

/** The log's messages in its own order, each order preceded by its release. */
export const productionLogMessages = ({ rows }: ProductionLog): ReadonlyArray<MadeUpMessage> => {
  const orders = Map.groupBy(rows, (row) => row["Case ID"])
  const released = new Set<string>()
  return rows.flatMap((row, index) => {
    const sent = report(row, index + 1)
    const [first, ...others] = orders.get(row["Case ID"]) ?? []
    if (released.has(row["Case ID"]) || first === undefined) return [sent]
    released.add(row["Case ID"])
    return [release([first, ...others]), sent]
  })
}
