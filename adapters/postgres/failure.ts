// What Postgres says when it fails, as our own failures. Used in adapters/postgres and adapters/archive.
import type { SqlError } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"

const nextSteps: { readonly [reason: string]: string } = {
  ConnectionError: "It is tried again by itself; see whether Postgres is up and reachable (`traveler doctor`)",
  AuthenticationError: "Check user and password in TRAVELER_POSTGRES_URL",
  AuthorizationError: "Grant the application's role what the migrations grant it",
  SqlSyntaxError: "The tables aren't as this version needs them: run the migrations"
}

/** A failed statement on `subject`, with what Postgres itself said. */
export const technicalFailure =
  (subject: string) =>
  ({ reason }: SqlError.SqlError): TechnicalFailure => {
    const cause = reason.cause instanceof Error ? reason.cause.message : reason.message
    return new TechnicalFailure({
      field: subject,
      value: cause,
      reason: `Postgres: ${reason._tag}`,
      nextStep: nextSteps[reason._tag] ?? "It is tried again by itself; see the log of Postgres"
    })
  }
