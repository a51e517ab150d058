// The port `TableCopy` on Postgres. Effect's client has no `copy`, so this has connections of `pg`. Used by the
// composition root and by tests.
import { once } from "node:events"
import { Effect, Layer, Redacted } from "effect"
import { Pool, type PoolClient } from "pg"
import { from } from "pg-copy-streams"
import { messageOf, TechnicalFailure } from "../../core/failure.ts"
import type { CopiedRows } from "../../projections/copied-rows.ts"
import { TableCopy } from "../../projections/rebuild/table-copy.ts"

const connections = 4

const quoted = (name: string) => `"${name}"`

const write = async (client: PoolClient, schema: string, { columns, lines, table }: CopiedRows) => {
  if (lines === "") return
  const target = `${quoted(schema)}.${quoted(table)} (${columns.map(quoted).join(", ")})`
  const stream = client.query(from(`copy ${target} from stdin`))
  stream.end(lines)
  await once(stream, "finish")
}

/** A commit needn't wait for the disk: a crash takes back the last rows with the progress that counts them. */
const copy = async (pool: Pool, schema: string, tables: ReadonlyArray<CopiedRows>) => {
  const client = await pool.connect()
  try {
    await client.query("begin; set local synchronous_commit = off")
    for (const table of tables) await write(client, schema, table)
    await client.query("commit")
    client.release()
  } catch (cause) {
    // Not given to anyone else, whatever state it is in: Postgres rolls back what it had begun.
    client.release(true)
    throw cause
  }
}

export const tableCopyLayer = (url: Redacted.Redacted) =>
  Layer.effect(
    TableCopy,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => {
          const pool = new Pool({
            connectionString: Redacted.value(url),
            max: connections,
            application_name: "traveler rebuild",
            connectionTimeoutMillis: 5_000
          })
          // One that is lost while it is idle is replaced when it is needed.
          pool.on("error", () => undefined)
          // One that is lost at work fails what it was at, and would end the process besides where nobody listens.
          pool.on("connect", (client) => void client.on("error", () => undefined))
          return pool
        }),
        (pool) => Effect.promise(() => pool.end())
      ),
      (pool) => ({
        copy: (schema, tables) =>
          Effect.tryPromise({
            try: () => copy(pool, schema, tables),
            catch: (cause) =>
              new TechnicalFailure({
                field: `tables of ${schema}`,
                value: messageOf(cause),
                reason: "Postgres didn't take the rows of a rebuild",
                nextStep: "Run the command again: it goes on where it was"
              })
          })
      })
    )
  )
