// A lot and an order from RabbitMQ to what `replay` tells of them: what was known then, what had happened, by whom, with
// the traces of then and one of the replay's own.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { startReceiver } from "../../adapters/telemetry/receiver/start.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { receivedSpans } from "../harness/otlp.ts"
import { makePlant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("ulm")
const publish = publishing(id)
const message = messagesOf(id)
const time = (minute: number) => `2026-11-23T06:0${minute}:00+01:00`
const ofLot = (messageId: string, type: string, minute: number, content: object) =>
  message(messageId, type, { itemId: "STEEL", lotId: "L-1", occurredAt: time(minute), ...content })
const ofOrder = (messageId: string, type: string, minute: number, content: object) =>
  message(messageId, type, { orderId: "4711", occurredAt: time(minute), ...content })
const amount = (value: string, unit: string) => ({ value, unit })

/** In this order by one queue: the hold comes last of its lot's, though it was the first thing after the receipt. */
const play = [
  ofLot("in", "LotReceived", 0, { quantity: amount("100", "KGM"), storageLocation: "YARD" }),
  ofLot("out", "LotShipped", 4, { quantity: amount("30", "KGM"), customer: "C-9", document: "DN-1" }),
  ofLot("free", "LotReleased", 6, { reason: "Tested", badge: "Q5" }),
  ofLot("hold", "LotHeld", 2, { reason: "Crack found", badge: "Q5" }),
  ofOrder("told", "OperationConfirmed", 1, { operationId: "10", yield: amount("5", "EA"), badge: "B7" }),
  ofOrder("better", "ReportCorrected", 5, {
    corrects: { messageId: "told" },
    operationId: "10",
    yield: amount("4", "EA"),
    reason: "Counted again",
    badge: "B8"
  })
]

interface Told {
  readonly messageId: string
  readonly trace: string
}

it.live(
  "what was known of a lot and an order is told, by whom and with which trace, and what changed since",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1)", [id])
      yield* startCore(plant)
      yield* publish(plant, play)
      yield* settled(plant, inboundQueue(id), play.length, 60_000)
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-replayed-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const { endpoint, save } = yield* startReceiver({ file: join(folder, "traces.json"), port: 0 })
      const traced = { ...plant, environment: { ...plant.environment, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } }
      const asked = (...words: ReadonlyArray<string>) =>
        Effect.map(traveler(traced, ...words, "--json"), (line) => JSON.parse(line))

      yield* rows(plant, "delete from person where badge = 'Q5'")
      const [order, known, happened, corrected] = yield* Effect.all(
        [
          asked("order", "show", "4711"),
          asked("replay", "lot", "L-1", "--version", "2"),
          asked("replay", "lot", "L-1", "--clock", "plant", "--at", time(3)),
          asked("replay", "order", "4711", "--diff", "1", "2")
        ],
        { concurrency: "unbounded" }
      )

      const traces: ReadonlyArray<string> = order.history.map(({ trace }: Told) => trace)
      expect(order.traces).toEqual(
        [...new Set(traces)].map((trace) => ({ trace, url: `http://127.0.0.1:16686/trace/${trace}` }))
      )
      expect(order.search).toContain("http://127.0.0.1:16686/search?service=traveler&tags=")

      expect(known).toMatchObject({
        clock: "journal",
        asOf: { version: 2 },
        state: { disposition: null, balances: [{ onHand: "70" }] },
        changed: { by: [2] }
      })
      expect(happened).toMatchObject({
        clock: "plant",
        asOf: { at: "2026-11-23T05:03:00.000Z" },
        state: { disposition: "held", balances: [{ onHand: "100" }] },
        changed: { fields: [{ field: "disposition", before: null, after: "held" }, { field: "reason" }] }
      })
      expect(happened.history.map(({ messageId }: Told) => messageId)).toEqual(["in", "hold"])
      // The person was erased: the id alone is left.
      expect(happened.history[1].by).toEqual({ person: expect.stringMatching(/^[0-9a-f-]{36}$/) })
      expect(corrected).toMatchObject({
        from: { state: { operations: [{ quantities: [{ good: "5" }] }] } },
        to: { state: { operations: [{ quantities: [{ good: "4" }] }] } },
        changes: [{ field: "operations.10.quantities.EA.good", before: "5", after: "4" }],
        events: [{ messageId: "better", queue: "traveler.in.ulm", by: { badge: "B8", plant: id }, trace: traces[1] }]
      })

      yield* save
      const spans = receivedSpans(join(folder, "traces.json"))
      expect(spans.map(({ name }) => name).sort()).toEqual(["replay lot", "replay lot", "replay order", "replay order"])
      const linked = spans
        .filter(({ name }) => name === "replay lot")
        .map(({ links }) => links.map(({ traceId }) => traceId))
      const originals = [known, happened].map(({ history }) => history.map(({ trace }: Told) => trace))
      expect(linked.sort()).toEqual(originals.sort())
    }).pipe(Effect.scoped),
  120_000
)
