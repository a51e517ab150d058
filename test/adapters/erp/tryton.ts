// A Tryton of a test file's own, behind a proxy that loses answers, with a database that goes with it. For the tests of its
// adapter.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Context, Effect, Layer, Redacted } from "effect"
import { trytonErp } from "../../../adapters/erp/tryton/client.ts"
import { type TrytonPlanner, trytonPlanner } from "../../../adapters/erp/tryton/planner.ts"
import type { TrytonOptions } from "../../../adapters/erp/tryton/rpc.ts"
import { installTryton, NoTryton } from "../../../scripts/tryton/packages.ts"
import { end } from "../../../scripts/tryton/server.ts"
import { type RunningTryton, startTryton, wipeTryton } from "../../../scripts/tryton.ts"
import { temporaryDatabase } from "../../harness/database.ts"
import { type FaultProxy, faultProxy } from "../../harness/fault-proxy.ts"

/** Why there can be none here; undefined where there is one, perhaps installed a moment ago. */
export const noTryton = await installTryton((line) => void process.stderr.write(`${line}\n`)).then(
  () => undefined,
  (failure: unknown) => (failure instanceof NoTryton ? failure.message : Promise.reject(failure))
)

export class Tryton extends Context.Service<
  Tryton,
  {
    /** Without the proxy. */
    readonly direct: TrytonOptions
    readonly proxy: FaultProxy
    readonly planner: TrytonPlanner
    /** kill -9. */
    readonly kill: Effect.Effect<void>
    /** At the port that it had. */
    readonly start: Effect.Effect<void>
  }
>()("test/Tryton") {}

const optionsOf = ({ database, origin, password, user }: RunningTryton): TrytonOptions => ({
  origin,
  database,
  user,
  password: Redacted.make(password)
})

export const tryton = Layer.effect(
  Tryton,
  Effect.gen(function* () {
    // Only for its server; Tryton's own is a copy of a template.
    const url = Redacted.value(yield* temporaryDatabase)
    const database = `${new URL(url).pathname.slice(1)}_tryton`
    const place = yield* Effect.acquireRelease(
      Effect.sync(() => ({
        postgresUrl: url,
        directory: mkdtempSync(join(tmpdir(), "traveler-tryton-")),
        database
      })),
      (place) =>
        Effect.promise(async () => {
          await wipeTryton(place)
          rmSync(place.directory, { recursive: true, force: true })
        })
    )
    const say = (line: string) => void process.stderr.write(`${line}\n`)
    let running = yield* Effect.promise(() => startTryton(place, say))
    const port = Number(new URL(running.origin).port)
    const direct = optionsOf(running)
    return {
      direct,
      proxy: yield* faultProxy("127.0.0.1", port),
      planner: yield* trytonPlanner(direct),
      kill: Effect.promise(() => end(place.directory, running.pid, "SIGKILL")).pipe(Effect.asVoid),
      start: Effect.promise(async () => {
        running = await startTryton({ ...place, port }, say)
      })
    }
  })
)

/** Its client, which speaks to it through the proxy. */
export const trytonWorld = (timeoutMillis?: number) =>
  Layer.unwrap(
    Effect.map(Tryton, ({ direct, proxy }) =>
      trytonErp({
        ...direct,
        origin: `http://127.0.0.1:${proxy.port}`,
        ...(timeoutMillis === undefined ? {} : { timeoutMillis })
      })
    )
  ).pipe(Layer.provideMerge(tryton))

/** What Tryton says when it is asked in JSON-RPC, without a word of the adapter's. */
export const raw = Effect.fnUntraced(function* (method: string, ...parameters: ReadonlyArray<unknown>) {
  const { direct } = yield* Tryton
  const who = Buffer.from(`${direct.user}:${Redacted.value(direct.password)}`).toString("base64")
  const answer = yield* Effect.promise(() =>
    fetch(`${direct.origin}/${direct.database}/`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Basic ${who}` },
      body: JSON.stringify({ id: 7, method, params: parameters })
    }).then((response) => response.text())
  )
  const body: unknown = JSON.parse(answer)
  if (typeof body !== "object" || body === null || !("result" in body)) throw new Error(`${method}: ${answer}`)
  return body.result
})

const day = (date: Date) => ({
  __class__: "date",
  year: date.getUTCFullYear(),
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate()
})

const rows = (value: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> => {
  if (!Array.isArray(value)) throw new Error(`Expected rows, not ${JSON.stringify(value)}`)
  return value
}

/** Lot → quantity in the plant's storage, as Tryton's own text of it. */
export const stockOf = Effect.fnUntraced(function* (plant: string) {
  const [warehouse] = rows(
    yield* raw(
      "model.stock.location.search_read",
      [
        ["code", "=", plant],
        ["type", "=", "warehouse"]
      ],
      0,
      null,
      null,
      ["storage_location"],
      {}
    )
  )
  const lots = rows(
    yield* raw(
      "model.stock.lot.search_read",
      [["quantity", "!=", 0]],
      0,
      null,
      [["number", "ASC"]],
      ["number", "quantity"],
      {
        company: 1,
        locations: [warehouse?.storage_location],
        stock_date_end: day(new Date())
      }
    )
  )
  return Object.fromEntries(lots.map(({ number, quantity }) => [String(number), String(quantity)]))
})

/** How long the works of an order took, as Tryton has it. */
export const workedSeconds = Effect.fnUntraced(function* (plant: string, number: string) {
  const domain = [
    ["work.production.warehouse.code", "=", plant],
    ["work.production.number", "=", number]
  ]
  const cycles = yield* raw(
    "model.production.work.cycle.search_read",
    domain,
    0,
    null,
    [["id", "ASC"]],
    ["duration"],
    {}
  )
  return rows(cycles).map(({ duration }) => duration)
})

/** Productions of the plant whose number begins so: number and state. */
export const productionsOf = Effect.fnUntraced(function* (plant: string, number: string) {
  const found = rows(
    yield* raw(
      "model.production.search_read",
      [
        ["warehouse.code", "=", plant],
        ["number", "like", `${number}%`]
      ],
      0,
      null,
      [["id", "ASC"]],
      ["number", "state", "reference"],
      {}
    )
  )
  return found.map(({ number, state }) => `${number}: ${state}`)
})
