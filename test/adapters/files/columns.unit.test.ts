// Every canonical message has its row: what is written to a CSV file as one comes back as the same message.
import { writeFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { Result, type Schema, SchemaAST } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { rowReader } from "../../../adapters/files/columns.ts"
import { batchesOf, type Cells } from "../../../adapters/files/rows.ts"
import { plantMessages } from "../../../core/message/catalogue.ts"
import { temporaryFolder } from "../../house/temporary-folder.ts"

const folder = temporaryFolder()
let files = 0

const rowsOf = async (text: string): Promise<ReadonlyArray<Cells>> => {
  const path = join(folder, `${files++}.csv`)
  writeFileSync(path, text)
  const handle = await open(path)
  try {
    const rows: Array<Cells> = []
    for await (const batch of batchesOf(handle)) rows.push(...batch)
    return rows
  } finally {
    await handle.close()
  }
}

const read = async (type: string, text: string): Promise<ReadonlyArray<unknown>> => {
  const [names = [], ...rows] = await rowsOf(text)
  return rows.map(Result.getOrThrow(rowReader("a.csv", type, names)))
}

/** Of what a reader of CSV may stumble over. */
const awkward = fc.string({
  unit: fc.constantFrom("a", "0", ".", '"', ",", ";", "\n", "\r", "\t", " ", "\uFEFF", "é", "😀")
})

/** Any value of JSON that has a schema's form, right or wrong by its rules. */
const ofForm = (ast: SchemaAST.AST): fc.Arbitrary<unknown> => {
  if (SchemaAST.isUnion(ast)) return fc.oneof(...ast.types.map(ofForm))
  if (SchemaAST.isLiteral(ast)) return fc.constant(ast.literal)
  if (SchemaAST.isBoolean(ast)) return fc.boolean()
  if (SchemaAST.isNumber(ast)) return fc.integer()
  if (SchemaAST.isString(ast)) return awkward
  if (SchemaAST.isArrays(ast)) return fc.array(fc.oneof(...ast.rest.map(ofForm)), { maxLength: 3 })
  if (!SchemaAST.isObjects(ast)) throw new Error(`No form for ${ast._tag}`)
  const fields = Object.fromEntries(ast.propertySignatures.map(({ name, type }) => [String(name), ofForm(type)]))
  const required = ast.propertySignatures.filter(({ type }) => !SchemaAST.isOptional(type))
  return fc.record(fields, { requiredKeys: required.map(({ name }) => String(name)), noNullPrototype: true })
}

const isRecord = (value: unknown): value is object => typeof value === "object" && value !== null

/** Path and cell of each leaf. */
const leaves = (value: unknown, path = ""): ReadonlyArray<readonly [string, string]> => {
  if (Array.isArray(value)) {
    return value.length === 0 ? [[path, "[]"]] : value.flatMap((item, index) => leaves(item, `${path}[${index}]`))
  }
  if (!isRecord(value)) return [[path, String(value)]]
  return Object.entries(value).flatMap(([name, of]) => leaves(of, path === "" ? name : `${path}.${name}`))
}

const csv = (messages: ReadonlyArray<object>): string => {
  const rows = messages.map((message) => new Map(leaves(message)))
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  const cell = (text: string | undefined) => (text === undefined ? "" : `"${text.replaceAll('"', '""')}"`)
  return [names, ...rows.map((row) => names.map((name) => cell(row.get(name))))]
    .map((row) => row.join(","))
    .join("\r\n")
}

describe("a message's row, read back, is the same message", () => {
  it.each(Object.entries<Schema.Top>(plantMessages))("%s", async (type, schema) => {
    const messages = fc.array(ofForm(SchemaAST.toEncoded(schema.ast)).filter(isRecord), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(messages, async (bodies) => {
        expect(await read(type, csv(bodies))).toEqual(bodies.map((body) => ({ body })))
      }),
      { numRuns: 10 }
    )
  })
})

describe("a cell", () => {
  it("that is empty is nothing, and a quoted one an empty text", async () => {
    const text = 'orderId,operationId,scrapReason\n4711,10,\n4711,10,""\n'
    expect(await read("OperationConfirmed", text)).toEqual([
      { body: { orderId: "4711", operationId: "10" } },
      { body: { orderId: "4711", operationId: "10", scrapReason: "" } }
    ])
  })

  it("that isn't of its field's form stays as it is, for the message to say so", async () => {
    const text = "orderId,revision,quantity.value\n0815,three,1e3\n0815,3,007\n"
    expect(await read("ProductionOrderReleased", text)).toEqual([
      { body: { orderId: "0815", revision: "three", quantity: { value: "1e3" } } },
      { body: { orderId: "0815", revision: 3, quantity: { value: "007" } } }
    ])
  })

  it("of the sender's own id isn't part of the message", async () => {
    const text = "messageId,orderId,plantId\nm-1,4711,ulm\n,4711,ulm\n"
    expect(await read("OperationStarted", text)).toEqual([
      { messageId: "m-1", body: { orderId: "4711", plantId: "ulm" } },
      { body: { orderId: "4711", plantId: "ulm" } }
    ])
  })
})

describe("a column", () => {
  it.each([
    ["yeild.value", "no field of that path"],
    ["yield", "no field of that path"],
    ["materials[0].quantity.value", "no field of that path"],
    ["__proto__", "no field of that path"],
    ["orderId", "twice"]
  ])("called %s is refused, and with it the file: nothing is left out in silence", (name, reason) => {
    const refused = Result.flip(rowReader("a.csv", "OperationConfirmed", ["orderId", name]))
    expect(Result.getOrThrow(refused)).toMatchObject({ file: "a.csv", field: "column 2", value: name })
    expect(Result.getOrThrow(refused).reason).toContain(reason)
  })

  it("of one place, written otherwise, is there twice", () => {
    const names = ["operations[0].operationId", "operations[00].operationId"]
    const refused = Result.flip(rowReader("a.csv", "ProductionOrderReleased", names))
    expect(Result.getOrThrow(refused)).toMatchObject({
      field: "column 2",
      value: names[1],
      reason: "It is there twice"
    })
  })

  it("of an unknown type is refused", () => {
    const refused = Result.flip(rowReader("a.csv", "OperationConfirmt", ["orderId"]))
    expect(Result.getOrThrow(refused)).toMatchObject({ field: "type", value: "OperationConfirmt" })
  })
})

it("a row of another length than the first is where the file can't be cut", async () => {
  await expect(rowsOf("orderId,operationId\n4711,10\n4711\n")).rejects.toThrow(/expect 2, got 1 on line 3/)
})

it("a quote that is never closed doesn't take the whole file into memory", async () => {
  await expect(rowsOf(`orderId,operationId\n"${"4711,10\n".repeat(400_000)}`)).rejects.toThrow(/1000000/)
})
