// The statement that finds raw bytes by their SHA-256. Used by `journal.ts`.
import type { SqlClient } from "effect/sql"

/** `bytes` is null where they were redacted. */
export const rawByDigest = (sql: SqlClient.SqlClient, digest: Uint8Array) =>
  sql<{ readonly bytes: Uint8Array | null }>`select bytes from raw where hash = ${digest}`
