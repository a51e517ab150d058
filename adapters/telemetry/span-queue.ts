// Finished spans on their way out: the batch being written, and those that wait to be sent. Bounded, so that an
// endpoint that is down costs spans and never the core. For adapters/telemetry only.
import { type RequestHead, type SpanBatch, SpanWriter } from "./span-writer.ts"

/** Several seconds of full load, or a synchronous burst, in at most 64 MB. */
const waitingSpans = 65_536
const waitingBytes = 64 * 1024 * 1024

export class SpanQueue {
  readonly #writer: SpanWriter
  readonly #full: Array<SpanBatch> = []
  #spans = 0
  #bytes = 0
  /** Spans ended that found no room. */
  refused = 0

  constructor(head: RequestHead) {
    this.#writer = new SpanWriter(head)
  }

  /** Where to write one span, which `written` must follow; undefined where there is no room for it. */
  room(): SpanWriter | undefined {
    if (this.#spans + this.#writer.spans < waitingSpans && this.#bytes < waitingBytes) return this.#writer
    this.refused++
    return undefined
  }

  written(): void {
    if (this.#writer.isFull) this.seal()
  }

  /** What is written so far is sent with the next. */
  seal(): void {
    if (this.#writer.spans === 0) return
    const batch = this.#writer.take()
    this.#spans += batch.spans
    this.#bytes += batch.bytes.length
    this.#full.push(batch)
  }

  next(): SpanBatch | undefined {
    const batch = this.#full.shift()
    if (batch === undefined) return undefined
    this.#spans -= batch.spans
    this.#bytes -= batch.bytes.length
    return batch
  }

  /** Empties the queue and says how many spans that cost. */
  discard(): number {
    this.seal()
    const spans = this.#spans
    this.#full.length = 0
    this.#spans = 0
    this.#bytes = 0
    return spans
  }
}
