// A line that is written says what it was given, to any reader of CSV, and runs nothing in a spreadsheet.
import { parse } from "csv-parse/sync"
import fc from "fast-check"
import { expect, it } from "vitest"
import { csvLine } from "../../adapters/csv-line.ts"

it("comes back as it was", () => {
  const unit = fc.constantFrom("a", "0", "=", '"', ",", "\n", "\r", "\t", " ", "'", "é", "😀")
  const text = fc.string({ unit }).filter((text) => !/^[=+\-@\t\r]/.test(text))
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
      expect(parse(csvLine(cells), { record_delimiter: "\r\n" })).toEqual([cells])
    }),
    { numRuns: 100 }
  )
})

it.each([
  ["=1+1", "'=1+1\r\n"],
  ["+49 731", "'+49 731\r\n"],
  ["@SUM(A1)", "'@SUM(A1)\r\n"],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"\r\n`],
  ["-2+3", "'-2+3\r\n"],
  ["-12.5", "-12.5\r\n"],
  ["\tx", "'\tx\r\n"]
])("%j is written as %j", (text, line) => {
  expect(csvLine([text])).toBe(line)
})

it("keeps nothing apart from an empty text", () => {
  expect(csvLine([undefined, null, "", false, 0])).toBe(',,"",false,0\r\n')
})
