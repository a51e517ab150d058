// The release runner in a process that is killed (-9) at every step, between what it did in the world and its word to the
// order: the MES gets one command of each kind, and the ERP hears of the order once. Postgres itself holds the process at the
// place where it is killed, so that each window is certain.
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as RabbitBroker from "../../../adapters/rabbitmq/broker.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { genesis } from "../../../core/journal/hash.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { Broker } from "../../../core/port/broker.ts"
import { Door } from "../../../core/port/door.ts"
import * as floor from "../../actors/order/floor.ts"
import { policy } from "../../actors/order/releasing.ts"
import { virtualHost } from "../../harness/broker.ts"
import { DatabaseUrl } from "../erp/database.ts"
import { eventually } from "../erp/posting.ts"
import { Sandbox, sandboxWorld } from "../erp/sandbox.ts"
import { mesOf } from "./mes.ts"
import { historyOf, makeHistory, orderDoor, showToViews } from "./order-door.ts"

const program = fileURLToPath(new URL("runner-process.ts", import.meta.url))

/** Where it is killed: its word to the order is on its way, and the step is done. */
type Window = readonly [type: string, step: string]

const toTheMes: ReadonlyArray<Window> = [
  ["ReleaseStarted", ""],
  ["ReleaseCheckPassed", "materialAvailable"],
  ["ReleaseCheckPassed", "revisionValid"],
  ["ReleaseCheckPassed", "workCenterReady"],
  ["ProductionOrderDispatched", ""]
]

const runnerProcess = (words: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [program, ...words], { stdio: ["ignore", "ignore", "inherit"] })),
    (child: ChildProcess) =>
      Effect.callback<void>((resume) => {
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      })
  )

const buildGate = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`create table asked (check_name text not null)`
  yield* sql`create table gate (type text not null, step text not null)`
  yield* sql.unsafe(`
    create function wait_at_gate() returns trigger language plpgsql as $$
    begin
      while exists (select from gate where type = new.type and step = new.step) loop perform pg_sleep(0.02); end loop;
      return new;
    end $$`)
  yield* sql`create trigger gate before insert on history for each row execute function wait_at_gate()`
})

const isHeld = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const held = yield* sql`
    select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
  return held.length > 0
})

/** What waits at the gate is thrown away first: its process is dead, but Postgres would still commit it. */
const clearAndOpen = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`
  yield* sql`delete from gate`
})

layer(sandboxWorld(5_000), { timeout: "60 seconds", excludeTestServices: true })("the release runner, killed", (it) => {
  it.effect(
    "at every step, leads the order to the MES and takes it back: one command of each kind, one word to the ERP",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { admin, origin } = yield* Sandbox
        const host = yield* virtualHost
        const words = [Redacted.value(yield* DatabaseUrl), Redacted.value(host.url), origin]
        const { plant, stream } = floor
        yield* makeHistory
        yield* buildGate
        const commands = yield* Effect.gen(function* () {
          yield* (yield* Broker).declarePlant(plant)
          return yield* mesOf(plant, host.url)
        }).pipe(Effect.provide(RabbitBroker.layer(host.url)))
        yield* showToViews([
          {
            partition: 0,
            offset: 1,
            stream: StreamName(`plant/${plant}`),
            version: 1,
            recordedAt: 0,
            hash: genesis,
            metadata: floor.metadata({ id: "policy" }),
            type: "ReleasePolicySet",
            data: { plantId: plant, reason: "Go", from: floor.at(0), policy: policy() }
          }
        ])

        const says = Effect.fnUntraced(function* ({ metadata, ...message }: floor.Message) {
          const content = { _tag: "Understood", message } as const
          yield* (yield* Door).submit(0, [{ stream, metadata, content, redelivered: false }])
        })
        const context = yield* Effect.context<SqlClient.SqlClient>()
        const recorded = historyOf(stream).pipe(
          Effect.map((events) => events.map(({ type }) => type)),
          Effect.provide(context)
        )
        const has = (type: RecordedEvent["type"]) =>
          eventually(
            `${type} is recorded`,
            Effect.map(recorded, (types) => types.includes(type))
          )
        const killedAt = ([type, step]: Window, meanwhile: Effect.Effect<unknown, unknown, Door> = Effect.void) =>
          Effect.scoped(
            Effect.gen(function* () {
              yield* sql`insert into gate values (${type}, ${step})`
              yield* runnerProcess(words)
              yield* meanwhile
              yield* eventually(`the runner is held at ${type} ${step}`, Effect.provide(isHeld, context), 60)
            })
          ).pipe(Effect.andThen(clearAndOpen))

        yield* says(floor.released({ id: "release" }))
        yield* Effect.forEach(toTheMes, (window) => killedAt(window), { discard: true })
        yield* killedAt(
          ["ReleaseReported", ""],
          Effect.andThen(has("ProductionOrderDispatched"), says(floor.acknowledged({ id: "ack" })))
        )
        yield* killedAt(
          ["ProductionOrderWithdrawn", ""],
          Effect.andThen(
            has("ReleaseReported"),
            says(floor.word("ProductionOrderCancelled", { id: "cancel", source: floor.erp }))
          )
        )
        yield* Effect.scoped(Effect.andThen(runnerProcess(words), has("ProductionOrderWithdrawn")))

        expect(yield* recorded).toEqual([
          "ProductionOrderReleased",
          "ReleaseStarted",
          "ReleaseCheckPassed",
          "ReleaseCheckPassed",
          "ReleaseCheckPassed",
          "ProductionOrderDispatched",
          "ProductionOrderAcknowledged",
          "ReleaseAcknowledged",
          "ReleaseReported",
          "ProductionOrderCancelled",
          "ReleaseCancelled",
          "ProductionOrderWithdrawn"
        ])
        // Each was published again after the kill, with the same id and the same bytes: one command for the MES.
        const copies = () => Map.groupBy(commands, ({ body, id, type }) => `${type} ${id} ${body}`)
        // The broker confirms what it has; the MES has it a moment later.
        yield* eventually(
          "each command is with the MES twice",
          Effect.sync(() => copies().size >= 2 && [...copies().values()].every(({ length }) => length > 1))
        )
        const same = copies()
        expect([...same.keys()].map((command) => command.split(" ", 2)[0])).toEqual([
          "DispatchProductionOrder",
          "WithdrawProductionOrder"
        ])
        expect(new Set(commands.map(({ id }) => id)).size).toBe(2)
        expect(yield* admin.ordersInMes(plant)).toEqual([{ plant, orderId: floor.orderId, revision: 1 }])
        const asked = yield* sql<{ count: number }>`select count(*)::int as count from asked group by check_name`
        expect(asked.map(({ count }) => count)).toEqual([2, 2, 2])
      }).pipe(Effect.provide(orderDoor), Effect.scoped),
    120_000
  )
})
