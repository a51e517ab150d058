// Tryton's databases in a Postgres that is there: a template, made once, and copies of it. Only scripts/tryton may use it.
import { PgConnection } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"

/** Another name for another content: an older template is left to those who use it. */
export const template = "traveler_tryton_template_1"
export const draft = `${template}_draft`

/** One after the other, on one connection; the rows of the last. */
const execute = (url: string, database: string, statements: ReadonlyArray<string>): Promise<ReadonlyArray<object>> => {
  const place = new URL(url)
  place.pathname = `/${database}`
  return Effect.runPromise(
    PgConnection.make({ url: Redacted.make(place.href), connectTimeout: "5 seconds" }).pipe(
      Effect.flatMap((connection) => Effect.forEach(statements, (statement) => connection.query(statement))),
      Effect.map((results) => results.at(-1)?.rows ?? []),
      Effect.scoped
    )
  )
}

const maintain = (url: string, statement: string) => execute(url, "postgres", [statement])

export const exists = async (url: string, database: string): Promise<boolean> =>
  (await maintain(url, `select from pg_database where datname = '${database}'`)).length > 0

export const createEmpty = async (url: string, database: string): Promise<void> => {
  await drop(url, database)
  await maintain(url, `create database ${database} template template0 encoding 'UTF8' locale 'C'`)
}

export const copyTemplate = async (url: string, database: string): Promise<void> => {
  await maintain(url, `create database ${database} template ${template}`)
}

/** Only a whole one has the template's name. */
export const finishTemplate = async (url: string): Promise<void> => {
  await maintain(url, `alter database ${draft} rename to ${template}`)
}

export const drop = async (url: string, database: string): Promise<void> => {
  await maintain(url, `drop database if exists ${database} with (force)`)
}

const isKey = "reference ~ '/(group|goodsMovement|reversal)$'"

/**
 * Tryton knows no unique references. Texts that aren't posting keys are nobody's concern, and the number of what takes a
 * document back is there once. A lot of a product is one row, whoever makes it first.
 */
const indexes = [
  ...["in", "in_return", "out", "out_return", "internal"].map((name) => `stock_shipment_${name}`),
  "production"
]
  .flatMap((table) => [
    `create unique index if not exists ${table}_traveler_key on ${table} (company, reference) where ${isKey}`,
    `create unique index if not exists ${table}_traveler_reversal on ${table} (company, number) where number like 'reverses %'`
  ])
  .concat("create unique index if not exists stock_lot_traveler_number on stock_lot (product, number)")

export const addIndexes = async (url: string, database: string): Promise<void> => {
  await execute(url, database, indexes)
}

const catalogs = [
  "pg_class",
  "pg_attribute",
  "pg_constraint",
  "pg_index",
  "pg_depend",
  "pg_attrdef",
  "pg_type",
  "pg_namespace"
]

/**
 * While Tryton makes its tables it asks the catalogs thousands of times, and Postgres, which hasn't looked at them yet,
 * plans that badly: 67 seconds without this, 22 with it.
 */
export const analysing = async <A>(url: string, database: string, work: () => Promise<A>): Promise<A> => {
  let goesOn = true
  const statements = catalogs.map((name) => `analyze pg_catalog.${name}`)
  const loop = async (): Promise<void> => {
    while (goesOn) {
      await execute(url, database, statements).catch(() => [])
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
  const analyser = loop()
  try {
    return await work()
  } finally {
    goesOn = false
    await analyser
  }
}
