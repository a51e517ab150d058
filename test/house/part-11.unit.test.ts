// docs/part-11.md: each test that it names exists, and each demand is met by one or says for what it waits.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { root } from "../../scripts/places.mjs"

const page = readFileSync(join(root, "docs/part-11.md"), "utf8")

it("names tests that exist", () => {
  const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = ""]) => path)
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

it("has a test for each demand, or says that it waits for authenticated users", () => {
  const rows = page.split("\n").filter((line) => /^\| (11\.|\d)/.test(line))
  expect(rows.length).toBeGreaterThan(30)
  expect(rows.filter((row) => !/`test\//.test(row) && !row.includes("Waits for authenticated users"))).toEqual([])
})
