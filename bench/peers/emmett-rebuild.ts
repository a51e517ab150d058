// A peer: Emmett's own rebuild of a projection, of the same order messages as events in its own store. Used by the bench's
// scenarios.
import { setTimeout } from "node:timers/promises"
import type { Event } from "@event-driven-io/emmett"
import {
  getPostgreSQLEventStore,
  pongoSingleStreamProjection,
  rebuildPostgreSQLProjections
} from "@event-driven-io/emmett-postgresql"
import { Effect, Redacted } from "effect"
import { Pool } from "pg"
import type { MadeUpMessage } from "../../adapters/simulator/orders.ts"
import { WrongResult } from "../failure.ts"

/** No pause between batches, which are as large as it makes them by itself: larger ones are slower. */
const pulling = { pullingFrequencyInMs: 0 }

type OrderEvent = Event<
  "ProductionOrderReleased" | "OperationStarted" | "OperationConfirmed",
  { readonly [field: string]: unknown }
>

type OrderDocument = { readonly events: number; readonly released: boolean; readonly finals: number }

/** What is least to be known of an order: fewer columns than the view `orders` has. */
const orderDocuments = pongoSingleStreamProjection({
  collectionName: "orders",
  canHandle: ["ProductionOrderReleased", "OperationStarted", "OperationConfirmed"],
  initialState: (): OrderDocument => ({ events: 0, released: false, finals: 0 }),
  evolve: (document: OrderDocument, { data, type }: OrderEvent): OrderDocument => ({
    events: document.events + 1,
    released: document.released || type === "ProductionOrderReleased",
    finals: document.finals + (data.final === true ? 1 : 0)
  })
})

const isOfOrder = (type: string): type is OrderEvent["type"] =>
  type === "ProductionOrderReleased" || type === "OperationStarted" || type === "OperationConfirmed"

const eventsOf = (messages: ReadonlyArray<MadeUpMessage>): ReadonlyArray<OrderEvent> =>
  messages.flatMap(({ body, type }) => (isOfOrder(type) ? [{ type, data: { ...body } }] : []))

/**
 * One append after the other: its rebuild reads in the order of transactions and goes on after the last position, so of
 * what was appended at once it lost a sixth.
 */
const fill = async (store: ReturnType<typeof getPostgreSQLEventStore>, messages: ReadonlyArray<MadeUpMessage>) => {
  const orders = Map.groupBy(messages, ({ orderId }) => orderId)
  for (const [orderId, sent] of orders) await store.appendToStream(`order-${orderId}`, [...eventsOf(sent)])
  return orders.size
}

/** Its readers see no event while a transaction of any database of this server is older. */
const untilVisible = async (pool: Pool) => {
  while (true) {
    const { rows } = await pool.query<{ visible: boolean }>(
      "select bool_and(transaction_id < pg_snapshot_xmin(pg_current_snapshot())) as visible from emt_messages"
    )
    if (rows[0]?.visible === true) return
    await setTimeout(100)
  }
}

/** Events a second, from the projection's start to its last document. */
export const emmettRebuildRate = (database: Redacted.Redacted, messages: ReadonlyArray<MadeUpMessage>) =>
  Effect.tryPromise({
    try: async () => {
      const connectionString = Redacted.value(database)
      const pool = new Pool({ connectionString, max: 2 })
      // The database is dropped while its connections say goodbye.
      pool.on("error", () => undefined)
      const store = getPostgreSQLEventStore(connectionString, { connectionOptions: { pool } })
      await store.schema.migrate()
      const orders = await fill(store, messages)
      await untilVisible(pool)
      const consumer = rebuildPostgreSQLProjections({
        connectionString,
        projections: [orderDocuments],
        pulling
      })
      const startedAt = performance.now()
      await consumer.start()
      const seconds = (performance.now() - startedAt) / 1_000
      await consumer.close()
      const { rows } = await pool.query<{ documents: number; events: number }>(
        "select count(*)::int as documents, sum((data->>'events')::int)::int as events from orders"
      )
      await store.close()
      await pool.end()
      const [found] = rows
      if (found?.documents !== orders || found.events !== messages.length) {
        throw new Error(`${found?.documents} documents of ${orders}, ${found?.events} events of ${messages.length}`)
      }
      return messages.length / seconds
    },
    catch: (cause) => new WrongResult({ what: "Emmett's rebuild", reason: String(cause) })
  })
