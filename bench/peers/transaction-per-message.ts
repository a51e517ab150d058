// A peer: the consumer that most people write. One transaction a message with `pg`, then the acknowledgement; no
// validation, no traces. Used by the bench's scenarios.
import { Effect, Redacted } from "effect"
import { Pool, type PoolClient } from "pg"
import { type AsyncMessage, Connection } from "rabbitmq-client"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { WrongResult } from "../failure.ts"

/** Messages in hand, and connections: more of them were no faster on two cores, they wait for the same disk. */
export const concurrency = 20

const tables = `
create table handled_message (message_id text primary key);
create table order_state (order_id text primary key, version int not null, last jsonb not null);
create table order_event (
  id bigserial primary key,
  order_id text not null,
  version int not null,
  type text not null,
  data jsonb not null,
  recorded_at timestamptz not null default now(),
  unique (order_id, version)
)`

/** $1 message id; no row where it was handled before. */
const markHandled = "insert into handled_message (message_id) values ($1) on conflict do nothing returning message_id"

/** $1 order, $2 the report; gives the order's new version, and keeps others of that order waiting. */
const updateState = `
insert into order_state (order_id, version, last) values ($1, 1, $2)
on conflict (order_id) do update set version = order_state.version + 1, last = excluded.last
returning version`

/** $1 order, $2 version, $3 type, $4 the report. */
const insertEvent = "insert into order_event (order_id, version, type, data) values ($1, $2, $3, $4)"

const inTransaction = async (client: PoolClient, { messageId, correlationId, type, body }: AsyncMessage) => {
  await client.query("begin")
  const handled = await client.query(markHandled, [messageId])
  if (handled.rowCount === 1) {
    const { rows } = await client.query<{ version: number }>(updateState, [correlationId, body])
    await client.query(insertEvent, [correlationId, rows[0]?.version, type, body])
  }
  await client.query("commit")
}

const handle = async (pool: Pool, message: AsyncMessage): Promise<void> => {
  const client = await pool.connect()
  try {
    await inTransaction(client, message)
  } catch (cause) {
    await client.query("rollback")
    throw cause
  } finally {
    client.release()
  }
}

/** Messages a second, from a queue that holds so many. */
export const transactionPerMessageRate = (options: {
  readonly database: Redacted.Redacted
  readonly broker: Redacted.Redacted
  readonly plant: PlantId
  readonly messages: number
}) =>
  Effect.tryPromise({
    try: async () => {
      const { messages } = options
      const pool = new Pool({ connectionString: Redacted.value(options.database), max: concurrency })
      // The database is dropped while its connections say goodbye.
      pool.on("error", () => undefined)
      const connection = new Connection(Redacted.value(options.broker))
      connection.on("error", () => undefined)
      await pool.query(tables)
      const startedAt = performance.now()
      let handled = 0
      await new Promise<void>((resolve, reject) => {
        const consumer = connection.createConsumer(
          {
            queue: inboundQueue(options.plant),
            queueOptions: { passive: true },
            qos: { prefetchCount: concurrency * 2 },
            concurrency
          },
          async (message) => {
            await handle(pool, message)
            if (++handled === messages) setImmediate(() => consumer.close().then(resolve, reject))
          }
        )
        consumer.on("error", reject)
      })
      const seconds = (performance.now() - startedAt) / 1_000
      const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from order_event")
      await connection.close()
      await pool.end()
      if (rows[0]?.count !== messages) throw new Error(`${rows[0]?.count} events of ${messages} messages`)
      return messages / seconds
    },
    catch: (cause) => new WrongResult({ what: "transaction per message", reason: String(cause) })
  })
