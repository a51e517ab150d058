// Follows the broker's stream and keeps everything that came in, as it came. Once in the cluster, off the hot path: the
// inbox knows nothing of it. Started by the composition root.
import { Clock, Duration, Effect, Option } from "effect"
import { SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"
import { type Arrival, type Arrivals, type From, InboundStream, inboundStream } from "../../core/port/inbound-stream.ts"
import { restarting } from "../../core/restarting.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { plants } from "../postgres/plants.ts"
import { type Archived, lastArchived } from "./last-archived.ts"
import { digestOf } from "./message.ts"
import { type Gap, insertGap } from "./statements.ts"
import { isAnother, streamEnd } from "./stream-end.ts"
import { archive, type Position } from "./write.ts"

/** So many are written at once: about ten blocks. */
const batchLength = 5_000

/** While it is far behind it works a quarter of the time: the rest is for those who work for the plant. */
const rest = (took: Duration.Duration) => Duration.times(took, 3)

/** A stream that has a message gives it within a moment. */
const patience = "5 seconds"

/** A batch that was taken, and where more come from. */
interface Reading {
  readonly incarnation: number
  readonly arrivals: Arrivals
  readonly taken: ReadonlyArray<Arrival>
}

const opened = Effect.fnUntraced(function* (from: From) {
  const { declare, read } = yield* InboundStream
  yield* declare(yield* plants)
  return yield* read(from)
})

const isTheSame = ({ entry }: Archived, { delivery, offset }: Arrival): boolean =>
  entry.offset === offset &&
  entry.messageId === delivery.messageId &&
  entry.routingKey === delivery.routingKey &&
  hex(digestOf(entry)) === hex(sha256(delivery.body))

/** Either the same one, which mends itself, or another one, which is told by its first message. */
const silent = new TechnicalFailure({
  field: `stream ${inboundStream}`,
  value: "silent",
  reason: "It gives nothing of what is archived: it was made anew and is empty, or the broker is slow",
  nextStep: "It is read again by itself; see the log of RabbitMQ"
})

const fromFirst = (incarnation: number) =>
  Effect.map(opened("first"), (arrivals): Reading => ({ incarnation, arrivals, taken: [] }))

/** The broker's stream was deleted, or it is another broker: its offsets say nothing of what is archived. */
const fromAnother = Effect.fnUntraced(function* ({ incarnation, offset }: Position) {
  yield* tellGap({ incarnation, first: offset + 1 })
  const sql = yield* SqlClient.SqlClient
  yield* insertGap(sql, { incarnation, first: offset + 1 }, yield* Clock.currentTimeMillis).pipe(
    Effect.mapError(technicalFailure("archive"))
  )
  return yield* fromFirst(incarnation + 1)
})

/**
 * Reads the last archived message once more: the same one proves that it is the same stream, a later one that those between
 * are gone. Silence proves nothing, so then the stream's end is asked for: a stream that is only slow must not be taken for
 * another, or all of it were archived a second time.
 */
const continued = Effect.fnUntraced(function* (last: Archived) {
  const arrivals = yield* opened(last.offset)
  const begin = yield* Effect.timeoutOption(arrivals.take(batchLength), patience)
  if (Option.isNone(begin)) {
    const end = yield* streamEnd(patience)
    return end !== undefined && isAnother(last, end) ? yield* fromAnother(last) : yield* silent
  }
  const { arrivals: taken, done } = begin.value
  const [first] = taken
  if (first !== undefined && first.offset <= last.offset && !isTheSame(last, first)) return yield* fromAnother(last)
  yield* done
  const reading: Reading = {
    incarnation: last.incarnation,
    arrivals,
    taken: taken.filter(({ offset }) => offset > last.offset)
  }
  return reading
})

const tellGap = ({ first, last }: Gap) =>
  Effect.logError(
    last === undefined
      ? `The stream ${inboundStream} was made anew: what it held from offset ${first} on and wasn't archived is lost`
      : `The stream ${inboundStream} had dropped ${last - first + 1} messages before they were archived: offsets ${first} to ${last}`
  )

const follow = Effect.fnUntraced(function* (every: Duration.Duration) {
  const last = yield* lastArchived
  const { arrivals, incarnation, taken } = yield* last === undefined ? fromFirst(1) : continued(last)
  let expected: Position | undefined = last
  const keep = Effect.fnUntraced(function* (batch: ReadonlyArray<Arrival>) {
    const end = batch.at(-1)
    if (end === undefined) return
    const missing = yield* archive(expected, incarnation, batch, yield* Clock.currentTimeMillis)
    expected = { incarnation, offset: end.offset }
    yield* Effect.forEach(missing, tellGap, { discard: true })
  })
  yield* keep(taken)
  while (true) {
    const batch = yield* arrivals.take(batchLength)
    const [took] = yield* Effect.timed(keep(batch.arrivals))
    yield* batch.done
    // What comes meanwhile makes the next batch larger: the block that isn't full is written anew with each.
    const isBehind = batch.arrivals.length === batchLength
    yield* Effect.sleep(isBehind ? rest(took) : Duration.max(rest(took), every))
  }
}, Effect.scoped)

/** Never ends. Whatever stops it, it goes on where the archive ends. */
export const runArchiver = ({ every }: { readonly every: Duration.Input }) =>
  restarting(follow(Duration.fromInputUnsafe(every)), {
    firstMillis: 500,
    longestMillis: 30_000,
    tell: (cause, pause) => Effect.logWarning(`Archiving goes on in ${pause} ms`, cause)
  })
