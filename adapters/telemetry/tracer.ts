// Makes the spans of the core: one a delivery, a batch or a hop, written when it ends. The one narrow place on the hot
// path where spans are made; used through core/port/tracer.ts. Names in names.ts, transport in telemetry.ts.
import type { Delivery } from "../../core/port/broker.ts"
import type { HopSpan, ProcessAbout, ProcessSpan, SpanAbout, TraceContext, Tracer } from "../../core/port/tracer.ts"
import { newContext, valid } from "./context.ts"
import { attribute, destinationName, destinationTemplate, event, kindOf, outcome, processSpan } from "./names.ts"
import type { SpanQueue } from "./span-queue.ts"
import { attributeKey, eventName, type SpanWriter, spanHead } from "./span-writer.ts"

/** Links that one span keeps; more are counted as dropped. */
export const linkLimit = 1000

/** Lots that one span tells of, so that it stays below a thousand events; a message that names more is told in part. */
const lotLimit = 998

/** A hop that begins later than this (milliseconds) after its cause was recorded is a trace of its own. */
const sameTrace = 60_000

const key = {
  messageId: attributeKey(attribute.messageId),
  conversationId: attributeKey(attribute.conversationId),
  causationId: attributeKey(attribute.causationId),
  orderId: attributeKey(attribute.orderId),
  lotId: attributeKey(attribute.lotId),
  lotRole: attributeKey(attribute.lotRole),
  outcome: attributeKey(attribute.outcome),
  errorType: attributeKey(attribute.errorType)
}
const decidedEvent = eventName(event.decided)
const appendedEvent = eventName(event.appended)
const lotTouchedEvent = eventName(event.lotTouched)

const about: ReadonlyArray<readonly [keyof SpanAbout, Uint8Array]> = [
  ["messages", attributeKey(attribute.messages)],
  ["events", attributeKey(attribute.events)],
  ["partition", attributeKey(attribute.partition)],
  ["plantId", attributeKey(attribute.plantId)],
  ["orderId", key.orderId],
  ["lotId", key.lotId],
  ["messageId", key.messageId],
  ["causationId", key.causationId],
  ["postingKey", attributeKey(attribute.postingKey)],
  ["attempt", attributeKey(attribute.attempt)]
]

/** Encoded heads by what they are made of. Routing keys come from outside, so the memory of them is bounded. */
const remembered = <A>(make: (of: A) => Uint8Array, keyOf: (of: A) => string) => {
  const known = new Map<string, Uint8Array>()
  return (of: A): Uint8Array => {
    const key = keyOf(of)
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= 1000) known.clear()
    const made = make(of)
    known.set(key, made)
    return made
  }
}

const processHead = (delivery: Delivery): Uint8Array => {
  const name = processSpan(delivery)
  return spanHead(name, kindOf(name), [
    [attribute.system, "rabbitmq"],
    [attribute.operationName, "process"],
    [attribute.operationType, "process"],
    [attribute.destinationName, destinationName(delivery)],
    [attribute.destinationTemplate, destinationTemplate(delivery)],
    [attribute.routingKey, delivery.routingKey],
    [attribute.plantId, delivery.plant],
    ...(delivery.type === undefined ? [] : [[attribute.messageType, delivery.type] as const])
  ])
}

const deliveryKey = (delivery: Delivery): string =>
  `${delivery.queue}\n${delivery.plant}\n${delivery.exchange}\n${delivery.routingKey}\n${delivery.type ?? ""}`

/**
 * Times within a span come from the monotonic clock, so they never go back; where the span stands in time is looked up
 * when it is written, since the machine's clock may have been set since the process began.
 */
const makeClock = () => {
  let origin = performance.timeOrigin
  let checkedAt = 0
  return (at: number): number => {
    if (at - checkedAt > 1000) {
      checkedAt = at
      const truth = Date.now() - performance.now()
      if (Math.abs(truth - origin) > 5) origin = truth
    }
    return Math.round((origin + at) * 1000)
  }
}

/** What every span of a process needs. */
interface Writing {
  readonly queue: SpanQueue
  /** Microseconds since 1970 of a time on the monotonic clock. */
  readonly micros: (at: number) => number
  readonly headOf: (delivery: Delivery) => Uint8Array
  readonly workHead: (name: string) => Uint8Array
  readonly processEnded: () => void
}

/** A class, since there is one a message: closures instead would be most of what a span costs. */
class DeliverySpan implements ProcessSpan {
  readonly traceparent: TraceContext
  readonly #writing: Writing
  readonly #delivery: Delivery
  readonly #parent: TraceContext | undefined
  readonly #startedAt = performance.now()
  #decidedAt: number | undefined
  #ended = false

