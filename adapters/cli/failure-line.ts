// What went wrong, in the one line that a person reads: `field value: reason. nextStep`. Used by `main.ts`.
import { Cause } from "effect"
import { CliError } from "effect/cli"
import { BusinessRuleViolation, DataQualityIssue, type Failure, TechnicalFailure } from "../../core/failure.ts"
import { WrongSetting } from "../setting.ts"

type Told = Pick<Failure, "field" | "value" | "reason" | "nextStep">

const isFailure = (error: unknown): error is Failure =>
  error instanceof TechnicalFailure || error instanceof BusinessRuleViolation || error instanceof DataQualityIssue

const usage = ({ commandPath, errors }: CliError.ShowHelp): Told => ({
  field: commandPath.join(" "),
  value: "",
  reason: errors.map(({ message }) => message).join("; "),
  nextStep: `See: npm run traveler -- ${[...commandPath.slice(1), "--help"].join(" ")}`
})

/** From the outermost to what lies beneath: a driver's error says more than that a statement failed. */
const messages = (error: unknown): ReadonlyArray<string> =>
  error instanceof Error ? [error.message, ...messages(error.cause)] : []

const unforeseen = (error: unknown): Told => ({
  field: error instanceof Error ? error.name : "error",
  value: "",
  reason: [...new Set(messages(error))].join(": ") || String(error),
  nextStep: "See: npm run traveler -- doctor"
})

const told = (error: unknown): Told => {
  if (isFailure(error)) return error
  if (error instanceof WrongSetting) {
    const { expected, found = "", name } = error
    return { field: name, value: found, reason: `Expected ${expected}`, nextStep: "See docs/configuration.md" }
  }
  if (CliError.isCliError(error) && error._tag === "ShowHelp") return usage(error)
  return unforeseen(error)
}

const inOneLine = (text: string): string => text.replaceAll(/\s*[\r\n]+\s*/g, "; ").trim()

const asSentence = (text: string): string => inOneLine(text).replace(/[.;:]$/, "")

/** Undefined where nothing has to be told: someone ended the command, or only asked how it is used. */
export const failureLine = (cause: Cause.Cause<unknown>): string | undefined => {
  if (Cause.hasInterruptsOnly(cause)) return undefined
  const error = Cause.squash(cause)
  if (CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length === 0) return undefined
  const { field, nextStep, reason, value } = told(error)
  const about = inOneLine(value === "" ? field : `${field} ${value}`)
  return `${about}: ${asSentence(reason)}. ${inOneLine(nextStep)}`
}
