// What Tryton answers over JSON-RPC, and its typed values. Used inside adapters/erp/tryton, where each answer is decoded.
import { Schema } from "effect"

/** It answers 200 to nearly everything: with a result, or with an error's type and its arguments. */
export const Answered = Schema.fromJsonString(
  Schema.Union([
    Schema.Struct({ error: Schema.Array(Schema.Unknown) }),
    Schema.Struct({ result: Schema.optionalKey(Schema.Unknown) })
  ])
)

/** Decimals (prices) have a type of their own; quantities are plain numbers. */
export const TrytonDecimal = Schema.Struct({ __class__: Schema.Literal("Decimal"), decimal: Schema.String })

export const TrytonDate = Schema.Struct({
  __class__: Schema.Literal("date"),
  year: Schema.Int,
  month: Schema.Int,
  day: Schema.Int
})
export type TrytonDate = typeof TrytonDate.Type

/** UTC; set within the transaction, so others may see it late. */
export const TrytonTime = Schema.Struct({
  __class__: Schema.Literal("datetime"),
  year: Schema.Int,
  month: Schema.Int,
  day: Schema.Int,
  hour: Schema.Int,
  minute: Schema.Int,
  second: Schema.Int,
  microsecond: Schema.Int
})
export type TrytonTime = typeof TrytonTime.Type

const padded = (number: number, digits: number): string => String(number).padStart(digits, "0")

export const dayOf = ({ day, month, year }: TrytonDate): string =>
  `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`

/** Of a text `yyyy-mm-dd`. */
export const dateOf = (text: string): TrytonDate => {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number)
  return { __class__: "date", year, month, day }
}

/** With all its microseconds, so that texts sort as the times do. */
export const textOf = ({ day, hour, microsecond, minute, month, second, year }: TrytonTime): string =>
  `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T` +
  `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}.${padded(microsecond, 6)}Z`

/** Of the milliseconds since 1970. */
export const timeOf = (millis: number): TrytonTime => {
  const date = new Date(millis)
  return {
    __class__: "datetime",
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1_000
  }
}

export const decimalOf = (text: string): typeof TrytonDecimal.Type => ({ __class__: "Decimal", decimal: text })
