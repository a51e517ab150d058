// Sends spans to an OTLP/HTTP endpoint and counts what became of them. `Telemetry.layer` gives the core its `Tracer`;
// started by the composition root, which also reads the counts.
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from "@opentelemetry/otlp-exporter-base/node-http"
import { Context, Effect, Layer, Option, Semaphore } from "effect"
import { Tracer } from "../../core/port/tracer.ts"
import { resourceAttribute, schemaUrl, serviceName } from "./names.ts"
import { SpanQueue } from "./span-queue.ts"
import { requestHead, type SpanBatch } from "./span-writer.ts"
import { makeTracer } from "./tracer.ts"

/** After a kill the spans of the last interval may be missing. */
const interval = "250 millis"
/** One batch is tried for so long (milliseconds), again and again with backoff while the endpoint can't be reached. */
const sendTimeout = 10_000
/** When the process ends it waits so long for its last spans to be taken. */
const lastFlush = "3 seconds"
const silence = 10_000

export interface SpanCounts {
  /** Spans of deliveries that have ended: one a delivery. */
  readonly process: number
  /** Spans of any kind that the endpoint has taken. */
  readonly exported: number
  /** Spans of any kind that are lost: no room while the endpoint was slow or away, or refused by it. */
  readonly dropped: number
}

/** OpenTelemetry's own client carries the bytes: it knows retries, and operators know its OTEL_EXPORTER_OTLP_* settings. */
const makeTransport = (url: string) => {
  const delegate = createOtlpHttpExportDelegate<SpanBatch, void>(
    convertLegacyHttpOptions({ url, timeoutMillis: sendTimeout }, "TRACES", "v1/traces", {
      "Content-Type": "application/x-protobuf"
    }),
    { serializeRequest: ({ bytes }) => bytes, deserializeResponse: () => undefined },
    "otlp_http_span_exporter",
    { name: "span", countItems: ({ spans }) => spans },
    undefined
  )
  /** Succeeds with undefined, or with the reason why the batch is lost. */
  return (batch: SpanBatch) =>
    Effect.callback<string | undefined>((resume) =>
      delegate.export(batch, ({ code, error }) =>
        resume(Effect.succeed(code === 0 ? undefined : (error?.message ?? "no reason given")))
      )
    )
}

export class Telemetry extends Context.Service<
  Telemetry,
  {
    readonly counts: Effect.Effect<SpanCounts>
    /** Succeeds when all spans ended before are sent or counted as dropped. */
    readonly flush: Effect.Effect<void>
  }
>()("traveler/adapters/Telemetry") {
  /** `endpoint` as in OTEL_EXPORTER_OTLP_ENDPOINT, without `/v1/traces`; `instance` names this process. */
  static layer(options: { readonly endpoint: string; readonly instance: string }): Layer.Layer<Telemetry | Tracer> {
    return Layer.effectContext(makeTelemetry(options))
  }
}

const makeTelemetry = (options: { readonly endpoint: string; readonly instance: string }) =>
  Effect.gen(function* () {
    const url = `${options.endpoint.replace(/\/$/, "")}/v1/traces`
    const queue = new SpanQueue(
      requestHead({
        resource: [
          [resourceAttribute.serviceName, serviceName],
          [resourceAttribute.serviceInstanceId, options.instance]
        ],
        scope: serviceName,
        schemaUrl
      })
    )
    const send = makeTransport(url)
    const one = yield* Semaphore.make(1)
    let process = 0
    let exported = 0
    let lost = 0
    let sending = 0
    let lostBecause = "the endpoint is too slow"
    let told = { dropped: 0, at: -silence }

    const dropped = () => lost + queue.refused

    const tell = Effect.suspend(() => {
      const news = dropped() - told.dropped
      if (news === 0 || performance.now() - told.at < silence) return Effect.void
      told = { dropped: dropped(), at: performance.now() }
      return Effect.logWarning(`${news} spans dropped: ${url}: ${lostBecause}`)
    })

    const sendNext = Effect.suspend(() => {
      const batch = queue.next()
      if (batch === undefined) return Effect.succeed(false)
      sending = batch.spans
      return Effect.map(send(batch), (failure) => {
        sending = 0
        if (failure === undefined) exported += batch.spans
        else {
          lost += batch.spans
          lostBecause = failure
        }
        return true
      })
    })

    const flush = Effect.gen(function* () {
      queue.seal()
      while (yield* sendNext) yield* tell
      yield* tell
    }).pipe(one.withPermits(1))

    yield* Effect.sleep(interval).pipe(Effect.andThen(flush), Effect.forever, Effect.forkScoped)
    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        const flushed = yield* Effect.timeoutOption(flush, lastFlush)
        if (Option.isSome(flushed)) return
        lost += sending + queue.discard()
        told.at = -silence
        yield* tell
      })
    )

    return Context.make(Telemetry, {
      counts: Effect.sync(() => ({ process, exported, dropped: dropped() })),
      flush
    }).pipe(
      Context.add(
        Tracer,
        makeTracer(queue, () => process++)
      )
    )
  })
