// JSON of an EPCIS document as it came, and as it goes: a number keeps its text, so that no digit is lost to a float and
// `0.1000` is written back as it was. Used inside adapters/epcis.

/** A number by its source text. */
export class NumberText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Json = null | boolean | string | NumberText | ReadonlyArray<Json> | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText)

/** What may be one or many: JSON-LD's containers say a single one without its array. */
export const each = (value: Json | undefined): ReadonlyArray<Json> =>
  value === undefined ? [] : isArray(value) ? value : [value]

const isArray = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

/** Throws as `JSON.parse` does. */
export const parseJson = (text: string): Json =>
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? new NumberText(context?.source ?? String(value)) : value
  )

/** Its keys in the order they have; the same bytes for the same value. */
export const writeJson = (value: Json): string => {
  if (value instanceof NumberText) return value.text
  if (isArray(value)) return `[${value.map(writeJson).join(",")}]`
  if (!isObject(value)) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`)
    .join(",")}}`
}
