// What the columns of a CSV file mean: each is the path of a field of the message that a row is
// (`operations[0].operationId`). Pure; used by `check.ts` and `intake.ts`.
import { Result, type Schema, SchemaAST } from "effect"
import { plantMessages } from "../../core/message/catalogue.ts"
import { Refused } from "./refusal.ts"
import type { Cells } from "./rows.ts"

/** How the text of a cell becomes a value of JSON. */
type Form = "text" | "boolean" | "number" | "list"

type Step = string | number

interface Column {
  readonly place: number
  readonly steps: ReadonlyArray<Step>
  readonly form: Form
}

/** The message that a row is. */
export interface RowMessage {
  /** The sender's own, where the file has a column for it. */
  readonly messageId?: string
  readonly body: object
}

export type RowReader = (cells: Cells) => RowMessage

const paths = /^[A-Za-z]\w*(\[\d{1,4}\])*(\.[A-Za-z]\w*(\[\d{1,4}\])*)*$/

const stepsOf = (name: string): ReadonlyArray<Step> =>
  paths.test(name) ? (name.match(/\w+/g) ?? []).map((step) => (/^\d/.test(step) ? Number(step) : step)) : []

const formAt = (ast: SchemaAST.AST, [step, ...rest]: ReadonlyArray<Step>): Form | undefined => {
  if (SchemaAST.isUnion(ast)) {
    const all: ReadonlyArray<Step> = step === undefined ? [] : [step, ...rest]
    return ast.types.map((type) => formAt(type, all)).find((form) => form !== undefined)
  }
  if (step === undefined) {
    if (SchemaAST.isString(ast)) return "text"
    if (SchemaAST.isBoolean(ast)) return "boolean"
    if (SchemaAST.isNumber(ast)) return "number"
    if (SchemaAST.isArrays(ast)) return "list"
    if (!SchemaAST.isLiteral(ast)) return undefined
    return typeof ast.literal === "string" ? "text" : typeof ast.literal === "boolean" ? "boolean" : "number"
  }
  if (typeof step === "number") {
    const [item] = SchemaAST.isArrays(ast) ? ast.rest : []
    return item === undefined ? undefined : formAt(item, rest)
  }
  const field = SchemaAST.isObjects(ast) ? ast.propertySignatures.find(({ name }) => name === step) : undefined
  return field === undefined ? undefined : formAt(field.type, rest)
}

/** What isn't of its form stays as it is: the message says so then, and becomes a case. */
const valueFrom = (form: Form, cell: string): unknown => {
  switch (form) {
    case "text":
      return cell
    case "boolean":
      return cell === "true" ? true : cell === "false" ? false : cell
    case "number":
      return String(Number(cell)) === cell && Number.isFinite(Number(cell)) ? Number(cell) : cell
    case "list":
      return cell === "[]" ? [] : cell
  }
}

/** The value of the columns that have come to one place; undefined where all of their cells are empty. */
const valueReader = (columns: ReadonlyArray<Column>): ((cells: Cells) => unknown) => {
  const own = columns.find(({ steps }) => steps.length === 0)
  const ownValue = (cells: Cells): unknown => {
    const cell = own === undefined ? null : cells[own.place]
    return own === undefined || cell === null || cell === undefined ? undefined : valueFrom(own.form, cell)
  }
  const inner = Array.from(
    Map.groupBy(
      columns.filter(({ steps }) => steps.length > 0),
      ({ steps }) => steps[0]
    ),
    ([step, of]) => ({ step, read: valueReader(of.map((column) => ({ ...column, steps: column.steps.slice(1) }))) })
  )
  if (inner.length === 0) return ownValue
  if (typeof inner[0]?.step === "number") {
    const inOrder = inner.toSorted((left, right) => Number(left.step) - Number(right.step))
    return (cells) => {
      const items = inOrder.map(({ read }) => read(cells)).filter((item) => item !== undefined)
      return items.length > 0 ? items : ownValue(cells)
    }
  }
  return (cells) => {
    const fields = inner.flatMap(({ read, step }) => {
      const value = read(cells)
      return value === undefined ? [] : [[String(step), value] as const]
    })
    return fields.length > 0 ? Object.fromEntries(fields) : undefined
  }
}

const idColumn = "messageId"

/** Fields of any message's body that no schema names. */
const ofAll: ReadonlyMap<string, Form> = new Map([["plantId", "text"]])

const types: ReadonlyMap<string, Schema.Top> = new Map(Object.entries(plantMessages))

/** How a row of a file of this type is read, by the names in its first line. */
export const rowReader = (file: string, type: string, names: Cells): Result.Result<RowReader, Refused> => {
  const schema = types.get(type)
  const refused = (field: string, value: string, reason: string, nextStep: string) =>
    Result.fail(new Refused({ file, field, value, reason, nextStep }))
  if (schema === undefined) {
    return refused(
      "type",
      type,
      `Expected one of ${[...types.keys()].join(", ")}`,
      "Name in the manifest the message that each row is (docs/contract.md)"
    )
  }
  const encoded = SchemaAST.toEncoded(schema.ast)
  const columns: Array<Column> = []
  let id: number | undefined
  const seen = new Set<string>()
  for (const [place, name] of names.entries()) {
    const column = name ?? ""
    const steps = stepsOf(column)
    // `materials[0]` and `materials[00]` are one place.
    const path = steps.length === 0 ? column : steps.join(".")
    if (seen.has(path)) {
      return refused(`column ${place + 1}`, column, "It is there twice", "Give each column a name of its own")
    }
    seen.add(path)
    if (column === idColumn) {
      id = place
      continue
    }
    const form = ofAll.get(column) ?? (steps.length === 0 ? undefined : formAt(encoded, steps))
    if (form === undefined) {
      return refused(
        `column ${place + 1}`,
        column,
        `${type} has no field of that path`,
        "Name the column after a field of the message (docs/files.md), or leave it out"
      )
    }
    columns.push({ place, steps, form })
  }
  const bodyOf = valueReader(columns)
  return Result.succeed((cells) => {
    const messageId = id === undefined ? null : cells[id]
    const body = bodyOf(cells)
    return {
      body: typeof body === "object" && body !== null ? body : {},
      ...(messageId === null || messageId === undefined ? {} : { messageId })
    }
  })
}
