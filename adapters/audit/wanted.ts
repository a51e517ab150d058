// What an export is asked to hold, and where its events are. Used by `export.ts` and `traveler audit export`.
import { Effect } from "effect"
import { Journal } from "../../core/journal/journal.ts"
import { partitionOf, type StreamName } from "../../core/journal/stream.ts"
import { type Offsets, offsetsOfStream, offsetsOfTime } from "./export-rows.ts"
import type { Manifest } from "./manifest.ts"
import { storyOf } from "./story.ts"

/** What to export: a stream with its story, or all that was recorded from one time to before another. */
export type Wanted =
  | { readonly _tag: "Story"; readonly subject: string; readonly stream: StreamName }
  | { readonly _tag: "Time"; readonly subject: string; readonly from: number; readonly to: number }

/** Events by partition, and what of them is whole. */
interface Found extends Pick<Manifest, "runs" | "streams"> {
  /** Of every partition that may hold some: that it holds none has to be proven, too. */
  readonly offsets: ReadonlyArray<Offsets>
}

const offsetsOfStory = Effect.fnUntraced(function* (stream: StreamName) {
  const { partitions } = yield* Journal
  const streams = new Map<StreamName, number>()
  const byPartition = new Map<number, Array<number>>()
  for (const name of yield* storyOf(stream)) {
    const partition = partitionOf(name, partitions)
    const offsets = yield* offsetsOfStream(partition, name)
    if (offsets.length > 0) streams.set(name, offsets.length)
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), ...offsets])
  }
  const offsets = Array.from(
    byPartition,
    ([partition, offsets]): Offsets => ({
      partition,
      offsets: offsets.sort((left, right) => left - right)
    })
  ).sort((left, right) => left.partition - right.partition)
  const found: Found = { offsets, streams, runs: new Map() }
  return found
})

const offsetsOfRange = Effect.fnUntraced(function* (from: number, to: number) {
  const { partitions } = yield* Journal
  const all = yield* Effect.forEach(
    Array.from({ length: partitions }, (_, partition) => partition),
    (partition) => Effect.map(offsetsOfTime(partition, from, to), (offsets): Offsets => ({ partition, offsets })),
    { concurrency: 4 }
  )
  const runs = all
    .filter(({ offsets }) => offsets.length > 0)
    .map(({ offsets, partition }) => [partition, { first: offsets[0] ?? 0, last: offsets.at(-1) ?? 0 }] as const)
  const found: Found = { offsets: all, streams: new Map(), runs: new Map(runs) }
  return found
})

export const foundFor = (wanted: Wanted) =>
  wanted._tag === "Story" ? offsetsOfStory(wanted.stream) : offsetsOfRange(wanted.from, wanted.to)
