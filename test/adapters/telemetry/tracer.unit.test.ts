import { describe, expect, it } from "vitest"
import { attribute } from "../../../adapters/telemetry/names.ts"
import { SpanQueue } from "../../../adapters/telemetry/span-queue.ts"
import { requestHead } from "../../../adapters/telemetry/span-writer.ts"
import { makeTracer } from "../../../adapters/telemetry/tracer.ts"
import { officialSpans, type ReceivedSpan } from "../../harness/otlp.ts"
import { delivery } from "./delivery.ts"

const trace = "0af7651916cd43dd8448eb211c80319c"
const sender = `00-${trace}-b7ad6b7169203331-00`
const minute = 60_000

const given = () => {
  let processes = 0
  const queue = new SpanQueue(requestHead({ resource: [], scope: "traveler", schemaUrl: "" }))
  const tracer = makeTracer(queue, () => processes++)
  const spans = (): ReadonlyArray<ReceivedSpan> => {
    queue.seal()
    const found: Array<ReceivedSpan> = []
    for (let batch = queue.next(); batch !== undefined; batch = queue.next()) found.push(...officialSpans(batch.bytes))
    return found
  }
  return { queue, tracer, spans, processes: () => processes }
}
const contextOf = (span: ReceivedSpan | undefined) => `00-${span?.traceId}-${span?.spanId}-01`

describe("the span of a delivery", () => {
  it("is the child of its sender's and linked to it, though the sender didn't sample", () => {
    const { tracer, spans } = given()
    const span = tracer.process(delivery({ traceparent: sender, correlationId: "c", causationId: "m0" }))
    span.decided()
    span.end("handled", { messageId: "m1", orderId: "4711" })
    const [found] = spans()
    expect(found).toMatchObject({
      traceId: trace,
      parentSpanId: "b7ad6b7169203331",
      links: [{ traceId: trace, spanId: "b7ad6b7169203331", flags: 0x300 }],
      flags: 0x301,
      kind: 5,
      statusCode: 0
    })
    expect(contextOf(found)).toBe(span.traceparent)
    expect(found?.events.map(({ name }) => name)).toEqual(["decided", "appended"])
    expect(found?.attributes).toMatchObject({
      [attribute.messageId]: "m1",
      [attribute.orderId]: "4711",
      [attribute.conversationId]: "c",
      [attribute.causationId]: "m0",
      [attribute.messageType]: "OperationReported",
      [attribute.plantId]: "leeds",
      [attribute.outcome]: "handled"
    })
  })

  it("tells of every lot that its message touches, and has the lot as a tag where it is one", () => {
    const { tracer, spans } = given()
    const lots = [
      { lotId: "L-1", role: "consumed" },
      { lotId: "L-2", role: "produced" }
    ] as const
    tracer.process(delivery({})).end("handled", { messageId: "m1", lots })
    tracer.process(delivery({})).end("handled", { messageId: "m2", lots: [{ lotId: "L-3", role: "subject" }] })
    tracer.process(delivery({})).end("handled", { messageId: "m3", lots: Array.from({ length: 2_000 }, () => lots[0]) })
    const [split, held, large] = spans()
    const touched = (lotId: string, role: string) => ({
      name: "lot.touched",
      attributes: { [attribute.lotId]: lotId, [attribute.lotRole]: role }
    })
    expect(split?.events.slice(1)).toMatchObject([touched("L-1", "consumed"), touched("L-2", "produced")])
    expect(split?.attributes).not.toHaveProperty(attribute.lotId)
    expect(held?.events.slice(1)).toMatchObject([touched("L-3", "subject")])
    expect(held?.attributes).toMatchObject({ [attribute.lotId]: "L-3" })
    expect(large?.events).toHaveLength(999)
  })

  it.each([undefined, "", "nonsense", `00-${"0".repeat(32)}-b7ad6b7169203331-01`])(
    "is a new root when its sender says %j",
    (traceparent) => {
      const { tracer, spans } = given()
      tracer.process(delivery(traceparent === undefined ? {} : { traceparent })).end("handled", { messageId: "m1" })
      expect(spans()).toMatchObject([{ parentSpanId: "", links: [], flags: 1 }])
    }
  )

  it("says when it was given back, and why", () => {
    const { tracer, spans } = given()
    tracer.process(delivery({ messageId: "m1" })).abandon("PartitionUnavailable")
    expect(spans()).toMatchObject([
      {
        statusCode: 2,
        events: [],
        attributes: {
          [attribute.outcome]: "abandoned",
          [attribute.errorType]: "PartitionUnavailable",
          [attribute.messageId]: "m1"
        }
      }
    ])
  })

  it("ends once", () => {
    const { tracer, spans, processes } = given()
    const span = tracer.process(delivery({}))
    span.end("handled", { messageId: "m1" })
    span.abandon("too late")
    expect(spans().length).toBe(1)
    expect(processes()).toBe(1)
  })

  it("has times in microseconds of the machine's clock that never go back", () => {
    const { tracer, spans } = given()
    const before = BigInt(Date.now() - 10) * 1_000_000n
    const span = tracer.process(delivery({}))
    span.decided()
    span.end("handled", { messageId: "m1" })
    const [found] = spans()
    const times = [before, found?.start, ...(found?.events.map(({ time }) => time) ?? []), found?.end]
    expect(times.toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n)))).toEqual(times)
    expect(found?.end ?? 0n).toBeLessThan(BigInt(Date.now() + 10) * 1_000_000n)
  })

  it("keeps to its own routing key, also when senders invent thousands", () => {
    const { tracer, spans } = given()
    const keys = Array.from({ length: 3000 }, (_, index) => `leeds.Type${index}`)
    for (const routingKey of keys) tracer.process(delivery({ routingKey })).end("parked", { messageId: routingKey })
    const found = spans()
    expect(found.map(({ attributes }) => attributes[attribute.routingKey])).toEqual(keys)
    expect(found.every(({ attributes }) => attributes[attribute.messageId] === attributes[attribute.routingKey])).toBe(
      true
    )
  })
})

