// `traveler replay projection` as a process: killed at random points and run again it ends where one run would have, and
// its exit code says whether a view differs.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { expect } from "vitest"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { journalTables } from "../../../adapters/postgres/database.ts"
import { journalLayer } from "../../../adapters/postgres/journal.ts"
import { chance } from "../../../adapters/simulator/random.ts"
import { startReceiver } from "../../../adapters/telemetry/receiver/start.ts"
import { silentTracer } from "../../../adapters/telemetry/silent.ts"
import { encode } from "../../../core/journal/codec.ts"
import { eventHash, genesis } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import { OperationId, OrderId } from "../../../core/plant/identifiers.ts"
import { Tracer } from "../../../core/port/tracer.ts"
import { makeProjectionTables } from "../../../projections/index.ts"
import { orders } from "../../../projections/orders/orders.ts"
import { differences } from "../../../projections/rebuild/compare.ts"
import { followUpTo } from "../../../projections/rebuild/follow.ts"
import { temporaryDatabase } from "../../harness/database.ts"
import { receivedSpans } from "../../harness/otlp.ts"
import { type Plant, traveler } from "../../harness/processes.ts"
import { order, quantity, Writer } from "../../projections/events.ts"

const partitions = 4
const orderCount = 3_000
const kills = 2
const longestMillis = 300

/** A start and two confirmations each, the orders in turns. */
const history = () => {
  const writer = new Writer(partitions)
  for (const round of [0, 1, 2]) {
    for (let number = 0; number < orderCount; number++) {
      const name = `PO-${number}`
      const about = { orderId: OrderId.make(name), operationId: OperationId.make("OP10") }
      writer.write(
        order(name),
        round === 0
          ? { type: "OperationStarted", data: about }
          : {
              type: "OperationConfirmed",
              data: { ...about, posting: "requested", yield: quantity(String(number + 1)) }
            }
      )
    }
  }
  return writer
}

/** Appends it as the partitions' owners would have. */
const append = Effect.fnUntraced(function* ({ events }: Writer) {
  const journal = yield* Journal
  for (let partition = 0; partition < partitions; partition++) {
    const keys = new Map<StreamName, number>()
    let hash: Uint8Array = genesis
    const rows = events
      .filter((event) => event.partition === partition)
      .map(({ data, metadata, offset, part, recordedAt, stream, type, version }) => {
        const key = keys.get(stream) ?? keys.size + 1
        keys.set(stream, key)
        const content = encode({ metadata, ...(part === undefined ? {} : { part }), data })
        const row = { partition, offset, key, stream, version, type, schemaVersion: 1, recordedAt, content }
        hash = eventHash(hash, row)
        return { ...row, hash }
      })
    const newStreams = Array.from(keys, ([name, key]) => ({ key, name }))
    yield* journal.append({ partition, rows, contents: [], newStreams, raw: [] })
  }
})

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-rebuild-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** Kills the command some time after its first word; whether it was still at work. */
const killed = ({ environment }: Plant, afterMillis: number) =>
  Effect.callback<boolean>((resume) => {
    const main = join(import.meta.dirname, "../../../scripts/traveler.mjs")
    const child = spawn(process.execPath, [main, "replay", "projection", "orders"], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"]
    })
    child.stderr.on("data", (bytes: Buffer) => {
      if (/^orders: /m.test(bytes.toString())) setTimeout(() => child.kill("SIGKILL"), afterMillis)
    })
    child.once("exit", (_, signal) => resume(Effect.succeed(signal === "SIGKILL")))
  })

it.live(
  "goes on where it was killed, and says with its exit code whether a view differs",
  () =>
    Effect.gen(function* () {
      const seed = Math.floor(Math.random() * 1e6)
      process.stderr.write(`Killed by seed ${seed}\n`)
      const random = chance(seed)
      const url = yield* temporaryDatabase
      const databaseUrl = Redacted.value(url)
      const file = join(yield* directory, "traces.json")
      const { endpoint } = yield* startReceiver({ file, port: 0 })
      const environment = {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        TRAVELER_POSTGRES_URL: databaseUrl,
        TRAVELER_BROKER_URL: "memory",
        TRAVELER_PARTITIONS: String(partitions)
      }
      const plant: Plant = { environment, databaseUrl, brokerUrl: "memory", erpOrigin: "" }
      const storage = Layer.merge(journalLayer, Layer.succeed(Tracer, silentTracer)).pipe(
        Layer.provideMerge(journalTables({ partitions })),
        Layer.provideMerge(clientLayer(url))
      )
      yield* Effect.gen(function* () {
        const journal = yield* Journal
        const sql = yield* SqlClient.SqlClient
        yield* makeProjectionTables(partitions)
        yield* append(history())
        yield* followUpTo(orders, yield* journal.heads, () => Effect.void)
        let wasKilled = true
        for (let kill = 0; kill < kills && wasKilled; kill++) {
          wasKilled = yield* killed(plant, random.between(0, longestMillis))
        }
        const [exchanged] = yield* sql`select from pg_namespace where nspname = 'orders_before'`
        if (exchanged === undefined) {
          const told = JSON.parse(yield* traveler(plant, "replay", "projection", "orders", "--json"))
          expect(told).toMatchObject({ view: "orders", events: orderCount * 3, resumed: true, kept: "orders_before" })
        }
        expect(yield* sql`select from orders.order_report`).toHaveLength(orderCount * 3)
        expect(yield* differences("orders_before", "orders")).toEqual([])
        expect(yield* sql`select from pg_tables where schemaname = 'orders' and tablename like 'rebuild%'`).toEqual([])

        yield* sql`update orders.order_view set status = 'Closed' where order_id = 'PO-7'`
        const differing = yield* Effect.flip(traveler(plant, "replay", "projection", "orders", "--verify"))
        expect(differing.message).toContain("orders --verify: 1\n")
        expect(differing.message).toContain('plant-1 PO-7: differs\n    status: live "Closed", rebuilt "Running"')
        const spans = receivedSpans(file).filter(({ name }) => name === "replay orders")
        expect(spans.flatMap(({ links }) => links).length).toBeGreaterThanOrEqual(orderCount * 3)
        expect(yield* traveler(plant, "replay", "projection", "orders", "--drop-old")).toBe(
          "orders_before is dropped.\n"
        )
      }).pipe(Effect.provide(storage))
    }).pipe(Effect.scoped),
  60_000
)
