// Every name that a trace of Traveler holds: spans, kinds, attributes, events. Spelled here and nowhere else.
// docs/traces.md shows them to operators. For adapters/telemetry, tests and whatever reads traces.
import type { Delivery } from "../../core/port/broker.ts"
import type { Outcome } from "../../core/port/door.ts"

/** All that the core does is one service; its processes differ by `service.instance.id`. */
export const serviceName = "traveler"

/** The conventions that the `messaging.*` names follow: https://opentelemetry.io/docs/specs/semconv/messaging/rabbitmq */
export const schemaUrl = "https://opentelemetry.io/schemas/1.45.0"

/** Numbers as OTLP has them: opentelemetry/proto/trace/v1/trace.proto, `Span.SpanKind`. */
export const spanKind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const

/** A span's name is one of these verbs, a space and a low-cardinality object; the verb gives the kind. */
export const kindOfVerb: { readonly [verb: string]: number } = {
  /** One a delivery: `process mes.events:{plant}.{type}:traveler.in.{plant}`. */
  process: spanKind.consumer,
  /** One a combined insert into the journal: `append`. */
  append: spanKind.internal,
  /** One a batch of a projection: `project orders`. */
  project: spanKind.internal,
  /** One a message that a reaction sends: `react open-case`. */
  react: spanKind.internal,
  /** One an attempt to post a document: `post sandbox`. */
  post: spanKind.client,
  /** One a batch of events that a replay reads again, or of messages that it sends again: `replay order`, `replay publish`. */
  replay: spanKind.internal
}

export const resourceAttribute = { serviceName: "service.name", serviceInstanceId: "service.instance.id" } as const

export const attribute = {
  /** Always `rabbitmq`. */
  system: "messaging.system",
  operationName: "messaging.operation.name",
  operationType: "messaging.operation.type",
  /** `{exchange}:{routing key}:{queue}`, parts that are empty left out. */
  destinationName: "messaging.destination.name",
  /** The same with the plant and the type as placeholders: it names the span. */
  destinationTemplate: "messaging.destination.template",
  routingKey: "messaging.rabbitmq.destination.routing_key",
  messageId: "messaging.message.id",
  /** The AMQP correlation id. */
  conversationId: "messaging.message.conversation_id",
  /** Messages of a batch. */
  messages: "messaging.batch.message_count",
  /** Present where the work failed: what kind of failure it was. */
  errorType: "error.type",
  /** What became of a delivery: one of `outcome`. */
  outcome: "traveler.outcome",
  plantId: "traveler.plant.id",
  orderId: "traveler.order.id",
  /** The id of the message that caused this one. */
  causationId: "traveler.causation.id",
  /** The canonical message's name, as sent. */
  messageType: "traveler.message.type",
  /** Events of a batch. */
  events: "traveler.events",
  partition: "traveler.partition",
  postingKey: "traveler.posting.key",
  /** 1 for the first try of a posting. */
  attempt: "traveler.attempt",
  /** On the event `lot.touched`, one event a lot: an array attribute can't be searched by element. */
  lotId: "traveler.lot.id",
  lotRole: "traveler.lot.role"
} as const

export const event = {
  /** What the message means is decided; nothing of it is durable yet. */
  decided: "decided",
  /** What it caused is durable in the journal. */
  appended: "appended",
  lotTouched: "lot.touched"
} as const

/** What the door says, or `abandoned`: given back to the broker unhandled, which delivers it again. */
export const outcome = {
  handled: "handled",
  duplicate: "duplicate",
  suspected: "suspected",
  parked: "parked",
  abandoned: "abandoned"
} as const satisfies { readonly [Name in Outcome | "abandoned"]: Name }

const destination = (...parts: ReadonlyArray<string>) => parts.filter((part) => part !== "").join(":")

export const destinationName = ({ exchange, routingKey, queue }: Delivery): string =>
  destination(exchange, routingKey, queue)

/** Neither plants nor types multiply the names of operations, whatever a sender writes into a routing key. */
export const destinationTemplate = ({ exchange, queue, plant }: Delivery): string =>
  destination(
    exchange,
    "{plant}.{type}",
    queue.endsWith(`.${plant}`) ? `${queue.slice(0, -plant.length)}{plant}` : queue
  )

export const processSpan = (delivery: Delivery): string => `process ${destinationTemplate(delivery)}`

export const kindOf = (spanName: string): number => kindOfVerb[spanName.split(" ", 1)[0] ?? ""] ?? spanKind.internal
