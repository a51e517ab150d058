// Makes the spans of the core: one a delivery, a batch or a hop, written when it ends. The one narrow place on the hot
// path where spans are made; used through core/port/tracer.ts. Names in names.ts, transport in telemetry.ts.
import type { Delivery } from "../../core/port/broker.ts"
import type { HopSpan, ProcessSpan, SpanAbout, TraceContext, Tracer } from "../../core/port/tracer.ts"
import { newContext, valid } from "./context.ts"
import { attribute, destinationName, destinationTemplate, event, kindOf, outcome, processSpan } from "./names.ts"
import type { SpanQueue } from "./span-queue.ts"
import { attributeKey, eventName, type SpanWriter, spanHead } from "./span-writer.ts"

/** Links that one span keeps; more are counted as dropped. */
export const linkLimit = 1000

/** A hop that begins later than this (milliseconds) after its cause was recorded is a trace of its own. */
const sameTrace = 60_000

const key = {
  messageId: attributeKey(attribute.messageId),
  conversationId: attributeKey(attribute.conversationId),
  causationId: attributeKey(attribute.causationId),
  orderId: attributeKey(attribute.orderId),
  outcome: attributeKey(attribute.outcome),
  errorType: attributeKey(attribute.errorType)
}
const decidedEvent = eventName(event.decided)
const appendedEvent = eventName(event.appended)

const about: ReadonlyArray<readonly [keyof SpanAbout, Uint8Array]> = [
  ["messages", attributeKey(attribute.messages)],
  ["events", attributeKey(attribute.events)],
  ["partition", attributeKey(attribute.partition)],
  ["plantId", attributeKey(attribute.plantId)],
  ["orderId", key.orderId],
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

/** `processEnded` is called once for each delivery whose span has ended. */
export const makeTracer = (queue: SpanQueue, processEnded: () => void): Tracer["Service"] => {
  const micros = makeClock()
  const headOf = remembered(processHead, deliveryKey)
  const workHead = remembered(
    (name: string) => spanHead(name, kindOf(name), []),
    (name) => name
  )

  const process = (delivery: Delivery): ProcessSpan => {
    const startedAt = performance.now()
    const parent = valid(delivery.traceparent)
    const traceparent = newContext(parent)
    let decidedAt: number | undefined
    let ended = false

    const end = (result: string, messageId: string | undefined, orderId: string | undefined, failure?: string) => {
      if (ended) return
      ended = true
      processEnded()
      const endedAt = performance.now()
      queue.write((out) => {
        const endTime = micros(endedAt)
        out.start(traceparent, parent, true, headOf(delivery))
        out.times(micros(startedAt), endTime)
        if (messageId !== undefined) out.attribute(key.messageId, messageId)
        if (delivery.correlationId !== undefined) out.attribute(key.conversationId, delivery.correlationId)
        if (delivery.causationId !== undefined) out.attribute(key.causationId, delivery.causationId)
        if (orderId !== undefined) out.attribute(key.orderId, orderId)
        out.attribute(key.outcome, result)
        if (failure !== undefined) out.attribute(key.errorType, failure)
        if (decidedAt !== undefined) out.event(decidedEvent, micros(decidedAt))
        if (failure === undefined) out.event(appendedEvent, endTime)
        if (parent !== undefined) out.link(parent, true)
        if (failure !== undefined) out.failed()
        out.finish()
      })
    }

    return {
      traceparent,
      decided: () => {
        decidedAt = performance.now()
      },
      end: (result, { messageId, orderId }) => end(result, messageId, orderId),
      abandon: (reason) => end(outcome.abandoned, delivery.messageId, undefined, reason)
    }
  }

  const work = (
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
        const endedAt = performance.now()
        queue.write((out) => {
          out.start(traceparent, parent, false, workHead(name))
          out.times(micros(startedAt), micros(endedAt))
          for (const [fact, key] of about) {
            const value = facts[fact]
            if (value !== undefined) out.attribute(key, value)
          }
          if (failure !== undefined) out.attribute(key.errorType, failure)
          writeLinks(out, links)
          if (failure !== undefined) out.failed()
          out.finish()
        })
      }
    }
  }

  return {
    process,
    batch: (name, links, facts) => work(name, undefined, links, facts),
    hop: (name, cause, { firstAttempt, recordedAt }, facts) => {
      const link = valid(cause)
      const isChild = firstAttempt && Date.now() - recordedAt < sameTrace
      return work(name, isChild ? link : undefined, link === undefined ? [] : [link], facts)
    }
  }
}

/** A message that caused several events of a batch is linked once: its events are neighbours. */
const writeLinks = (out: SpanWriter, links: ReadonlyArray<TraceContext>): void => {
  let written = 0
  let dropped = 0
  let previous: TraceContext | undefined
  for (const link of links) {
    if (link === previous || valid(link) === undefined) continue
    previous = link
    if (written < linkLimit) {
      out.link(link, false)
      written++
    } else dropped++
  }
  if (dropped > 0) out.droppedLinks(dropped)
}
