// Pure parts of the command line: the file of corrections, bytes in answers, the demo's balance.
import { Effect, Exit, Result } from "effect"
import { describe, expect, it } from "vitest"
import { readCorrections } from "../../../adapters/cli/corrections.ts"
import { asJson } from "../../../adapters/cli/output.ts"
import { awaitedOf } from "../../../adapters/cli/published.ts"
import { balanced } from "../../../adapters/cli/summary.ts"
import { madeUpOrders } from "../../../adapters/simulator/orders.ts"
import { withTrouble } from "../../../adapters/simulator/trouble.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"

const id = "0123456789abcdef0123456789abcdef"
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

describe("a file of corrections", () => {
  it("has a body as an object or as text, and a type where it was wrong", () => {
    const lines = [`{"id":"${id}","body":{"a":1}}`, "", `{"id":"${id}","body":"{}","type":"LaborBooked"}`]
    const [first, second] = Result.getOrThrow(readCorrections("f", lines.join("\n")))
    expect(text(first?.replacement.bytes)).toBe('{"a":1}')
    expect(first?.replacement).toMatchObject({ contentType: "application/json" })
    expect(text(second?.replacement.bytes)).toBe("{}")
    expect(second?.replacement).toMatchObject({ type: "LaborBooked" })
  })

  it.each(["{", '{"id":"7","body":{}}', `{"id":"${id}"}`])("names the line of %s", (line) => {
    const read = readCorrections("f", `{"id":"${id}","body":{}}\n\n${line}\n`)
    expect(Result.isFailure(read) ? read.failure.field : undefined).toBe("f, line 3")
  })
})

it("bytes in an answer are hex, wherever they are", () => {
  const held = { digest: Buffer.from("00ff", "hex"), in: [{ hash: new Uint8Array([1, 2]) }], at: new Date(0) }
  expect(asJson(held)).toBe('{"digest":"00ff","in":[{"hash":"0102"}],"at":"1970-01-01T00:00:00.000Z"}')
})

it("messages are awaited once each, whatever comes twice or broken", () => {
  const plant = PlantId.make("ulm")
  const orders = madeUpOrders({ seed: 1, orders: 10, overproduced: 0 })
  const shares = { seed: 1, duplicates: 0.5, reordered: 0.1, bad: 0.2 }
  const publications = withTrouble(plant, orders, shares).map(({ publication }) => publication)
  const count = [...awaitedOf(plant, publications).values()].reduce((sum, { size }) => sum + size, 0)
  expect(publications.length).toBeGreaterThan(orders.length)
  expect(count).toBe(orders.length)
})

describe("the demo's documents", () => {
  const outcomes = { verified: 5, withheld: 2, deferred: 1, failed: 0, inDoubt: 0 }
  it("balance where each has one outcome", () => {
    expect(Exit.isSuccess(Effect.runSyncExit(balanced({ requested: 8, ...outcomes })))).toBe(true)
  })
  it.each([7, 9])("don't where %i were requested", (requested) => {
    expect(Effect.runSync(Effect.flip(balanced({ requested, ...outcomes }))).field).toBe("postings")
  })
})
