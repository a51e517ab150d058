import { type ChildProcess, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { otlpAnswers, startReceiver } from "../../../adapters/telemetry/receiver/start.ts"
import { attributeKey, eventName, requestHead, SpanWriter, spanHead } from "../../../adapters/telemetry/span-writer.ts"
import { receivedSpans } from "../../harness/otlp.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-receiver-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const id = (of: string, digits: number) => createHash("sha256").update(of).digest("hex").slice(0, digits)
const context = (trace: string, span: string) => `00-${id(trace, 32)}-${id(span, 16)}-01`

/** A request with one trace a name, of a parent and a child that failed. */
const request = (...names: ReadonlyArray<string>) => {
  const head = requestHead({
    resource: [
      ["service.name", "traveler"],
      ["service.instance.id", "a"]
    ],
    scope: "traveler",
    schemaUrl: ""
  })
  const out = new SpanWriter(head)
  for (const name of names) {
    out.start(context(name, name), undefined, false, spanHead("process x", 5, []))
    out.times(1_000_000, 1_000_250)
    out.attribute(attributeKey("traveler.order.id"), name)
    out.event(eventName("decided"), 1_000_100)
    out.finish()
    out.start(context(name, `${name} child`), context(name, name), false, spanHead("post sandbox", 3, []))
    out.times(1_000_300, 1_000_400)
    out.link(context(name, name), false)
    out.failed()
    out.finish()
  }
  return out.take().bytes
}

const post = (endpoint: string, body: Uint8Array | string, headers: { readonly [name: string]: string } = {}) =>
  Effect.promise(() =>
    fetch(`${endpoint}/v1/traces`, {
      method: "POST",
      body: Buffer.from(body),
      headers: { "content-type": "application/x-protobuf", ...headers }
    }).then((response) => response.status)
  )

const traces = (endpoint: string, query: string) =>
  Effect.promise(() => fetch(`${endpoint}/traces${query}`).then((response) => response.json()))

describe("the receiver of traces", () => {
  it.live("takes protobuf, gzip and JSON, and counts by decoding", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "traces.json")
      const { endpoint, count } = yield* startReceiver({ file, port: 0 })
      expect(yield* post(endpoint, request("a", "b"))).toBe(200)
      expect(yield* post(endpoint, gzipSync(request("c")), { "content-encoding": "gzip" })).toBe(200)
      const json = {
        resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: id("d", 32), spanId: id("d", 16), name: "d" }] }] }]
      }
      expect(yield* post(endpoint, JSON.stringify(json), { "content-type": "application/json" })).toBe(200)
      expect(yield* post(endpoint, Buffer.from([0xff, 0xff]))).toBe(400)
      expect(yield* count).toEqual({ requests: 3, spans: 7 })
      expect(yield* traces(endpoint, "")).toMatchObject({ total: 4 })
    }).pipe(Effect.scoped)
  )

  it.live("makes the file that Jaeger's page opens", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "traces.json")
      const { endpoint, save } = yield* startReceiver({ file, port: 0 })
      yield* post(endpoint, request("a"))
      yield* save
      const trace = id("a", 32)
      const span = { traceID: trace, processID: "p1", warnings: null }
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
        data: [
          {
            traceID: trace,
            spans: [
              {
                ...span,
                spanID: id("a", 16),
                operationName: "process x",
                references: [],
                startTime: 1_000_000,
                duration: 250,
                tags: [
                  { key: "traveler.order.id", type: "string", value: "a" },
                  { key: "span.kind", type: "string", value: "consumer" },
                  { key: "otel.scope.name", type: "string", value: "traveler" }
                ],
                logs: [{ timestamp: 1_000_100, fields: [{ key: "event", type: "string", value: "decided" }] }]
              },
              {
                ...span,
                spanID: id("a child", 16),
                operationName: "post sandbox",
                references: [
                  { refType: "CHILD_OF", traceID: trace, spanID: id("a", 16) },
                  { refType: "FOLLOWS_FROM", traceID: trace, spanID: id("a", 16) }
                ],
                startTime: 1_000_300,
                duration: 100,
                tags: [
                  { key: "span.kind", type: "string", value: "client" },
                  { key: "otel.scope.name", type: "string", value: "traveler" },
                  { key: "error", type: "bool", value: true },
                  { key: "otel.status_code", type: "string", value: "ERROR" }
                ],
                logs: []
              }
            ],
            processes: {
              p1: { serviceName: "traveler", tags: [{ key: "service.instance.id", type: "string", value: "a" }] }
            },
            warnings: null
          }
        ],
        total: 1,
        limit: 0,
        offset: 0,
        errors: null
      })
    }).pipe(Effect.scoped)
  )

  it.live("finds the traces of one order", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* startReceiver({ file: join(yield* directory, "traces.json"), port: 0 })
      yield* post(endpoint, request("a", "b"))
      const [one, two] = [id("b", 16), id("b child", 16)]
      expect(yield* traces(endpoint, "?traveler.order.id=b")).toMatchObject({
        total: 1,
        data: [{ traceID: id("b", 32), spans: [{ spanID: one }, { spanID: two }] }]
      })
      expect(yield* traces(endpoint, "?traveler.order.id=c")).toMatchObject({ total: 0 })
    }).pipe(Effect.scoped)
  )

  it.live("keeps the newest on disk, across runs, within its bound", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "traces.json")
      const orders = Array.from({ length: 40 }, (_, index) => `order-${index}`)
      const { length } = request("order-0")
      const spoolBytes = 20 * (length + 4)
      for (const half of [orders.slice(0, 20), orders.slice(20)]) {
        yield* Effect.gen(function* () {
          const { endpoint } = yield* startReceiver({ file, port: 0, spoolBytes })
          for (const order of half) yield* post(endpoint, request(order))
        }).pipe(Effect.scoped)
        // As a kill in mid-write leaves it.
        writeFileSync(`${file}.otlp`, Buffer.from([0, 0, 1, 0, 7]), { flag: "a" })
      }
      const { endpoint } = yield* startReceiver({ file, port: 0, spoolBytes })
      const kept = receivedSpans(file).map(({ traceId }) => traceId)
      expect([...new Set(kept)]).toEqual(orders.slice(-kept.length / 2).map((order) => id(order, 32)))
      expect(kept.length).toBeGreaterThanOrEqual(20)
      expect(statSync(`${file}.otlp`).size + statSync(`${file}.otlp.1`).size).toBeLessThanOrEqual(spoolBytes)
      expect(yield* traces(endpoint, "")).toMatchObject({ total: kept.length / 2 })
    }).pipe(Effect.scoped)
  )

  it.live("says why it can't start, and leaves alone what belongs to the one that runs", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "traces.json")
      const { endpoint, count } = yield* startReceiver({ file, port: 0 })
      yield* post(endpoint, request("a"))
      const port = Number(new URL(endpoint).port)
      const second = yield* Effect.flip(Effect.scoped(startReceiver({ file, port })))
      expect(second).toMatchObject({ _tag: "TechnicalFailure", field: `port ${port}` })
      expect(second.reason).toContain("EADDRINUSE")
      expect(existsSync(file)).toBe(false)
      expect((yield* count).spans).toBe(2)
      expect(yield* otlpAnswers(endpoint)).toBe(true)
      expect(yield* otlpAnswers("http://127.0.0.1:9")).toBe(false)
    }).pipe(Effect.scoped)
  )

  it.live("ends with its parent, also when that is killed, and leaves the file", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "traces.json")
      const parent = yield* started(file)
      const [endpoint = "", pid = "0"] = yield* firstLine(parent)
      yield* post(endpoint, request("a"))
      process.kill(Number(pid), "SIGKILL")
      yield* Effect.suspend(() => (existsSync(file) ? Effect.void : Effect.fail("no file yet"))).pipe(
        Effect.retry(Schedule.spaced("20 millis")),
        Effect.andThen(
          Effect.filterOrFail(otlpAnswers(endpoint), (answers) => !answers).pipe(
            Effect.retry(Schedule.spaced("20 millis"))
          )
        ),
        Effect.timeout("8 seconds")
      )
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ total: 1 })
    }).pipe(Effect.scoped)
  )
})

/** Another process that starts a receiver, tells its address and its own id, and stays. */
const started = (file: string) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(
        process.execPath,
        [
          "--input-type=module-typescript",
          "--eval",
          `import { Effect } from "effect"
           import { startReceiver } from "${new URL("../../../adapters/telemetry/receiver/start.ts", import.meta.url)}"
           const receiver = startReceiver({ file: ${JSON.stringify(file)}, port: 0 })
           const tell = Effect.tap(receiver, ({ endpoint }) => Effect.sync(() => console.log(endpoint, process.pid)))
           Effect.runFork(Effect.scoped(Effect.andThen(tell, Effect.never)))`
        ],
        { stdio: ["ignore", "pipe", "inherit"] }
      )
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const firstLine = (child: ChildProcess) =>
  Effect.callback<ReadonlyArray<string>>((resume) => {
    child.stdout?.once("data", (line) => resume(Effect.succeed(String(line).trim().split(" "))))
  })
