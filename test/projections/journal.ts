// A journal in memory that gives a fixed history in batches as small as wanted, and a tracer that counts. For the
// tests of projections alone.
import { Effect, Layer, Stream } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { Journal } from "../../core/journal/journal.ts"
import { category, type StreamName } from "../../core/journal/stream.ts"
import { Tracer } from "../../core/port/tracer.ts"

export interface History {
  readonly partitions: number
  /** In order within each partition. */
  readonly events: ReadonlyArray<RecordedEvent>
}

export const headsOf = ({ partitions, events }: History): ReadonlyMap<number, number> => {
  const heads = new Map(Array.from({ length: partitions }, (_, partition) => [partition, 0]))
  for (const event of events) heads.set(event.partition, event.offset)
  return heads
}

/** In the order of their numbers. */
const streamsOf = ({ events }: History, partition: number): ReadonlyArray<StreamName> => [
  ...new Set(events.filter((event) => event.partition === partition).map(({ stream }) => stream))
]

/**
 * `sizes` are the sizes of the batches read, in turn and over again; each begins with another partition, so streams
 * are mixed differently with other sizes.
 */
export const journalOf = (history: () => History, sizes: ReadonlyArray<number> = [Number.POSITIVE_INFINITY]) => {
  let reads = 0
  const notUsed = Effect.die("Not used by projections")
  return Layer.succeed(Journal, {
    partitions: history().partitions,
    read: (after, limit) =>
      Effect.sync(() => {
        const { partitions, events } = history()
        const turn = reads++
        const size = Math.min(limit, sizes[turn % sizes.length] ?? limit)
        const order = Array.from({ length: partitions }, (_, index) => (index + turn) % partitions)
        const found = order.flatMap((partition) =>
          events.filter((event) => event.partition === partition && event.offset > (after.get(partition) ?? Infinity))
        )
        return found.slice(0, size)
      }),
    heads: Effect.sync(() => headsOf(history())),
    histories: ({ afterKey, category: wanted, lastKey, partition, types, upTo }) =>
      Effect.sync(() => {
        const { events } = history()
        return streamsOf(history(), partition)
          .slice(afterKey, lastKey)
          .filter((name) => wanted === undefined || category(name) === wanted)
          .flatMap((name) => events.filter(({ stream }) => stream === name))
          .filter(({ offset, type }) => offset <= upTo && (types === undefined || types.includes(type)))
      }),
    head: (partition) =>
      Effect.sync(() => ({
        offset: headsOf(history()).get(partition) ?? 0,
        hash: new Uint8Array(32),
        recordedAt: 0,
        lastKey: streamsOf(history(), partition).length
      })),
    appended: Stream.tick("20 millis"),
    append: () => notUsed,
    load: () => notUsed,
    saveSnapshots: () => notUsed,
    readStream: () => notUsed,
    rows: () => notUsed,
    raw: () => notUsed
  })
}

export interface CountedSpan {
  readonly name: string
  readonly links: ReadonlyArray<string>
  failure?: string
  ended: boolean
}

export const countingTracer = (spans: Array<CountedSpan> = []) =>
  Layer.succeed(Tracer, {
    process: () => {
      throw new Error("Not used by projections")
    },
    hop: () => {
      throw new Error("Not used by projections")
    },
    batch: (name, links) => {
      const span: CountedSpan = { name, links, ended: false }
      spans.push(span)
      return {
        traceparent: "",
        end: (failure) => {
          span.ended = true
          if (failure !== undefined) span.failure = failure
        }
      }
    }
  })
