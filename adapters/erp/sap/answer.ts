// What OData V2 answers look like: envelopes, dates, and SAP's own words for what it refuses. Used inside adapters/erp/sap,
// where each answer is decoded.
import { Option, Schema } from "effect"
import { DecimalFromText } from "../../../core/plant/quantity.ts"

const datePattern = /^\/Date\((-?\d{1,15})([+-]\d{4})?\)\/$/

/** Edm.DateTime and Edm.DateTimeOffset in JSON: milliseconds since 1970, UTC. */
export const SapTime = Schema.String.pipe(
  Schema.check(Schema.isPattern(datePattern, { message: "Expected /Date(milliseconds)/" }))
)

/** Milliseconds since 1970. */
export const millisOf = (time: string): number => Number(datePattern.exec(time)?.[1] ?? 0)

const digitsPattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/

/** A time as 14 digits, to the second; empty, or all zeros, where there is none. */
export const SapDigits = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^(\d{14})?$/, { message: "Expected 14 digits of a time" }))
)

/** Milliseconds since 1970; 0 where there is none. */
export const millisOfDigits = (digits: string): number => {
  const [, year, month, day, hour, minute, second] = (digitsPattern.exec(digits) ?? []).map(Number)
  return year === undefined || year === 0 ? 0 : Date.UTC(year, (month ?? 1) - 1, day, hour, minute, second)
}

export const digitsOf = (millis: number): string => new Date(millis).toISOString().replace(/\D/g, "").slice(0, 14)

/** A flag of an order: `X` or nothing. */
export const SapFlag = Schema.Literals(["", "X"])

/** `yyyy-mm-dd`. */
export const dayOf = (time: string): string => new Date(millisOf(time)).toISOString().slice(0, 10)

const timeOfDayPattern = /^PT(\d{2})H(\d{2})M(\d{2})S$/

/** Edm.Time in JSON. */
export const SapTimeOfDay = Schema.String.pipe(
  Schema.check(Schema.isPattern(timeOfDayPattern, { message: "Expected a time of day as PT00H00M00S" }))
)

/** When something was entered: of a day, and a time of it. */
export const enteredAt = (day: string, time: string): number => {
  const [, hours = 0, minutes = 0, seconds = 0] = (timeOfDayPattern.exec(time) ?? []).map(Number)
  return millisOf(day) + ((hours * 60 + minutes) * 60 + seconds) * 1_000
}

/** Of a day `yyyy-mm-dd`, in a body. */
export const sapDay = (day: string): string => `/Date(${Date.parse(`${day}T00:00:00Z`)})/`

/** Edm.Decimal: always text. */
export const SapDecimal = DecimalFromText

export const Metadata = Schema.Struct({ etag: Schema.optionalKey(Schema.String) })

export const results = <A extends Schema.Top>(of: A) => Schema.Struct({ results: Schema.Array(of) })

/** One entity. */
export const one = <A extends Schema.Top>(of: A) => Schema.fromJsonString(Schema.Struct({ d: of }))
export const many = <A extends Schema.Top>(of: A) => one(results(of))

const Text = Schema.Union([Schema.String, Schema.Struct({ value: Schema.String })])

const Detail = Schema.Struct({
  code: Schema.String,
  message: Schema.String,
  propertyref: Schema.optionalKey(Schema.String),
  severity: Schema.optionalKey(Schema.String)
})

const ErrorBody = Schema.fromJsonString(
  Schema.Struct({
    error: Schema.Struct({
      code: Schema.String,
      message: Text,
      innererror: Schema.optionalKey(Schema.Struct({ errordetails: Schema.optionalKey(Schema.Array(Detail)) }))
    })
  })
)

export interface SapMessage {
  /** Message class and number, `M7/053`; a gateway's own otherwise. */
  readonly code: string
  readonly text: string
  /** The field that it is about, where it says so. */
  readonly field: string | undefined
}

const decodeError = Schema.decodeUnknownOption(ErrorBody)

/** Warnings and infos refuse nothing. */
const isError = ({ severity = "error" }: typeof Detail.Type): boolean => severity === "error" || severity === "abort"

/** All that SAP says, the error first, then its details; undefined where the answer isn't SAP's own. */
export const messagesIn = (body: string): ReadonlyArray<SapMessage> | undefined => {
  const decoded = Option.getOrUndefined(decodeError(body))
  if (decoded === undefined) return undefined
  const { code, innererror, message } = decoded.error
  const details = innererror?.errordetails ?? []
  return [
    { code, text: typeof message === "string" ? message : message.value, field: undefined },
    ...details.filter(isError).map((detail) => ({
      code: detail.code,
      text: detail.message,
      field: detail.propertyref === "" ? undefined : detail.propertyref
    }))
  ]
}
