// The page of what ERPs refuse: all that can go wrong, and the code of each refusal that the sandbox's contract has.
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { RefusalCode } from "../../../adapters/erp/sandbox/contract.ts"

const page = readFileSync("docs/refusals.md", "utf8")

it("has each of the twenty-two rows once, in order", () => {
  const rows = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row))
  expect(rows).toEqual(Array.from({ length: 22 }, (_, index) => index + 1))
})

it.each(RefusalCode.literals)("names %s", (code) => {
  expect(page).toContain(`\`${code}\``)
})
