// A peer: the event store that TypeScript projects take today. Appends alone: no broker, no decision, no traces. Used
// by the bench's scenarios.
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql"
import { Effect, Redacted } from "effect"
import { Pool } from "pg"
import type { MadeUpMessage } from "../../adapters/simulator/orders.ts"
import { WrongResult } from "../failure.ts"

/** Appends in flight, and connections. */
export const concurrency = 50

/** An order's messages one after the other: two appends at once to one stream would be a conflict. */
const shares = (messages: ReadonlyArray<MadeUpMessage>): ReadonlyArray<ReadonlyArray<MadeUpMessage>> => {
  const orders = new Map<string, number>()
  const each = Array.from({ length: concurrency }, (): Array<MadeUpMessage> => [])
  for (const message of messages) {
    const order = orders.get(message.orderId) ?? orders.size
    orders.set(message.orderId, order)
    each[order % concurrency]?.push(message)
  }
  return each
}

/** Events a second, one `appendToStream` each, to the stream of its order. */
export const emmettRate = (database: Redacted.Redacted, messages: ReadonlyArray<MadeUpMessage>) =>
  Effect.tryPromise({
    try: async () => {
      const connectionString = Redacted.value(database)
      const pool = new Pool({ connectionString, max: concurrency })
      // The database is dropped while its connections say goodbye.
      pool.on("error", () => undefined)
      const store = getPostgreSQLEventStore(connectionString, { connectionOptions: { pool } })
      await store.schema.migrate()
      const startedAt = performance.now()
      await Promise.all(
        shares(messages).map(async (share) => {
          for (const { orderId, type, body } of share) {
            await store.appendToStream(`order-${orderId}`, [{ type, data: body }])
          }
        })
      )
      const seconds = (performance.now() - startedAt) / 1_000
      const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from emt_messages")
      await store.close()
      await pool.end()
      if (rows[0]?.count !== messages.length) throw new Error(`${rows[0]?.count} events of ${messages.length}`)
      return messages.length / seconds
    },
    catch: (cause) => new WrongResult({ what: "Emmett", reason: String(cause) })
  })
