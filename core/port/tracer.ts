// The port of the traces: one narrow place between the core and whatever makes spans. DESIGN.md, Traces.
import { Context } from "effect"
import type { Delivery } from "./broker.ts"
import type { Outcome } from "./door.ts"

/** W3C `traceparent` text of a span. */
export type TraceContext = string

/** What a span says of its work, in the plant's words; the adapter names them (adapters/telemetry/names.ts). */
export interface SpanAbout {
  /** How many messages and events a batch holds. */
  readonly messages?: number
  readonly events?: number
  readonly partition?: number
  readonly plantId?: string
  readonly orderId?: string
  readonly lotId?: string
  readonly messageId?: string
  readonly causationId?: string
  readonly postingKey?: string
  /** 1 for the first. */
  readonly attempt?: number
}

/** A lot and its part in what a message tells. */
export interface LotTouched {
  readonly lotId: string
  readonly role: "subject" | "consumed" | "produced"
}

/** What was learned of a delivery's message. */
export interface ProcessAbout {
  readonly messageId: string
  readonly orderId?: string
  readonly lots?: ReadonlyArray<LotTouched>
}

/** The span of one delivery: CONSUMER, child of and linked to the sender's context. Only its first end counts. */
export interface ProcessSpan {
  readonly traceparent: TraceContext
  /** Adds the event `decided`. */
  readonly decided: () => void
  /** Adds the event `appended`, one `lot.touched` a lot, the outcome and the rest that was learned, and ends the span. */
  readonly end: (outcome: Outcome, about: ProcessAbout) => void
  /** The delivery goes back to the broker unhandled; the reason in few words, for it is searched by. */
  readonly abandon: (reason: string) => void
}

/** A span of work inside the core. */
export interface HopSpan {
  readonly traceparent: TraceContext
  /** `failure` is the kind of failure in few words (a `_tag` does), for it is searched by. */
  readonly end: (failure?: string) => void
}

export class Tracer extends Context.Service<
  Tracer,
  {
    readonly process: (delivery: Delivery) => ProcessSpan
    /** One span a batch, linked to the spans of what it holds: `append`, `project <view>`, `replay <what>`. */
    readonly batch: (name: string, links: ReadonlyArray<TraceContext>, about: SpanAbout) => HopSpan
    /**
     * A later hop of one message (`react <name>`, `post <erp>`): linked to the message's `process` span, and its
     * child where this is a first attempt begun within 60 s of `recordedAt` (milliseconds since 1970).
     */
    readonly hop: (
      name: string,
      cause: TraceContext | undefined,
      options: { readonly firstAttempt: boolean; readonly recordedAt: number },
      about: SpanAbout
    ) => HopSpan
  }
>()("traveler/core/Tracer") {}
