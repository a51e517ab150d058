// The traces of a core at work, received by another process: one span for each delivery, and from it, by links alone, to
// everything that became of it.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect, Redacted, Schedule } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import * as RabbitBroker from "../../adapters/rabbitmq/broker.ts"
import { startReceiver } from "../../adapters/telemetry/receiver/start.ts"
import { decode } from "../../core/journal/codec.ts"
import type { EventContent } from "../../core/journal/event.ts"
import { Broker } from "../../core/port/broker.ts"
import { type ReceivedSpan, receivedSpans } from "../harness/otlp.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { assertTraces } from "../harness/traces.ts"
import { plantId, queue, tracedPlant } from "./traced-plant.ts"

const seed = Number(process.env.TRAVELER_TEST_SEED ?? 20261123)
const orders = 30

type Sent = ReturnType<typeof tracedPlant>

const publish = (plant: Plant, sent: Sent) =>
  Effect.gen(function* () {
    const broker = yield* Broker
    yield* broker.declarePlant(plantId)
    yield* rows(plant, "insert into plant (plant) values ($1)", [plantId])
    yield* broker.publish(sent.map(({ publication }) => publication))
  }).pipe(Effect.provide(RabbitBroker.layer(Redacted.make(plant.brokerUrl))))

/** `settled` counts no duplicates; here every delivery has to be over. */
const allReceived = (plant: Plant, deliveries: number) =>
  rows<{ received: number }>(
    plant,
    `select (select sum(handled + parked + duplicates) from intake.intake_queue where queue = $1)::float8 +
       coalesce((select sum(duplicates) from intake_duplicates where queue = $1), 0)::float8 as received`,
    [queue]
  ).pipe(
    Effect.filterOrFail(([row]) => row?.received === deliveries),
    Effect.retry({ times: 100, schedule: Schedule.spaced("200 millis") })
  )

/** A core's whole life: it has sent its last spans when it has ended. */
const coreAtWork = (plant: Plant, sent: Sent) =>
  Effect.gen(function* () {
    yield* startCore(plant)
    yield* publish(plant, sent)
    const distinct = new Set(sent.map(({ delivery }) => delivery.messageId)).size
    yield* settled(plant, queue, distinct, 60_000)
    yield* allReceived(plant, sent.length)
  }).pipe(Effect.scoped)

const storedMessages = (plant: Plant) =>
  Effect.map(rows<{ content: Uint8Array }>(plant, "select content from event"), (found) =>
    found.map(({ content }) => decode<EventContent>(content).metadata)
  )

const documents = ({ erpOrigin }: Plant) =>
  Effect.gen(function* () {
    const held = yield* (yield* sandboxAdmin(erpOrigin)).documents(plantId)
    return held.map(({ content }) => content)
  })

const place = ({ spanId, traceId }: { readonly traceId: string; readonly spanId: string }) => `${traceId}/${spanId}`
const placeIn = (traceparent = "") => traceparent.split("-").slice(1, 3).join("/")

/** Received spans by what they stand for. */
const sorted = (spans: ReadonlyArray<ReceivedSpan>) => {
  const by = (verb: string) => spans.filter(({ name }) => name === verb || name.startsWith(`${verb} `))
  const byPlace = new Map(spans.map((span) => [place(span), span]))
  /** The delivery at the beginning of it all: each hop has one link, to the one before. */
  const origin = (span: ReceivedSpan): ReceivedSpan | undefined => {
    if (span.name.startsWith("process ")) return span
    const before = byPlace.get(span.links.map(place)[0] ?? "")
    return before === undefined || span.links.length !== 1 ? undefined : origin(before)
  }
  return { by, byPlace, origin }
}

/** Spans that link to this one, of one name. */
const linking = (spans: ReadonlyArray<ReceivedSpan>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const link of spans.flatMap(({ links }) => links)) counts.set(place(link), (counts.get(place(link)) ?? 0) + 1)
  return counts
}

const views = [
  "equipment",
  "exceptions",
  "genealogy",
  "ledger",
  "intake",
  "lots",
  "masterData",
  "orders",
  "plants",
  "postings",
  "recalls",
  "reconciliation",
  "releases",
  "timers"
]

it.live(
  `every delivery has its trace, and whatever follows from it links to it (seed ${seed})`,
  () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-traces-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const file = join(folder, "traces.json")
      const receiver = yield* startReceiver({ file, port: 0 })
      const made = yield* makePlant
      const plant: Plant = {
        ...made,
        environment: { ...made.environment, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint }
      }
      const sent = tracedPlant(seed, orders)
      yield* traveler(plant, "doctor")
      yield* coreAtWork(plant, sent)

      const spans = receivedSpans(file)
      assertTraces(
        spans,
        sent.map(({ delivery }) => delivery)
      )

      const { by, byPlace, origin } = sorted(spans)
      const recorded = by("process").filter(({ attributes }) => attributes["traveler.outcome"] !== "duplicate")
      const parked = recorded.filter(
        ({ attributes }) => attributes["traveler.outcome"] === "parked" && attributes["traveler.order.id"] !== undefined
      )
      const places = recorded.map(place).sort()
      expect(parked.length).toBeGreaterThan(5)

      // One insert holds what a message became, and every view shows it; what waited comes in a later batch again.
      const appended = linking(by("append"))
      expect(places.filter((one) => appended.get(one) !== 1)).toEqual([])
      for (const view of views) {
        const shown = linking(by(`project ${view}`))
        expect([view, places.filter((one) => !shown.has(one))]).toEqual([view, []])
      }
      expect(new Set(by("project").map(({ name }) => name))).toEqual(new Set(views.map((view) => `project ${view}`)))

      // The case of a message that an order waits for is one hop away (others are parked on their case itself); a
      // document of the ERP leads back to a message of its order.
      const raised = linking(by("react cases"))
      expect(parked.map(place).filter((one) => raised.get(one) !== 1)).toEqual([])
      for (const hop of [...by("react"), ...by("post")]) expect([hop.name, origin(hop)?.name]).not.toContain(undefined)
      const held = yield* documents(plant)
      expect(held.length).toBeGreaterThan(orders)
      expect(new Set(by("post").map(({ attributes }) => attributes["traveler.posting.key"]))).toEqual(
        new Set(held.map(({ key }) => key))
      )
      for (const post of by("post")) {
        expect(origin(post)?.attributes["traveler.order.id"]).toBe(post.attributes["traveler.order.id"])
      }

      // An order is found by its id: its deliveries and its documents.
      for (const orderId of new Set(held.map((document) => document.orderId))) {
        const found = spans.filter(({ attributes }) => attributes["traveler.order.id"] === orderId)
        const deliveries = sent.filter(({ delivery }) => delivery.orderId === orderId).length
        const posted = held.filter((document) => document.orderId === orderId).length
        expect(found.filter(({ name }) => name.startsWith("process ")).length).toBe(deliveries)
        expect(found.filter(({ name }) => name.startsWith("post ")).length).toBeGreaterThanOrEqual(posted)
      }

      // The journal keeps the context of the span that handled the message.
      const stored = yield* storedMessages(plant)
      const ofPlant = stored.filter((metadata) => metadata.queue === queue)
      expect([...new Set(ofPlant.map(({ traceparent }) => placeIn(traceparent)))].sort()).toEqual(places)
      for (const { messageId, traceparent } of ofPlant) {
        expect(byPlace.get(placeIn(traceparent))?.attributes["messaging.message.id"]).toBe(messageId)
      }
      expect(stored.filter(({ traceparent }) => !byPlace.has(placeIn(traceparent)))).toEqual([])
    }).pipe(Effect.scoped),
  120_000
)
