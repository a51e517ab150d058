// The plants of SAP as a setting says them, with the example that docs/sap.md gives.
import { readFileSync } from "node:fs"
import { Option, Schema } from "effect"
import { expect, test } from "vitest"
import { SapPlants } from "../../../adapters/erp/sap/client.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"

const decode = Schema.decodeUnknownOption(SapPlants)

test("the example of the docs", () => {
  const page = readFileSync(new URL("../../../docs/sap.md", import.meta.url), "utf8")
  const example = /```json\n([\s\S]+?)```/.exec(page)?.[1]
  const plants = Option.getOrThrow(decode(example))
  expect(plants.get(PlantId.make("berlin"))).toMatchObject({ plant: "1010", storageLocation: "101A" })
  expect(plants.size).toBe(2)
})

test.each([
  '{"A": {"plant": "1010"}}',
  '{"A": {"plant": "10100", "storageLocation": "0001"}}',
  '{"A": {"plant": "1010", "storageLocation": "0001", "activities": {"laborTime": 7, "machineTime": 1}}}',
  '{"A": {"plant": "1010", "storageLocation": "0001"}, "B": {"plant": "1010", "storageLocation": "0001"}}',
  '{"A B": {"plant": "1010", "storageLocation": "0001"}}'
])("%s is refused", (text) => {
  expect(Option.isNone(decode(text))).toBe(true)
})
