// Asks one Postgres whether it answers, and sees to the database that the URL names.
// Only scripts/services and test/harness may use it.
import { PgConnection } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { messageOf } from "./ladder.ts"

export type PostgresAnswer =
  | { readonly is: "ready"; readonly version: string }
  | { readonly is: "starting" }
  /** Something answers there, but not to us. */
  | { readonly is: "refusing"; readonly reason: string }
  | { readonly is: "absent"; readonly reason: string }

/** UTF-8 and byte order, whatever the machine's locale was when the server was installed. */
const createDatabase = (name: string): string =>
  `create database "${name.replaceAll('"', '""')}" template template0 encoding 'UTF8' locale 'C'`

const firstValue = (url: string, statement: string): Promise<unknown> =>
  Effect.runPromise(
    PgConnection.make({ url: Redacted.make(url), connectTimeout: "5 seconds" }).pipe(
      Effect.flatMap((connection) => connection.query(statement)),
      Effect.timeout("20 seconds"),
      Effect.map((result) => Object.values(result.rows[0] ?? {})[0]),
      Effect.scoped
    )
  )

/** Every cause of a failure, outermost first: the code that tells what happened is in the innermost. */
const causes = (failure: unknown): ReadonlyArray<Error> =>
  failure instanceof Error ? [failure, ...causes(failure.cause)] : []

const codeOf = (failure: unknown): string | undefined =>
  causes(failure)
    .map((cause) => ("code" in cause ? cause.code : undefined))
    .find((code) => typeof code === "string")

const reasonOf = (failure: unknown): string => causes(failure).at(-1)?.message ?? messageOf(failure)

/** What the socket says (ECONNREFUSED); a server that asks for a password that we don't have leaves no code at all. */
const isUnreachable = (code: string | undefined): boolean => code !== undefined && /^E[A-Z]{3,}$/.test(code)

const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1))

/** The same server and user, at the database that is always there. */
const maintenance = (url: string): string => {
  const other = new URL(url)
  other.pathname = "/postgres"
  return other.href
}

const isDuplicate = (failure: unknown): boolean => ["42P04", "23505"].includes(codeOf(failure) ?? "")

/** Two runs may see at once that the database is missing; the second to make it finds it made. */
const makeDatabase = async (url: string): Promise<void> => {
  try {
    await firstValue(maintenance(url), createDatabase(databaseOf(url)))
  } catch (failure) {
    if (!isDuplicate(failure)) throw failure
  }
}

const answerOf = (failure: unknown): PostgresAnswer => {
  const code = codeOf(failure)
  if (code === "57P03") return { is: "starting" }
  return { is: isUnreachable(code) ? "absent" : "refusing", reason: reasonOf(failure) }
}

/** Connects to the database that `url` names; makes it where it is missing. */
export const askPostgres = async (url: string, mayCreate = true): Promise<PostgresAnswer> => {
  try {
    const version = String(await firstValue(url, "show server_version"))
    return { is: "ready", version: version.split(" ")[0] ?? version }
  } catch (failure) {
    if (codeOf(failure) !== "3D000" || !mayCreate) return answerOf(failure)
  }
  try {
    await makeDatabase(url)
  } catch (failure) {
    return answerOf(failure)
  }
  return askPostgres(url, false)
}
