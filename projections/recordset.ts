// Many rows as the parameters of one statement: an array for each column. Used by every projection.
// Measured against json_to_recordset, 18 columns: 7 against 14 to 24 µs of Postgres a row, the same in node.
import type { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"

/** Column → its type in SQL. */
export type Columns<Name extends string> = { readonly [Column in Name]: string }

/** A row that has these columns, perhaps others too; an absent one is null. */
export type Row<Name extends string> = { readonly [Column in Name]?: unknown }

/**
 * JSON without the escapes that a `jsonb` refuses: `\u0000` and lone surrogates. Every other escape is matched too, so
 * that a backslash of the text itself is never taken for the beginning of one.
 */
const json = (value: object): string => {
  const written = JSON.stringify(value)
  if (!written.includes("\\")) return written
  return written.replace(/\\(?:u0000|ud[89a-f]..|.)/g, (found) => (found.length > 2 ? "\uFFFD" : found))
}

/** What Postgres can't store is replaced, since one such text would stop the view for all. */
export const text = (value: unknown): string | null =>
  value === null || value === undefined
    ? null
    : typeof value === "object"
      ? json(value)
      : String(value).toWellFormed().replaceAll("\0", "\uFFFD")

/** An array of texts, with a type that the driver can tell also where all of it is null. */
const array = (values: ReadonlyArray<string | null>): ReadonlyArray<string | null> | string =>
  values.some((value) => value !== null) ? values : `{${values.map(() => "NULL").join(",")}}`

export const namesOf = <Name extends string>(columns: Columns<Name>): ReadonlyArray<Name> => {
  const names: Array<Name> = []
  for (const name in columns) names.push(name)
  return names
}

/** `unnest(…) as row (…)`, for a `from`. Every value goes as text and is cast; objects as JSON. */
export const recordset = <Name extends string>(
  sql: SqlClient.SqlClient,
  columns: Columns<Name>,
  rows: ReadonlyArray<Row<NoInfer<Name>>>
): Fragment => {
  const arrays = namesOf(columns).map(
    (name) => sql`${array(rows.map((row) => text(row[name])))}::${sql.literal(`${columns[name]}[]`)}`
  )
  return sql`unnest(${sql.csv(arrays)}) as row (${columnNames(sql, columns)})`
}

const quoted = (name: string) => `"${name}"`

/** The names, in the same order, for the list of an `insert`. */
export const columnNames = <Name extends string>(sql: SqlClient.SqlClient, columns: Columns<Name>): Fragment =>
  sql.literal(namesOf(columns).map(quoted).join(", "))

/** `name = excluded.name, …` for an upsert that takes the new row's values. */
export const takeExcluded = <Name extends string>(sql: SqlClient.SqlClient, columns: Columns<Name>): Fragment =>
  sql.literal(
    namesOf(columns)
      .map((name) => `${quoted(name)} = excluded.${quoted(name)}`)
      .join(", ")
  )
