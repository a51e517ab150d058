// W3C trace contexts: made, checked, taken apart. For adapters/telemetry, and for whoever
// links to what a sender wrote.
import { randomFillSync } from "node:crypto"
import type { TraceContext } from "../../core/port/tracer.ts"

/** `version-traceId-spanId-flags`, ids not zero; version ff is invalid, and only a later one than 00 may go on. */
const pattern =
  /^(?:00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$|(?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$))/

/** Where the ids are in a context's text, in characters. */
export const traceIdAt = 3
export const spanIdAt = 36

export const traceIdOf = (context: TraceContext): string => context.slice(traceIdAt, traceIdAt + 32)
export const spanIdOf = (context: TraceContext): string => context.slice(spanIdAt, spanIdAt + 16)
export const flagsOf = (context: TraceContext): number => Number.parseInt(context.slice(53, 55), 16)

/** The context if it is valid, else undefined: a sender's mistake costs its span the parent, never the span. */
export const valid = (context: TraceContext | undefined): TraceContext | undefined =>
  context !== undefined && pattern.test(context) ? context : undefined

// Random bytes are drawn 4 kB at a time and kept as one text: an id is then a slice of it, and costs no call of its own.
// An id of zeros has the odds 2^-64.
const pool = Buffer.allocUnsafe(4096)
let digits = ""
let used = 0

const random = (length: number): string => {
  if (used + length > digits.length) {
    digits = randomFillSync(pool).toString("hex")
    used = 0
  }
  used += length
  return digits.slice(used - length, used)
}

/** A new span's context, always sampled: in its parent's trace, else in a new one. */
export const newContext = (parent: TraceContext | undefined): TraceContext =>
  `00-${parent === undefined ? random(32) : traceIdOf(parent)}-${random(16)}-01`
