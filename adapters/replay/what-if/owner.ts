// The one owner of the scratch journal, which has one partition, so that everything has one order: what it decides rests
// on what the live journal had of a stream before the window, which is copied when a message first asks for it. Its
// clock stands where the archive's was. Used by `play.ts`.
import { Clock, Effect } from "effect"
import { makePartition } from "../../../actors/partition.ts"
import type { Behaviours } from "../../../actors/partition-state.ts"
import { undecided } from "../../../actors/undecided.ts"
import { TechnicalFailure } from "../../../core/failure.ts"
import { decode } from "../../../core/journal/codec.ts"
import type { EventContent, EventRow } from "../../../core/journal/event.ts"
import { eventHash } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import type { Incoming } from "../../../core/port/door.ts"
import { recordedBefore } from "./live.ts"

/** The only partition. */
const partition = 0

const clockAt = (real: Clock.Clock, now: number): Clock.Clock => ({
  currentTimeMillisUnsafe: () => now,
  currentTimeMillis: Effect.succeed(now),
  currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe(),
  currentTimeNanos: real.currentTimeNanos,
  monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: real.monotonicTimeNanos,
  sleep: (duration) => real.sleep(duration)
})

/** Of the streams that the scratch journal doesn't have yet, what the live one had before then. */
const copyEarlier = Effect.fnUntraced(function* (names: ReadonlyArray<StreamName>, before: number) {
  const journal = yield* Journal
  const there = yield* journal.load(partition, names)
  const missing = names.filter((name) => !there.has(name))
  if (missing.length === 0) return
  const earlier = yield* recordedBefore(missing, before)
  if (earlier.length === 0) return
  const head = yield* journal.head(partition)
  const keys = new Map<StreamName, number>()
  let { hash } = head
  const rows = earlier.map((row, index): EventRow => {
    const key = keys.get(row.stream) ?? head.lastKey + keys.size + 1
    keys.set(row.stream, key)
    const moved = { ...row, partition, offset: head.offset + index + 1, key, hash }
    hash = eventHash(hash, moved)
    return { ...moved, hash }
  })
  yield* journal.append({
    partition,
    rows,
    contents: rows.map(({ content }) => decode<EventContent>(content)),
    newStreams: Array.from(keys, ([name, key]) => ({ key, name })),
    raw: []
  })
})

interface Moment {
  /** Of the clock, milliseconds since 1970. */
  readonly now: number
  /** When the window begins: what was recorded earlier is what its messages met. */
  readonly before: number
}

/** It owns the log for these messages alone, so that what was copied before them is at its end. */
const decided = Effect.fnUntraced(function* (
  incoming: ReadonlyArray<Incoming>,
  behaviours: Behaviours,
  { before, now }: Moment
) {
  yield* copyEarlier([...new Set(incoming.map(({ stream }) => stream))], before)
  const owner = yield* makePartition({ partition, residentLimit: incoming.length, behaviours })
  const clock = clockAt(yield* Clock.Clock, now)
  yield* owner.run.pipe(Effect.provideService(Clock.Clock, clock), Effect.forkScoped)
  return yield* owner.submit(incoming)
}, Effect.scoped)

const cannotPark = ({ stream }: Incoming) =>
  new TechnicalFailure({
    field: "stream",
    value: stream,
    reason: "A message that this version can't decide can't be parked by it, either",
    nextStep: "Mend this version's exception actor"
  })

/** Decides these messages, in order, as at that moment; all is recorded then. One that can't be decided is parked. */
export const decide = Effect.fnUntraced(function* (
  incoming: ReadonlyArray<Incoming>,
  behaviours: Behaviours,
  moment: Moment
) {
  if (incoming.length === 0) return
  const parked = (yield* decided(incoming, behaviours, moment)).flatMap((verdict, index) => {
    const message = incoming[index]
    return typeof verdict === "string" || message === undefined ? [] : [undecided(message, verdict.undecidable)]
  })
  if (parked.length === 0) return
  const verdicts = yield* decided(parked, behaviours, moment)
  const lost = parked.find((_, index) => typeof verdicts[index] !== "string")
  if (lost !== undefined) return yield* cannotPark(lost)
})
