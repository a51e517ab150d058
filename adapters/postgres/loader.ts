// Loads streams for the partitions of this process: what is asked while a query runs is one query afterwards.
// Used by `journal.ts`.
import { Deferred, Effect, Queue } from "effect"
import type { SqlClient } from "effect/sql"
import { messageOf, type TechnicalFailure } from "../../core/failure.ts"
import type { LoadedStream } from "../../core/journal/journal.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import type { StreamName } from "../../core/journal/stream.ts"
import { answered } from "./client.ts"
import { technicalFailure } from "./failure.ts"
import { toRow } from "./statements/columns.ts"
import { type StreamColumns, streamsByName, type TailColumns, tailsAfter } from "./statements/load.ts"

/** A stream as Postgres gave it. */
interface Found {
  readonly stream: StreamColumns
  readonly tail: Array<TailColumns>
}

type FoundByName = Map<string, Found>

interface Call {
  readonly partition: number
  readonly names: ReadonlyArray<StreamName>
  readonly answer: Deferred.Deferred<ReadonlyMap<number, FoundByName>, TechnicalFailure>
}

/** Queries beside each other; more would only make each of them smaller. */
const concurrentQueries = 2

/** What the calls name, each stream once. */
const wantedBy = (calls: ReadonlyArray<Call>) => {
  const names = new Map<number, Set<StreamName>>()
  for (const call of calls) {
    const ofPartition = names.get(call.partition) ?? new Set()
    names.set(call.partition, ofPartition)
    for (const name of call.names) ofPartition.add(name)
  }
  return Array.from(names).flatMap(([partition, set]) => Array.from(set, (name) => ({ partition, name })))
}

const query = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, calls: ReadonlyArray<Call>) {
  const streams = yield* streamsByName(sql, wantedBy(calls))
  const found = new Map<number, FoundByName>()
  const byKey = new Map<number, Map<number, Found>>()
  for (const stream of streams) {
    const entry: Found = { stream, tail: [] }
    const { partition, name, key } = stream
    found.set(partition, (found.get(partition) ?? new Map()).set(name, entry))
    byKey.set(partition, (byKey.get(partition) ?? new Map()).set(key, entry))
  }
  if (streams.length === 0) return found
  const after = streams.map(({ partition, key, snapshot_version }) => ({
    partition,
    key,
    version: snapshot_version ?? 0
  }))
  for (const event of yield* tailsAfter(sql, after)) byKey.get(event.partition)?.get(event.stream_key)?.tail.push(event)
  return found
})

/** A row that can't be decoded concerns its own stream and no other of the partition. */
const loaded = ({ stream, tail }: Found): LoadedStream => {
  const { key, name, snapshot_version: version, format, state } = stream
  try {
    return {
      key,
      ...(version === null || format === null || state === null ? {} : { snapshot: { version, format, state } }),
      tail: tail.map((columns) => recordedEvent(toRow(columns, name)))
    }
  } catch (cause) {
    return { key, tail: [], unreadable: messageOf(cause) }
  }
}

export const makeLoader = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const queue = yield* Queue.unbounded<Call>()

  const round = Effect.gen(function* () {
    const calls = yield* Queue.takeAll(queue)
    const found = answered(query(sql, calls)).pipe(Effect.mapError(technicalFailure("streams of the journal")))
    const exit = yield* Effect.exit(found)
    for (const { answer } of calls) Deferred.doneUnsafe(answer, exit)
  })
  for (let query = 0; query < concurrentQueries; query++) yield* Effect.forkScoped(Effect.forever(round))

  const pick = (found: FoundByName | undefined, names: ReadonlyArray<StreamName>) => {
    const streams = new Map<StreamName, LoadedStream>()
    for (const name of names) {
      const entry = found?.get(name)
      if (entry !== undefined) streams.set(name, loaded(entry))
    }
    return streams
  }

  return (partition: number, names: ReadonlyArray<StreamName>) =>
    Effect.suspend(() => {
      const answer: Call["answer"] = Deferred.makeUnsafe()
      Queue.offerUnsafe(queue, { partition, names, answer })
      return Effect.map(Deferred.await(answer), (found) => pick(found.get(partition), names))
    })
})
