import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { startReceiver } from "../../../adapters/telemetry/receiver/start.ts"
import { Telemetry } from "../../../adapters/telemetry/telemetry.ts"
import { officialSpans, receivedSpans } from "../../harness/otlp.ts"
import { assertTraces } from "../../harness/traces.ts"
import { deliveries, handle } from "./delivery.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-traces-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

describe("traces", () => {
  it.live("reach another process whole: one span a delivery, with parents, links, names and attributes", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "traces.json")
      const messages = deliveries(2000)
      const { endpoint, count } = yield* startReceiver({ file, port: 0 })
      const counts = yield* Effect.gen(function* () {
        const telemetry = yield* Telemetry
        yield* handle(messages)
        yield* telemetry.flush
        return yield* telemetry.counts
      }).pipe(Effect.provide(Telemetry.layer({ endpoint, instance: "test-1" })))
      const inside = (messages.length / 500) * 4
      expect(counts).toEqual({ process: messages.length, exported: messages.length + inside, dropped: 0 })
      expect((yield* count).spans).toBe(counts.exported)
      const spans = receivedSpans(file)
      expect(spans.length).toBe(counts.exported)
      assertTraces(spans, messages)
      expect(new Set(spans.map(({ resource }) => resource["service.instance.id"]))).toEqual(new Set(["test-1"]))
    }).pipe(Effect.scoped)
  )

  it.live("are flushed when the process ends", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "traces.json")
      const { endpoint } = yield* startReceiver({ file, port: 0 })
      const messages = deliveries(10)
      yield* Effect.provide(handle(messages), Telemetry.layer({ endpoint, instance: "test-1" }))
      assertTraces(receivedSpans(file), messages)
    }).pipe(Effect.scoped)
  )

  it.live("cost the core nothing but their loss when the endpoint refuses them, and are counted as dropped", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* refusing
      const counts = yield* Effect.gen(function* () {
        const telemetry = yield* Telemetry
        yield* handle(deliveries(100))
        yield* telemetry.flush
        return yield* telemetry.counts
      }).pipe(Effect.provide(Telemetry.layer({ endpoint, instance: "test-1" })))
      expect(counts).toEqual({ process: 100, exported: 0, dropped: 104 })
    }).pipe(Effect.scoped)
  )

  it.live("never hold up the core, nor its end for more than a few seconds, while the endpoint hangs", () =>
    Effect.gen(function* () {
      const { endpoint, release } = yield* hanging
      const began = Date.now()
      yield* Effect.provide(handle(deliveries(5000)), Telemetry.layer({ endpoint, instance: "test-1" }))
      expect(Date.now() - began).toBeLessThan(8000)
      release()
    }).pipe(Effect.scoped)
  )

  it.live("are taken by an endpoint that comes back, in requests of at most 4,096 spans", () =>
    Effect.gen(function* () {
      const { endpoint, sizes } = yield* backAgain
      const messages = deliveries(9000)
      const counts = yield* Effect.gen(function* () {
        const telemetry = yield* Telemetry
        yield* handle(messages)
        yield* telemetry.flush
        return yield* telemetry.counts
      }).pipe(Effect.provide(Telemetry.layer({ endpoint, instance: "test-1" })))
      expect(counts).toEqual({ process: 9000, exported: 9072, dropped: 0 })
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(9072)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4096)
    }).pipe(Effect.scoped)
  )
})

type Answer = (body: Buffer, respond: (status: number) => void) => void

const endpointThat = (answer: Answer) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly endpoint: string; readonly close: () => void }>((resume) => {
      const server = createServer((request, response) => {
        const parts: Array<Buffer> = []
        request.on("data", (part: Buffer) => parts.push(part))
        request.on("end", () => answer(Buffer.concat(parts), (status) => response.writeHead(status).end()))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        const close = () => {
          server.closeAllConnections()
          server.close()
        }
        resume(Effect.succeed({ endpoint: `http://127.0.0.1:${port}`, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const refusing = endpointThat((_, respond) => respond(400))

const hanging = Effect.suspend(() => {
  const waiting: Array<(status: number) => void> = []
  const release = () => {
    for (const respond of waiting) respond(200)
  }
  return Effect.map(
    endpointThat((_, respond) => waiting.push(respond)),
    ({ endpoint }) => ({ endpoint, release })
  )
})

/** Away for the first request. */
const backAgain = Effect.suspend(() => {
  const sizes: Array<number> = []
  let away = 1
  return Effect.map(
    endpointThat((body, respond) => {
      if (away-- > 0) return respond(503)
      sizes.push(officialSpans(body).length)
      respond(200)
    }),
    ({ endpoint }) => ({ endpoint, sizes })
  )
})