  constructor(writing: Writing, delivery: Delivery) {
    this.#writing = writing
    this.#delivery = delivery
    this.#parent = valid(delivery.traceparent)
    this.traceparent = newContext(this.#parent)
  }

  decided(): void {
    this.#decidedAt = performance.now()
  }

  end(result: string, about: ProcessAbout): void {
    this.#end(result, about, undefined)
  }

  abandon(reason: string): void {
    this.#end(outcome.abandoned, this.#delivery, reason)
  }

  #end(result: string, { lots, messageId, orderId }: Partial<ProcessAbout>, failure: string | undefined): void {
    if (this.#ended) return
    this.#ended = true
    const { queue, micros, headOf, processEnded } = this.#writing
    processEnded()
    const out = queue.room()
    if (out === undefined) return
    const { correlationId, causationId } = this.#delivery
    const endTime = micros(performance.now())
    out.start(this.traceparent, this.#parent, true, headOf(this.#delivery))
    out.times(micros(this.#startedAt), endTime)
    if (messageId !== undefined) out.attribute(key.messageId, messageId)
    if (correlationId !== undefined) out.attribute(key.conversationId, correlationId)
    if (causationId !== undefined) out.attribute(key.causationId, causationId)
    if (orderId !== undefined) out.attribute(key.orderId, orderId)
    if (lots?.length === 1 && lots[0] !== undefined) out.attribute(key.lotId, lots[0].lotId)
    out.attribute(key.outcome, result)
    if (failure !== undefined) out.attribute(key.errorType, failure)
    if (this.#decidedAt !== undefined) out.event(decidedEvent, micros(this.#decidedAt))
    if (failure === undefined) out.event(appendedEvent, endTime)
    for (const { lotId, role } of lots?.slice(0, lotLimit) ?? []) {
      out.eventAbout(lotTouchedEvent, endTime, [
        [key.lotId, lotId],
        [key.lotRole, role]
      ])
    }
    if (this.#parent !== undefined) out.link(this.#parent, true)
    if (failure !== undefined) out.failed()
    out.finish()
    queue.written()
  }
}

const workSpan = (
  { queue, micros, workHead }: Writing,
  name: string,
  parent: TraceContext | undefined,
  links: ReadonlyArray<TraceContext>,
  facts: SpanAbout
): HopSpan => {
  const startedAt = performance.now()
  const traceparent = newContext(parent)
  let ended = false
  return {
    traceparent,
    end: (failure) => {
      if (ended) return
      ended = true
      const out = queue.room()
      if (out === undefined) return
      out.start(traceparent, parent, false, workHead(name))
      // The end first: it may be what notices that the machine's clock was set.
      const endTime = micros(performance.now())
      out.times(micros(startedAt), endTime)
      for (const [fact, key] of about) {
        const value = facts[fact]
        if (value !== undefined) out.attribute(key, value)
      }
      if (failure !== undefined) out.attribute(key.errorType, failure)
      writeLinks(out, links)
      if (failure !== undefined) out.failed()
      out.finish()
      queue.written()
    }
  }
}

/** `processEnded` is called once for each delivery whose span has ended. */
export const makeTracer = (queue: SpanQueue, processEnded: () => void): Tracer["Service"] => {
  const writing: Writing = {
    queue,
    processEnded,
    micros: makeClock(),
    headOf: remembered(processHead, deliveryKey),
    workHead: remembered(
      (name: string) => spanHead(name, kindOf(name), []),
      (name) => name
    )
  }
  return {
    process: (delivery) => new DeliverySpan(writing, delivery),
    batch: (name, links, facts) => workSpan(writing, name, undefined, links, facts),
    hop: (name, cause, { firstAttempt, recordedAt }, facts) => {
      const link = valid(cause)
      const isChild = firstAttempt && Date.now() - recordedAt < sameTrace
      return workSpan(writing, name, isChild ? link : undefined, link === undefined ? [] : [link], facts)
    }
  }
}

/** Links are our own contexts, made by `newContext`: nothing else of theirs needs looking at. */
const contextLength = 55

/** A message that caused several events of a batch is linked once: its events are neighbours. */
const writeLinks = (out: SpanWriter, links: ReadonlyArray<TraceContext>): void => {
  let written = 0
  let dropped = 0
  let previous: TraceContext | undefined
  for (const link of links) {
    if (link === previous || link.length !== contextLength) continue
    previous = link
    if (written < linkLimit) {
      out.link(link, false)
      written++
    } else dropped++
  }
  if (dropped > 0) out.droppedLinks(dropped)
}
