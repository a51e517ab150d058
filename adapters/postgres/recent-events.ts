// The newest events that readers have asked for, read and decoded once for all of them. Used by `journal.ts`.
// Nine readers (views, reactions) follow a journal; each reading for itself cost 155 µs of node an event in all.
import { Clock, Deferred, Effect, Exit, Queue } from "effect"
import type { TechnicalFailure } from "../../core/failure.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import type { PartitionAppend, UnreadableEvent } from "../../core/journal/journal.ts"
import { recordedWith } from "../../core/journal/recorded.ts"

type After = ReadonlyMap<number, number>
type Events = ReadonlyArray<RecordedEvent>
type Read = (after: After, limit: number) => Effect.Effect<Events, TechnicalFailure | UnreadableEvent>

/** How many events are kept: what the slowest of many readers may be behind the fastest. About 1.5 kB each. */
const kept = 32_768
const pageSize = 4_000
/** What other processes append is looked for at least as often, also while there is enough to read from memory. */
const queryMillis = 100

/** Another partition first each time, so that one that is always behind doesn't keep the others waiting. */
const inTurn = () => {
  let turn = 0
  return (after: After): After => {
    const offsets = Array.from(after)
    const from = turn++ % Math.max(1, offsets.length)
    return new Map([...offsets.slice(from), ...offsets.slice(0, from)])
  }
}

/** What is kept of one partition, without a gap: the events after an offset. */
interface Log {
  after: number
  readonly events: Array<RecordedEvent>
}

/** A message's events stand together; those of two messages may be read apart. */
const beginsMessage = ({ part }: RecordedEvent): boolean => part === 0

/** From there on so many, and then to the end of the last one's message. */
const wholeMessages = (events: Events, from: number, most: number): Events => {
  let end = Math.min(events.length, from + most)
  for (let next = events[end]; end > from && next !== undefined; next = events[++end]) {
    if (next.partition !== events[end - 1]?.partition || beginsMessage(next)) break
  }
  return events.slice(from, end)
}

/** A query asks for so many more than it needs: few messages have as many events. */
const spare = 32

/** Oldest page out first; a page is what one query gave. */
class Window {
  readonly #logs = new Map<number, Log>()
  readonly #pages: Array<Events> = []
  #size = 0

  /** Some of what the reader lacks isn't here any more. */
  isBehind(reader: After): boolean {
    for (const [partition, offset] of reader) if (offset < (this.#logs.get(partition)?.after ?? offset)) return true
    return false
  }

  /** What is kept after the reader's offsets: of each partition its share, then more where others have less. */
  after(reader: After, limit: number): Events {
    const found: Array<RecordedEvent> = []
    const taken = new Map<number, number>()
    for (const most of [Math.ceil(limit / Math.max(1, reader.size)), limit]) {
      for (const [partition, offset] of reader) {
        const log = this.#logs.get(partition)
        if (log === undefined || found.length >= limit) continue
        const part = wholeMessages(
          log.events,
          offset - log.after + (taken.get(partition) ?? 0),
          Math.min(most, limit - found.length)
        )
        found.push(...part)
        taken.set(partition, part.length)
      }
    }
    return found
  }

  /** Goes on from a reader that is further: a window on where most are. */
  follow(reader: After): void {
    for (const [partition, offset] of reader) {
      const log = this.#logs.get(partition)
      if (log === undefined || offset > log.after + log.events.length) {
        this.#logs.set(partition, { after: offset, events: [] })
      }
    }
  }

  ends(): After {
    return new Map(Array.from(this.#logs, ([partition, { after, events }]) => [partition, after + events.length]))
  }

  /** What follows next in a partition; what is here already, or has a gap before it, is left out. */
  add(events: Events): void {
    const page = events.filter((event) => this.awaits(event) && this.#logs.get(event.partition)?.events.push(event))
    if (page.length === 0) return
    this.#pages.push(page)
    this.#size += page.length
    while (this.#size > kept) this.#drop(this.#pages.shift() ?? [])
  }

  /** Whether it is the next event that this window has to learn of its partition. */
  awaits({ partition, offset }: { readonly partition: number; readonly offset: number }): boolean {
    const log = this.#logs.get(partition)
    return log !== undefined && offset === log.after + log.events.length + 1
  }

  #drop(page: Events): void {
    this.#size -= page.length
    for (const [partition, events] of Map.groupBy(page, (event) => event.partition)) {
      const log = this.#logs.get(partition)
      // They are gone already where the window went on from a reader that was further.
      const gone = (events.at(-1)?.offset ?? 0) - (log?.after ?? 0)
      if (log === undefined || gone <= 0) continue
      log.events.splice(0, gone)
      log.after += gone
    }
  }
}

/**
 * Reads by way of a window on the end of the journal, which queries and this process's own appends extend. A reader that
 * is within it is answered from memory; one at its end waits for the next query, which all who wait share; one that is
 * behind it reads for itself, so that no reader ever waits for a slower one, and so does each when the shared query
 * fails, or gives others' events and none of the reader's. A query answers only those who asked before it began: what
 * was appended before a reader asks is never missing from its answer. No answer ends inside a message, so one may be a
 * little longer than its limit: a view never shows what a message did without what followed from it.
 */
export const makeRecentEvents = Effect.fnUntraced(function* (readEvents: Read) {
  const read: Read = (after, limit) =>
    Effect.map(readEvents(after, limit + spare), (events) => wholeMessages(events, 0, limit))
  const window = new Window()
  const turned = inTurn()
  const turnedForReaders = inTurn()
  const waiting = yield* Queue.unbounded<{
    readonly after: After
    /** How many events the query gave, of whatever partitions; undefined where it failed. */
    readonly answer: Deferred.Deferred<number | undefined>
  }>()

  let queriedAt = 0
  const round = Effect.gen(function* () {
    const asked = yield* Queue.takeAll(waiting)
    queriedAt = yield* Clock.currentTimeMillis
    for (const { after } of asked) window.follow(after)
    const exit = yield* Effect.exit(read(turned(window.ends()), pageSize))
    if (Exit.isSuccess(exit)) window.add(exit.value)
    const found = Exit.isSuccess(exit) ? exit.value.length : undefined
    for (const { answer } of asked) Deferred.doneUnsafe(answer, Exit.succeed(found))
  })
  yield* Effect.forkScoped(Effect.forever(round))

  const extended = (after: After) => {
    const answer = Deferred.makeUnsafe<number | undefined>()
    Queue.offerUnsafe(waiting, { after, answer })
    return Deferred.await(answer)
  }

  const readAfter = (offsets: After, limit: number): Effect.Effect<Events, TechnicalFailure | UnreadableEvent> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const after = turnedForReaders(offsets)
      if (window.isBehind(after)) return read(after, limit)
      const found = window.after(after, limit)
      if (found.length > 0 && Math.abs(now - queriedAt) < queryMillis) return Effect.succeed(found)
      return Effect.flatMap(extended(after), (queried) => {
        const known = queried === undefined || window.isBehind(after) ? [] : window.after(after, limit)
        // Nothing in a page that holds others' events says nothing of this reader's: an unreadable one may stop them.
        return known.length > 0 || queried === 0 ? Effect.succeed(known) : read(after, limit)
      })
    })

  /** What this process has appended needn't be read, where a reader follows its partition. */
  const appended = ({ rows, contents }: PartitionAppend): void => {
    const [first] = rows
    if (first === undefined || !window.awaits(first)) return
    window.add(
      rows.flatMap((row, index) => {
        const content = contents[index]
        return content === undefined ? [] : [recordedWith(row, content)]
      })
    )
  }

  return { read: readAfter, appended }
})
