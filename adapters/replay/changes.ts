// Two states held against each other, field by field. Pure. Used by `replay`.
import { Predicate } from "effect"

/** A value of a state by its path: `operations.10.quantities.EA.good`. */
export interface Change {
  readonly field: string
  /** Null where there was no such field, or nothing in it. */
  readonly before: Value
  readonly after: Value
}
type Value = string | number | boolean | null
export type Fields = ReadonlyMap<string, Value>

/** What a row of a state is known by among its like, so that another one before it doesn't move it. */
const names = ["operationId", "item", "location", "unit"]

/** A row by its names, and what else it holds. */
const labelled = (row: unknown, index: number): readonly [label: string, rest: unknown] => {
  if (!Predicate.isObject(row)) return [String(index), row]
  const [known, rest] = [new Map(Object.entries(row)), new Map(Object.entries(row))]
  const label = names.flatMap((name) => (rest.delete(name) ? [String(known.get(name))] : []))
  return label.length === 0 ? [String(index), row] : [label.join(" "), Object.fromEntries(rest)]
}

const partsOf = (value: unknown): ReadonlyArray<readonly [string, unknown]> | undefined => {
  if (Array.isArray(value)) return value.map(labelled)
  return Predicate.isObject(value) && !(value instanceof Date) ? Object.entries(value) : undefined
}

const leafOf = (value: unknown): Value => {
  if (value instanceof Date) return value.toISOString()
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null
}

/** Every value in it; what is null or absent isn't there. */
export const fieldsOf = (state: unknown): Fields => {
  const fields = new Map<string, Value>()
  const walk = (value: unknown, path: string): void => {
    const parts = partsOf(value)
    if (parts !== undefined) for (const [name, part] of parts) walk(part, path === "" ? name : `${path}.${name}`)
    else if (value !== null && value !== undefined) fields.set(path, leafOf(value))
  }
  walk(state, "")
  return fields
}

/** In the order of the fields' names, so that two equal pairs of states give the same text. */
export const changesBetween = (before: unknown, after: unknown): ReadonlyArray<Change> => {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((field) => ({ field, before: old.get(field) ?? null, after: now.get(field) ?? null }))
    .filter((change) => change.before !== change.after)
}
