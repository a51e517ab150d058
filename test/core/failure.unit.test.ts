// A failure as it is recorded: short, and of text that any store can hold.
import { describe, expect, it } from "vitest"
import { DataQualityIssue, recorded } from "../../core/failure.ts"

const issue = (value: string) => new DataQualityIssue({ field: "a\0", value, reason: "b\ud800", nextStep: "c\n" })

describe("A recorded failure", () => {
  it("holds no control characters and no lone surrogates", () => {
    expect(recorded(issue("x\x1b[2J\udc00 \u{1F600}"))).toEqual({
      class: "DataQualityIssue",
      field: "a\ufffd",
      value: "x\ufffd[2J\ufffd \u{1F600}",
      reason: "b\ufffd",
      nextStep: "c\ufffd"
    })
  })

  it("holds 200 characters of the value, never half a pair", () => {
    expect(recorded(issue(`${"x".repeat(199)}\u{1F600}`)).value).toBe(`${"x".repeat(199)}\ufffd`)
  })
})
