// Deliveries for the tests of traces, and what the core does with their spans.
import { Effect } from "effect"
import { PlantId } from "../../../core/plant/identifiers.ts"
import type { Delivery } from "../../../core/port/broker.ts"
import { Tracer } from "../../../core/port/tracer.ts"
import type { TracedDelivery } from "../../harness/traces.ts"

export const delivery = (about: Partial<Delivery>): Delivery => ({
  queue: "traveler.in.leeds",
  plant: PlantId.make("leeds"),
  exchange: "mes.events",
  routingKey: "leeds.OperationReported",
  redelivered: false,
  body: new Uint8Array(0),
  type: "OperationReported",
  ...about
})

/** Of three senders: one has no trace, one has a trace that it doesn't sample, one makes no sense. */
const traceparentOf = (number: number): string | undefined =>
  [undefined, `00-${"a1".repeat(12)}${(number + 1).toString(16).padStart(8, "0")}-${"b2".repeat(8)}-00`, "00-?"][
    number % 3
  ]

/** Every fifth is a duplicate of the one four before. */
export const deliveries = (count: number): ReadonlyArray<TracedDelivery> =>
  Array.from({ length: count }, (_, index) => {
    const number = index % 5 === 4 ? index - 4 : index
    const traceparent = traceparentOf(number)
    const { body, redelivered, ...message } = delivery(traceparent === undefined ? {} : { traceparent })
    return { ...message, messageId: `m-${number}`, orderId: `order-${number % 7}`, correlationId: "über-4711" }
  })

/** What the core does with spans, without the core: each message handled, appended, projected, a few posted. */
export const handle = (messages: ReadonlyArray<TracedDelivery>) =>
  Effect.gen(function* () {
    const tracer = yield* Tracer
    for (let from = 0; from < messages.length; from += 500) {
      const batch = messages.slice(from, from + 500)
      const spans = batch.map((message) => tracer.process({ ...message, redelivered: false, body: new Uint8Array(0) }))
      for (const span of spans) span.decided()
      const contexts = spans.map(({ traceparent }) => traceparent)
      const append = tracer.batch("append", contexts, { messages: spans.length })
      append.end()
      spans.forEach((span, index) => {
        const { messageId = "", orderId = "" } = batch[index] ?? {}
        span.end("handled", { messageId, orderId })
      })
      tracer.batch("project orders", contexts, { events: spans.length, partition: 3 }).end()
      const recent = { firstAttempt: true, recordedAt: Date.now() }
      tracer.hop("post sandbox", contexts[0], recent, { postingKey: "order/leeds/1/1/confirmation", attempt: 1 }).end()
      const retry = { firstAttempt: false, recordedAt: Date.now() }
      tracer.hop("post sandbox", contexts[0], retry, { attempt: 2 }).end("TechnicalFailure")
      yield* Effect.yieldNow
    }
  })
