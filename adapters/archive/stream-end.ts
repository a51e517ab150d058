// Where the broker's stream ends, and whether the archive has come so far. Used by the archiver and by commands.
import { type Duration, Effect, Option, Schedule } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { InboundStream, inboundStream } from "../../core/port/inbound-stream.ts"
import { lastArchived } from "./last-archived.ts"
import type { Position } from "./write.ts"

/** What is at the end of the stream comes within that time; where more comes without end, that is far enough. */
const drained = "300 millis"

/** The last offset; undefined where nothing came in time: the stream is empty, or the broker is slow. */
export const streamEnd = Effect.fnUntraced(function* (patience: Duration.Input) {
  const { take } = yield* (yield* InboundStream).read("last")
  let end: number | undefined
  const readOn = Effect.flatMap(take(10_000), ({ arrivals, done }) => {
    end = arrivals.at(-1)?.offset ?? end
    return done
  })
  const first = yield* Effect.timeoutOption(readOn, patience)
  if (Option.isSome(first)) yield* Effect.timeoutOption(Effect.forever(readOn), drained)
  return end
}, Effect.scoped)

/** One that ends before what was archived, which was asked first, isn't the one that was archived: nothing of it is. */
export const isAnother = ({ offset }: Position, end: number): boolean => end < offset

const silent = new TechnicalFailure({
  field: `stream ${inboundStream}`,
  value: "silent",
  reason: "The broker's stream gives nothing of what is archived: it was made anew and is empty, or the broker is slow",
  nextStep: "Try again once messages come in"
})

/** Messages of the stream that aren't archived yet, about: a few offsets are the broker's own. */
export const behindStream = Effect.gen(function* () {
  const last = yield* lastArchived
  const end = yield* streamEnd("2 seconds")
  if (end === undefined) return last === undefined ? 0 : yield* silent
  return last === undefined || isAnother(last, end) ? end + 1 : end - last.offset
})

const tooLong = new TechnicalFailure({
  field: "archive",
  value: "behind",
  reason: "The archive hasn't come so far as the broker's stream within 5 minutes",
  nextStep: "See the core's log for what keeps the archiver; run this again once `archive status` says 0"
})

/** Waits until all that the stream has now is in the archive. */
export const untilArchived = Effect.gen(function* () {
  const before = yield* lastArchived
  const end = yield* streamEnd("2 seconds")
  if (end === undefined) return
  const from = before === undefined ? 0 : isAnother(before, end) ? before.incarnation + 1 : before.incarnation
  yield* lastArchived.pipe(
    Effect.repeat({
      schedule: Schedule.spaced("500 millis"),
      until: (last) => last !== undefined && last.incarnation >= from && last.offset >= end
    }),
    Effect.timeoutOrElse({ duration: "5 minutes", orElse: () => tooLong })
  )
})