describe("the span of a batch", () => {
  it("is a root with a link to each message, once, and what it held", () => {
    const { tracer, spans } = given()
    const links = ["1", "1", "2"].map((digit) => `00-${trace}-${digit.repeat(16)}-01`)
    tracer.batch("append", [...links, "nonsense"], { messages: 2, events: 3, partition: 0 }).end()
    expect(spans()).toMatchObject([
      {
        name: "append",
        kind: 1,
        parentSpanId: "",
        links: [{ spanId: "1".repeat(16) }, { spanId: "2".repeat(16) }],
        attributes: { [attribute.messages]: 2, [attribute.events]: 3, [attribute.partition]: 0 }
      }
    ])
  })

  it("keeps 1,000 links and counts the others", () => {
    const { tracer, spans } = given()
    const links = Array.from(
      { length: 1500 },
      () => `00-${trace}-${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}-01`
    )
    tracer.batch("project orders", links, {}).end("TechnicalFailure")
    const [found] = spans()
    expect(found).toMatchObject({ droppedLinks: 500, statusCode: 2 })
    expect(found?.links.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)).toEqual(links.slice(0, 1000))
  })
})

describe("the span of a later hop", () => {
  const cause = `00-${trace}-b7ad6b7169203331-01`

  it("is linked to its cause, and its child while it is a first attempt within a minute", () => {
    const { tracer, spans } = given()
    const now = Date.now()
    tracer.hop("react case", cause, { firstAttempt: true, recordedAt: now - minute / 2 }, {}).end()
    tracer.hop("react case", cause, { firstAttempt: true, recordedAt: now - minute }, {}).end()
    tracer.hop("post sandbox", cause, { firstAttempt: false, recordedAt: now }, { postingKey: "k", attempt: 2 }).end()
    const [child, late, retry] = spans()
    expect(child).toMatchObject({ traceId: trace, parentSpanId: "b7ad6b7169203331", kind: 1 })
    for (const root of [late, retry]) {
      expect(root?.parentSpanId).toBe("")
      expect(root?.traceId).not.toBe(trace)
    }
    for (const span of [child, late, retry]) {
      expect(span?.links).toEqual([{ traceId: trace, spanId: "b7ad6b7169203331", flags: 1 }])
    }
    expect(retry).toMatchObject({ kind: 3, attributes: { [attribute.postingKey]: "k", [attribute.attempt]: 2 } })
  })

  it("is a trace of its own when its cause has none", () => {
    const { tracer, spans } = given()
    tracer.hop("react case", undefined, { firstAttempt: true, recordedAt: Date.now() }, {}).end()
    expect(spans()).toMatchObject([{ parentSpanId: "", links: [] }])
  })
})

describe("spans that nobody takes", () => {
  it("are refused beyond 65,536 and counted, and room comes back with the first batch taken", () => {
    const { queue, tracer, processes } = given()
    for (let index = 0; index < 70_000; index++) tracer.process(delivery({})).end("handled", { messageId: "m" })
    expect(queue.refused).toBe(70_000 - 65_536)
    expect(processes()).toBe(70_000)
    queue.next()
    tracer.process(delivery({})).end("handled", { messageId: "m" })
    expect(queue.refused).toBe(70_000 - 65_536)
    expect(queue.discard()).toBe(65_536 - 4096 + 1)
  })
})
