// What the poster has in hand: each stream's work in a fiber of its own, and the outcome of each claim on its way back.
// Used by `poster.ts` and `poster-rounds.ts`.
import { Effect, FiberSet, Queue } from "effect"
import type { StreamName } from "../../core/journal/stream.ts"
import { Tracer } from "../../core/port/tracer.ts"
import { claiming } from "./poster-claim.ts"
import type { PostingOutcome } from "./poster-outcome.ts"
import type { Posting } from "./poster-queue.ts"
import { makeRoom, type Share } from "./poster-room.ts"
import { settling } from "./poster-settle.ts"
import type { PostingAttempts } from "./posting-attempt.ts"

export const takingInHand = Effect.fnUntraced(function* (options: {
  readonly erp: string
  readonly partitions: number
  readonly concurrency: number
  readonly attempts: PostingAttempts
  readonly sendWithinMillis: number
  readonly timeoutMillis: number
}) {
  const { attempts, concurrency, erp, partitions } = options
  const tracer = yield* Tracer
  const settle = yield* settling(erp, partitions, attempts)
  const claim = yield* claiming(attempts, options.sendWithinMillis, options.timeoutMillis)
  /** So that no two documents of a stream are ever on their way at once. */
  const inHand = makeRoom(concurrency)
  const freed = yield* Queue.sliding<void>(1)
  const fibers = yield* FiberSet.make()

  /** A `post` span around what is done for one claim; then its outcome goes back. */
  const handle = (posting: Posting, attempt: number, first: boolean, work: Effect.Effect<PostingOutcome>) => {
    const span = tracer.hop(
      `post ${erp}`,
      posting.traceparent,
      { firstAttempt: first, recordedAt: posting.recordedAt },
      {
        plantId: posting.document.plant,
        ...(posting.document.orderId === undefined ? {} : { orderId: posting.document.orderId }),
        postingKey: posting.key,
        attempt
      }
    )
    return work.pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => span.end(exit._tag === "Failure" ? "Interrupted" : trouble(exit.value)))
      ),
      Effect.tap((outcome) => settle({ posting, attempt, outcome, traceparent: span.traceparent }))
    )
  }

  /** Nothing is sent for this attempt. */
  const settleBy = Effect.fnUntraced(function* (posting: Posting, outcome: PostingOutcome) {
    const attempt = posting.attempts + 1
    const claimed = yield* claim({ key: posting.key, attempt })
    if (claimed !== undefined) yield* handle(posting, attempt, false, Effect.succeed(outcome))
  })

  /** In a fiber of its own, so that one stream's slow document holds up nobody else's. */
  const inOwnFiber = (stream: StreamName, work: Effect.Effect<unknown, unknown>, room: Pick<Share, "add"> = inHand) => {
    room.add(stream)
    return FiberSet.run(
      fibers,
      work.pipe(
        Effect.catchCause((cause) =>
          Effect.logError(`A posting of ${stream} was left as it is, perhaps claimed`, cause)
        ),
        Effect.ensuring(
          Effect.sync(() => {
            inHand.delete(stream)
            Queue.offerUnsafe(freed, undefined)
          })
        )
      )
    )
  }

  return { inHand, freed: Queue.take(freed), claim, handle, settleBy, inOwnFiber }
})

export type Hand = Effect.Success<ReturnType<typeof takingInHand>>

/** For the span, which is searched by it: the failure's class, or that the outcome is unknown. */
const trouble = (outcome: PostingOutcome): string | undefined =>
  "class" in outcome ? outcome.class : outcome.type === "PostingInDoubt" ? "OutcomeUnknown" : undefined
