// Traveler as a person runs it: the core, the sandbox ERP and commands as processes of their own, on an own database and
// virtual host. For end-to-end tests; it asks the database in SQL of its own and imports
// nothing that it checks, but for whether postings are on their way.
import { type ChildProcess, spawn } from "node:child_process"
import { createServer } from "node:net"
import { join } from "node:path"
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted, type Scope } from "effect"
import { OrdersArePosted } from "../../core/port/erp.ts"
import { onTheirWay, postingCounts } from "../../projections/postings/queries.ts"
import { virtualHost } from "./broker.ts"
import { temporaryDatabase } from "./database.ts"

const root = join(import.meta.dirname, "../..")

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

export interface Plant {
  readonly environment: { readonly [name: string]: string }
  readonly databaseUrl: string
  readonly brokerUrl: string
  readonly erpOrigin: string
}

/** On services of the test's own: with a sandbox ERP and ports. Everything goes with the scope. */
export const makePlantAt = Effect.fnUntraced(function* (services: Pick<Plant, "databaseUrl" | "brokerUrl">) {
  const { brokerUrl, databaseUrl } = services
  const erpPort = yield* freePort
  const erpOrigin = `http://127.0.0.1:${erpPort}`
  yield* started(
    "adapters/erp/sandbox/main.ts",
    [],
    { TRAVELER_POSTGRES_URL: databaseUrl, TRAVELER_SANDBOX_PORT: String(erpPort) },
    /listens on/
  )
  const plant: Plant = {
    databaseUrl,
    brokerUrl,
    erpOrigin,
    environment: {
      TRAVELER_POSTGRES_URL: databaseUrl,
      TRAVELER_BROKER_URL: brokerUrl,
      TRAVELER_ERP_URL: erpOrigin,
      TRAVELER_RUNNER_PORT: String(yield* freePort),
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9"
    }
  }
  return plant
})

/** A plant with a database and a virtual host of its own. */
export const makePlant: Effect.Effect<Plant, unknown, Scope.Scope> = Effect.gen(function* () {
  const databaseUrl = Redacted.value(yield* temporaryDatabase)
  const brokerUrl = Redacted.value((yield* virtualHost).url)
  return yield* makePlantAt({ databaseUrl, brokerUrl })
})

/** Ends a process and waits until it is gone; one that won't end in time is killed. */
const ended = (child: ChildProcess, signal: NodeJS.Signals) =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill(signal)
    setTimeout(() => child.kill("SIGKILL"), 20_000).unref()
  })

/** A process that has said that it is ready; ended with the scope. */
const started = (file: string, words: ReadonlyArray<string>, environment: Plant["environment"], ready: RegExp) =>
  Effect.acquireRelease(
    Effect.callback<ChildProcess, Error>((resume) => {
      const child = spawn(process.execPath, [join(root, file), ...words], {
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "pipe"]
      })
      let said = ""
      const listen = (bytes: Buffer) => {
        said += bytes.toString()
        if (ready.test(said)) resume(Effect.succeed(child))
      }
      child.stdout?.on("data", listen)
      child.stderr?.on("data", listen)
      child.once("exit", (code) => resume(Effect.fail(new Error(`${file} ended with ${code}:\n${said}`))))
    }),
    (child) => ended(child, "SIGTERM")
  )

export interface Core {
  /** kill -9: nothing is said, nothing is flushed. */
  readonly kill: Effect.Effect<void>
}

/** `traveler run`, ready to serve. */
export const startCore = ({ environment }: Plant): Effect.Effect<Core, Error, Scope.Scope> =>
  Effect.map(started("scripts/traveler.mjs", ["run"], environment, /The core runs/), (child) => ({
    kill: ended(child, "SIGKILL")
  }))

/** A command's whole standard output; fails with everything that it said where it exits otherwise than 0. */
export const traveler = ({ environment }: Plant, ...words: ReadonlyArray<string>): Effect.Effect<string, Error> =>
  Effect.callback((resume) => {
    const child = spawn(process.execPath, [join(root, "scripts/traveler.mjs"), ...words], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let answer = ""
    let said = ""
    child.stdout.on("data", (bytes: Buffer) => {
      answer += bytes.toString()
    })
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString()
    })
    child.once("exit", (code) =>
      resume(
        code === 0
          ? Effect.succeed(answer)
          : Effect.fail(new Error(`traveler ${words.join(" ")}: ${code}\n${answer}\n${said}`))
      )
    )
  })

/** Rows of a question to the plant's database. */
export const rows = <Row extends object>(plant: Plant, question: string, parameters: ReadonlyArray<unknown> = []) =>
  Effect.gen(function* () {
    const sql = yield* PgClient.PgClient
    return yield* sql.unsafe<Row>(question, parameters)
  }).pipe(Effect.provide(database(plant)))

/** Everything that has to be at the journal's head, and how far it is. */
const unsettled = `
  with head as (select partition, max("offset") as "offset" from event group by partition),
  reader as (
    select projection as name, partition, "offset" from projection_checkpoint
    union all
    select reader, partition, "offset" from reader_checkpoint
  ),
  named as (
    select distinct name from reader
    union select unnest(array['reaction/cases', 'reaction/decisions', 'reaction/lots', 'reaction/resubmissions', 'reaction/settlements'])
  )
  select
    (select coalesce(sum(handled + parked), 0) from intake.intake_queue where queue = $1)::float8 as recorded,
    (select coalesce(sum(head."offset" - coalesce(reader."offset", 0)), 0)
      from named cross join head left join reader using (name, partition))::float8 as behind`

const database = ({ databaseUrl }: Plant) => PgClient.layer({ url: Redacted.make(databaseUrl), maxConnections: 1 })

const postingsOnTheirWay = (plant: Plant) =>
  Effect.map(postingCounts, (counts) =>
    Array.from(counts.values(), onTheirWay).reduce((sum, count) => sum + count, 0)
  ).pipe(
    Effect.provideService(
      OrdersArePosted,
      plant.environment.TRAVELER_ORDER_POSTINGS === "together" ? "together" : "each"
    ),
    Effect.provide(database(plant))
  )

/**
 * Waits until the journal holds `expected` distinct messages of the queue (duplicates aren't counted: after a kill there
 * are more of them than were sent), every view and reaction is at the journal's head, and no document is on its way. Fails with what was left when the deadline (milliseconds) passes.
 */
export const settled = (plant: Plant, queue: string, expected: number, deadlineMillis: number) =>
  Effect.gen(function* () {
    const until = performance.now() + deadlineMillis
    let quiet = 0
    while (true) {
      const [read] = yield* rows<{ recorded: number; behind: number }>(plant, unsettled, [queue])
      const left = { ...read, postings: yield* postingsOnTheirWay(plant) }
      const isSettled = read !== undefined && read.recorded >= expected && read.behind === 0 && left.postings === 0
      quiet = isSettled ? quiet + 1 : 0
      if (quiet === 2) return left
      if (performance.now() > until) {
        return yield* Effect.fail(new Error(`Not settled in time: ${JSON.stringify({ expected, ...left })}`))
      }
      yield* Effect.sleep("300 millis")
    }
  })
