// What must hold for the traces of any run: coverage, parents and links, names, kinds, attributes, times, limits.
// Every test that has deliveries and received spans calls `assertTraces`.
import { AssertionError } from "node:assert"
import {
  attribute,
  destinationName,
  event,
  kindOfVerb,
  outcome,
  processSpan,
  resourceAttribute,
  schemaUrl,
  serviceName,
  spanKind
} from "../../adapters/telemetry/names.ts"
import type { Delivery } from "../../core/port/broker.ts"
import type { ReceivedSpan } from "./otlp.ts"

/** One delivery as the test knows it; a message delivered twice is two of them. */
export type TracedDelivery = Omit<Delivery, "body" | "redelivered" | "messageId"> & {
  /** As the core knows it: `sha256:<digest>` where the sender gave none. */
  readonly messageId: string
  readonly orderId?: string
}

const traceSpans = 500
const spanParts = 1000
/** The machine's clock may be set while a process runs; its spans then move by as much. */
const clockTolerance = 1_000_000_000n

const knownAttributes = new Set<string>(Object.values(attribute))
const knownEvents = new Set<string>(Object.values(event))
const knownOutcomes = new Set<unknown>(Object.values(outcome))
/** W3C Trace Context: version ff is none, and version 00 ends after its flags. */
const senderContext =
  /^(?!ff)(?:00(?!.{54})|(?!00)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/

const isProcess = ({ name }: ReceivedSpan): boolean => name.startsWith("process ")
const place = ({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) => `${traceId}/${spanId}`
const keyOf = (queue: unknown, messageId: unknown) => `${queue} ${messageId}`
const keyOfSpan = ({ attributes }: ReceivedSpan) =>
  keyOf(String(attributes[attribute.destinationName]).split(":").at(-1), attributes[attribute.messageId])

/** What is wrong with any span, whatever it stands for. */
const flawsOfSpan = (span: ReceivedSpan): ReadonlyArray<string> => {
  const verb = span.name.split(" ", 1)[0] ?? ""
  const names = [...Object.keys(span.attributes), ...span.events.flatMap(({ attributes }) => Object.keys(attributes))]
  const times = [span.start, ...span.events.map(({ time }) => time), span.end]
  const failed = span.attributes[attribute.errorType] !== undefined
  return [
    ...(/^(?!0+$)[0-9a-f]{32}$/.test(span.traceId) ? [] : ["trace id"]),
    ...(/^(?!0+$)[0-9a-f]{16}$/.test(span.spanId) ? [] : ["span id"]),
    ...(kindOfVerb[verb] === span.kind ? [] : [`kind ${span.kind}`]),
    ...names.filter((name) => !knownAttributes.has(name)).map((name) => `attribute ${name}`),
    ...span.events.filter(({ name }) => !knownEvents.has(name)).map(({ name }) => `event ${name}`),
    ...(times.every((time, index) => time >= (times[index - 1] ?? 1n)) ? [] : [`times ${times.join(", ")}`]),
    ...(span.resource[resourceAttribute.serviceName] === serviceName ? [] : ["service.name"]),
    ...(span.resource[resourceAttribute.serviceInstanceId] ? [] : ["service.instance.id"]),
    ...(span.schemaUrl === schemaUrl ? [] : ["schema URL"]),
    ...((span.flags & 1) === 1 ? [] : ["not sampled"]),
    ...(span.statusCode === (failed ? 2 : 0) ? [] : [`status ${span.statusCode}`]),
    ...(span.events.length <= spanParts && span.links.length <= spanParts ? [] : ["more than 1,000 events or links"])
  ]
}

/** What is wrong with the span of one delivery. */
const flawsOfProcess = (span: ReceivedSpan, delivery: TracedDelivery): ReadonlyArray<string> => {
  const { attributes, links } = span
  const sender = senderContext.exec(delivery.traceparent ?? "")
  const [, senderTrace = "", senderSpan = ""] = sender ?? []
  const abandoned = attributes[attribute.outcome] === outcome.abandoned
  const expected = {
    [attribute.system]: "rabbitmq",
    [attribute.operationName]: "process",
    [attribute.operationType]: "process",
    [attribute.destinationName]: destinationName({ ...delivery, body: new Uint8Array(0), redelivered: false }),
    [attribute.routingKey]: delivery.routingKey,
    [attribute.plantId]: delivery.plant,
    [attribute.messageId]: delivery.messageId,
    [attribute.messageType]: delivery.type,
    [attribute.conversationId]: delivery.correlationId,
    [attribute.causationId]: delivery.causationId,
    ...(delivery.orderId === undefined || abandoned ? {} : { [attribute.orderId]: delivery.orderId })
  }
  const names = span.events.map(({ name }) => name).join(", ")
  const linked = links.some((link) => link.traceId === senderTrace && link.spanId === senderSpan)
  return [
    ...Object.entries(expected)
      .filter(([name, value]) => attributes[name] !== value)
      .map(([name, value]) => `${name} ${attributes[name]}, expected ${value}`),
    ...(span.name === processSpan({ ...delivery, body: new Uint8Array(0), redelivered: false }) ? [] : ["name"]),
    ...(span.kind === spanKind.consumer ? [] : ["kind"]),
    ...(knownOutcomes.has(attributes[attribute.outcome]) ? [] : ["outcome"]),
    ...(abandoned || names === `${event.decided}, ${event.appended}` ? [] : [`events ${names}`]),
    ...(sender === null
      ? [
          ...(span.parentSpanId === "" ? [] : ["a parent from nowhere"]),
          ...(links.length === 0 ? [] : ["a link from nowhere"])
        ]
      : [
          ...(span.traceId === senderTrace && span.parentSpanId === senderSpan ? [] : ["not the sender's child"]),
          ...(linked && links.length === 1 ? [] : ["not linked to the sender"])
        ])
  ]
}

/** Parents and links of work inside the core lead to spans that were received, and a child never begins before. */
const flawsOfWay = (span: ReceivedSpan, byPlace: ReadonlyMap<string, ReceivedSpan>): ReadonlyArray<string> => {
  const parent = span.parentSpanId === "" ? undefined : byPlace.get(`${span.traceId}/${span.parentSpanId}`)
  const lost = span.links.filter((link) => !byPlace.has(place(link)))
  return [
    ...(span.parentSpanId === "" || parent !== undefined ? [] : [`parent ${span.parentSpanId} was not received`]),
    ...(parent === undefined || span.start + clockTolerance >= parent.start ? [] : ["begins before its parent"]),
    ...(parent === undefined || span.links.some((link) => link.spanId === parent.spanId) ? [] : ["parent not linked"]),
    ...lost.map((link) => `link to ${place(link)} was not received`)
  ]
}

/**
 * Fails with all that is wrong. One `process` span a delivery, exactly; after a kill, at most `missing` of them may be
 * missing, deliveries may have been repeated, and what the lost spans were linked with can't be resolved.
 */
export const assertTraces = (
  spans: ReadonlyArray<ReceivedSpan>,
  deliveries: ReadonlyArray<TracedDelivery>,
  afterKill?: { readonly missing: number }
): void => {
  const byPlace = new Map(spans.map((span) => [place(span), span]))
  const byMessage = new Map(deliveries.map((delivery) => [keyOf(delivery.queue, delivery.messageId), delivery]))
  const expected = Map.groupBy(deliveries, (delivery) => keyOf(delivery.queue, delivery.messageId))
  const found = Map.groupBy(spans.filter(isProcess), keyOfSpan)
  const flaws: Array<string> = []

  if (byPlace.size !== spans.length) flaws.push(`${spans.length - byPlace.size} spans share their ids`)
  let missing = 0
  for (const [key, { length }] of expected) {
    const traced = found.get(key)?.length ?? 0
    if (traced < length) missing += length - traced
    if (traced > length && afterKill === undefined) flaws.push(`${key}: ${traced} process spans, ${length} deliveries`)
  }
  if (missing > (afterKill?.missing ?? 0)) flaws.push(`${missing} deliveries without their process span`)

  for (const span of spans) {
    const who = `${span.name} ${place(span)}`
    for (const flaw of flawsOfSpan(span)) flaws.push(`${who}: ${flaw}`)
    if (!isProcess(span)) {
      if (afterKill === undefined) for (const flaw of flawsOfWay(span, byPlace)) flaws.push(`${who}: ${flaw}`)
      continue
    }
    const delivery = byMessage.get(keyOfSpan(span))
    const own = delivery === undefined ? ["no such delivery"] : flawsOfProcess(span, delivery)
    for (const flaw of own) flaws.push(`${who}: ${flaw}`)
  }
  for (const [traceId, members] of Map.groupBy(spans, ({ traceId }) => traceId)) {
    if (members.length > traceSpans) flaws.push(`trace ${traceId} has ${members.length} spans`)
  }
  if (flaws.length > 0) {
    throw new AssertionError({
      message: [`${flaws.length} flaws in ${spans.length} spans`, ...flaws.slice(0, 20)].join("\n")
    })
  }
}
