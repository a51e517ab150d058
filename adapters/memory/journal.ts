// The journal in memory, for tests and for simulations that leave nothing behind: the same promises, no process to
// outlive. Rows are kept as bytes and decoded on each read, so nothing passes that couldn't be stored.
import { Effect, Layer, PubSub, Stream } from "effect"
import type { EventRow } from "../../core/journal/event.ts"
import { genesis, hex } from "../../core/journal/hash.ts"
import {
  type HistoriesAsked,
  Journal,
  type LoadedStream,
  type PartitionAppend,
  PartitionLost,
  type Snapshot
} from "../../core/journal/journal.ts"
import { recordedEvent, recordedEvents, recordedHistories, recordedStream } from "../../core/journal/recorded.ts"
import { category as categoryOf, partitionOf, type StreamName } from "../../core/journal/stream.ts"

/** One partition: its rows, where offset n is at n - 1, and what is known of its streams. */
class Log {
  readonly rows: Array<EventRow> = []
  readonly keys = new Map<StreamName, number>()
  readonly versions = new Map<number, Array<EventRow>>()
  readonly snapshots = new Map<number, Snapshot>()

  /** False where another owner's row is in the way; these very rows again are no conflict. */
  append({ rows, newStreams }: PartitionAppend): boolean {
    const [first] = rows
    if (first === undefined) return true
    if (first.offset !== this.rows.length + 1) {
      return rows.every((row) => {
        const stored = this.rows[row.offset - 1]
        return stored !== undefined && Buffer.compare(stored.hash, row.hash) === 0
      })
    }
    const given = new Set(this.keys.values())
    if (newStreams.some(({ key, name }) => this.keys.has(name) || given.has(key))) return false
    for (const { key, name } of newStreams) this.keys.set(name, key)
    for (const row of rows) {
      this.rows.push(row)
      const stream = this.versions.get(row.key) ?? []
      this.versions.set(row.key, stream)
      stream.push(row)
    }
    return true
  }

  tail(key: number, afterVersion: number): ReadonlyArray<EventRow> {
    return (this.versions.get(key) ?? []).filter((row) => row.version > afterVersion)
  }

  histories({ afterKey, category, lastKey, types, upTo }: Omit<HistoriesAsked, "partition">): ReadonlyArray<EventRow> {
    return [...this.keys]
      .filter(
        ([name, key]) => key > afterKey && key <= lastKey && (category === undefined || categoryOf(name) === category)
      )
      .flatMap(([, key]) => this.tail(key, 0))
      .filter(({ offset, type }) => offset <= upTo && (types === undefined || types.includes(type)))
  }

  load(name: StreamName): LoadedStream | undefined {
    const key = this.keys.get(name)
    if (key === undefined) return undefined
    const snapshot = this.snapshots.get(key)
    try {
      const tail = this.tail(key, snapshot?.version ?? 0).map(recordedEvent)
      return { key, ...(snapshot === undefined ? {} : { snapshot }), tail }
    } catch (cause) {
      return { key, tail: [], unreadable: String(cause) }
    }
  }
}

export const memoryJournal = (partitions = 64) =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const logs = Array.from({ length: partitions }, () => new Log())
      const raw = new Map<string, Uint8Array>()
      const news = yield* PubSub.sliding<void>(1)

      const log = (partition: number): Log => {
        const found = logs[partition]
        if (found === undefined) throw new RangeError(`Partition ${partition} of ${partitions}`)
        return found
      }

      return Journal.of({
        partitions,
        head: (partition) =>
          Effect.sync(() => {
            const { rows, keys } = log(partition)
            const last = rows.at(-1)
            return {
              offset: rows.length,
              hash: last?.hash ?? genesis,
              recordedAt: last?.recordedAt ?? 0,
              lastKey: Math.max(0, ...keys.values())
            }
          }),
        append: (append) =>
          Effect.suspend(() => {
            const { partition, rows } = append
            if (!log(partition).append(append)) {
              return Effect.fail(new PartitionLost({ partition, offset: rows[0]?.offset ?? 0 }))
            }
            for (const { digest, bytes } of append.raw) raw.set(hex(digest), bytes)
            return Effect.asVoid(PubSub.publish(news, undefined))
          }),
        load: (partition, names) =>
          Effect.sync(() => {
            const loaded = new Map<StreamName, LoadedStream>()
            for (const name of names) {
              const stream = log(partition).load(name)
              if (stream !== undefined) loaded.set(name, stream)
            }
            return loaded
          }),
        saveSnapshots: (partition, snapshots) =>
          Effect.sync(() => {
            const saved = log(partition).snapshots
            for (const { key, ...snapshot } of snapshots) {
              if ((saved.get(key)?.version ?? 0) <= snapshot.version) saved.set(key, snapshot)
            }
          }),
        read: (after, limit) =>
          Effect.suspend(() => {
            const rows: Array<EventRow> = []
            for (const [partition, offset] of after) {
              rows.push(...log(partition).rows.slice(offset, offset + limit - rows.length))
            }
            return recordedEvents(rows)
          }),
        readStream: (name, afterVersion, limit) =>
          Effect.suspend(() => {
            const of = log(partitionOf(name, partitions))
            const key = of.keys.get(name)
            return key === undefined ? Effect.succeed([]) : recordedStream(of.tail(key, afterVersion).slice(0, limit))
          }),
        histories: ({ partition, ...asked }) =>
          Effect.suspend(() => recordedHistories(log(partition).histories(asked))),
        rows: (partition, afterOffset, limit) =>
          Effect.sync(() => log(partition).rows.slice(afterOffset, afterOffset + limit)),
        heads: Effect.sync(() => new Map(logs.map(({ rows }, partition) => [partition, rows.length]))),
        raw: (digest) => Effect.sync(() => raw.get(hex(digest))),
        appended: Stream.merge(Stream.fromPubSub(news), Stream.tick("1 second"))
      })
    })
  )
