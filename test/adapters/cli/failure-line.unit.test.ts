// What a person reads when a command fails: one line, whatever went wrong.
import { Cause } from "effect"
import { CliError } from "effect/cli"
import { SqlError } from "effect/sql"
import { describe, expect, it } from "vitest"
import { failureLine } from "../../../adapters/cli/failure-line.ts"
import { WrongSetting } from "../../../adapters/setting.ts"
import { BusinessRuleViolation, DataQualityIssue, TechnicalFailure } from "../../../core/failure.ts"

const lineOf = (error: unknown) => failureLine(Cause.fail(error))

describe("a failure is one line: field, value, reason, next step", () => {
  const fields = { field: "id", value: "7", reason: "There is no such case", nextStep: "See the list" }
  it.each([new TechnicalFailure(fields), new DataQualityIssue(fields), new BusinessRuleViolation(fields)])(
    "$_tag",
    (failure) => {
      expect(lineOf(failure)).toBe("id 7: There is no such case. See the list")
    }
  )

  it("without a value, and over several lines", () => {
    const failure = new TechnicalFailure({
      field: "services",
      value: "",
      reason: "No Postgres.\n  tried: x",
      nextStep: "Go"
    })
    expect(lineOf(failure)).toBe("services: No Postgres.; tried: x. Go")
  })

  it("a wrong setting", () => {
    expect(lineOf(new WrongSetting({ name: "TRAVELER_PREFETCH", expected: "a whole number", found: "x" }))).toBe(
      "TRAVELER_PREFETCH x: Expected a whole number. See docs/configuration.md"
    )
  })

  it("a database's answer, with what the driver said", () => {
    const reason = new SqlError.UnknownError({ cause: new Error("relation is missing"), message: "Failed to execute" })
    expect(lineOf(new SqlError.SqlError({ reason }))).toMatch(/^\S+: Failed to execute: relation is missing\. See: /)
  })

  it("a defect, without its stack", () => {
    expect(failureLine(Cause.die(new Error("Broken")))).toBe("Error: Broken. See: npm run traveler -- doctor")
  })

  it("a wrong command line", () => {
    const errors = [new CliError.MissingArgument({ argument: "id" })]
    expect(lineOf(new CliError.ShowHelp({ commandPath: ["traveler", "order", "show"], errors }))).toBe(
      "traveler order show: Missing required argument: id. See: npm run traveler -- order show --help"
    )
  })
})

it("nothing is told of an interrupt, nor of help that was asked for", () => {
  expect(failureLine(Cause.interrupt())).toBeUndefined()
  expect(lineOf(new CliError.ShowHelp({ commandPath: ["traveler"], errors: [] }))).toBeUndefined()
})
