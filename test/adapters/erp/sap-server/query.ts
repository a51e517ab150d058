// OData V2's paths, predicates, filters and orders, as far as Traveler uses them; all else is refused. Used inside
// test/adapters/erp/sap-server.
import type { Given } from "./fields.ts"
import { malformed } from "./refusal.ts"

type Value = string | number | boolean | null

const literal =
  /^(?:'((?:[^']|'')*)'|guid'([0-9a-f-]{36})'|datetime'([0-9T:-]+)'|datetimeoffset'([0-9TZ:.-]+)'|(true|false)|(null))/i

const readLiteral = (text: string): { readonly value: Value; readonly rest: string } => {
  const match = literal.exec(text)
  if (match === null) throw malformed(`Invalid literal at ${text.slice(0, 30)}`)
  const [whole, quoted, guid, day, moment, flag, none] = match
  const rest = text.slice(whole.length)
  if (quoted !== undefined) return { value: quoted.replaceAll("''", "'"), rest }
  if (guid !== undefined) return { value: guid.toLowerCase(), rest }
  if (day !== undefined) return { value: Date.parse(`${day}Z`), rest }
  if (moment !== undefined) return { value: Date.parse(moment), rest }
  return { value: none === undefined ? flag === "true" : null, rest }
}

/** The value of a whole text. */
export const literalOf = (text: string): Value => {
  const { rest, value } = readLiteral(text)
  if (rest !== "") throw malformed(`Invalid literal ${text}`)
  return value
}

/** Text parameter of a function or of a key. */
export const textLiteral = (text: string | null | undefined, name: string): string => {
  if (text === null || text === undefined) throw malformed(`Parameter ${name} is missing: invalid`)
  const value = literalOf(text)
  if (typeof value !== "string") throw malformed(`Parameter ${name} is no text: invalid`)
  return value
}

type Test = (record: Given) => boolean

/** Undefined where it has none. */
const held = (value: unknown): string | number | boolean | undefined => {
  if (typeof value === "string") {
    const millis = /^\/Date\((\d+)(?:\+0000)?\)\/$/.exec(value)?.[1]
    return millis === undefined ? value : Number(millis)
  }
  return typeof value === "number" || typeof value === "boolean" ? value : undefined
}

const compare = (operator: string, field: string, value: Value): Test => {
  const test = (found: string | number | boolean): boolean => {
    if (value === null) return false
    switch (operator) {
      case "eq":
        return found === value
      case "gt":
        return found > value
      default:
        return found >= value
    }
  }
  return (record) => {
    if (!(field in record)) throw malformed(`Property ${field} is invalid in $filter`)
    const found = held(record[field])
    return found === undefined ? operator === "eq" && value === null : test(found)
  }
}

/** `a eq 'x' and (b gt … or b ge …)`: `and` binds closer than `or`. */
export const filterOf = (text: string): Test => {
  let rest = text
  const skip = (token: string): boolean => {
    if (!rest.trimStart().startsWith(token)) return false
    rest = rest.trimStart().slice(token.length)
    return true
  }
  const simple = (): Test => {
    if (skip("(")) {
      const inner = either()
      if (!skip(")")) throw malformed(`A ) is missing at ${rest}`)
      return inner
    }
    const [whole = "", field = "", operator = ""] = /^\s*(\w+) (eq|gt|ge) /.exec(rest) ?? []
    if (whole === "") throw malformed(`Invalid $filter at ${rest}`)
    const read = readLiteral(rest.slice(whole.length))
    rest = read.rest
    return compare(operator, field, read.value)
  }
  const both = (): Test => {
    let left = simple()
    while (skip("and ")) {
      const [before, after] = [left, simple()]
      left = (record) => before(record) && after(record)
    }
    return left
  }
  const either = (): Test => {
    let left = both()
    while (skip("or ")) {
      const [before, after] = [left, both()]
      left = (record) => before(record) || after(record)
    }
    return left
  }
  const test = either()
  if (rest.trim() !== "") throw malformed(`Invalid $filter at ${rest}`)
  return test
}

const rank = (value: unknown): string | number | boolean => held(value) ?? ""

/** By several fields, each rising. */
export const orderOf = (text: string) => {
  const fields = text.split(",")
  return (left: Given, right: Given): number => {
    for (const field of fields) {
      if (!(field in left)) throw malformed(`Property ${field} is invalid in $orderby`)
      const [one, other] = [rank(left[field]), rank(right[field])]
      if (one !== other) return one < other ? -1 : 1
    }
    return 0
  }
}

export interface Target {
  readonly set: string
  readonly key: ReadonlyMap<string, string> | undefined
}

/** `Set`, or `Set(Name='value',…)`. */
export const targetOf = (path: string): Target => {
  const [, set = "", predicate] = /^(\w+)(?:\((.*)\))?$/.exec(path) ?? []
  if (set === "") throw malformed(`Invalid path ${path}`)
  if (predicate === undefined) return { set, key: undefined }
  const key = new Map<string, string>()
  let rest = predicate
  while (rest !== "") {
    const [whole = "", name = ""] = /^,?(\w+)=/.exec(rest) ?? []
    if (whole === "") throw malformed(`Invalid key ${predicate}`)
    const { rest: after, value } = readLiteral(rest.slice(whole.length))
    key.set(name, String(value))
    rest = after
  }
  return { set, key }
}
