// The poster of one ERP: sends what the postings view says is ready and tells the actors what became of it.
// Composed by adapters/cli (each ERP's singleton `poster/<erp>`), tests and benchmarks.
import { Duration, Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import { Erp } from "../../core/port/erp.ts"
import { adopting } from "./poster-adopt.ts"
import { breaker } from "./poster-breaker.ts"
import { takingInHand } from "./poster-hand.ts"
import { lockedItems } from "./poster-items.ts"
import { postedLately } from "./poster-memory.ts"
import { adoptedAs, hasWordFor, leftOut, omitted, type PostingOutcome } from "./poster-outcome.ts"
import type { ClosedPeriod } from "./poster-period.ts"
import { type Lane, type Posting, PostingQueue } from "./poster-queue.ts"
import { takingTokens } from "./poster-rate.ts"
import type { Share } from "./poster-room.ts"
import { rounds } from "./poster-rounds.ts"
import { sending } from "./poster-send.ts"
import { type Timing, usualTiming } from "./poster-timing.ts"
import { postingAttempts } from "./posting-attempt.ts"

export interface PosterOptions {
  /** How many partitions the journal has: outcomes go to the partition of the stream that asked. */
  readonly partitions: number
  /** Streams in hand at once, each with one document on its way; as many as the ERP takes where absent. */
  readonly concurrency?: number
  /** What becomes of a document whose posting date is in a closed period: a case where absent. */
  readonly closedPeriod?: ClosedPeriod
  /** So many documents are sent in a second at most; as many as can be where absent. */
  readonly perSecond?: number
  readonly timing?: Timing
}

/**
 * Works until the scope closes and outlives every failure. `idle` tells whether nothing is on its way: nothing in hand,
 * no claim without an outcome, nothing ready. What waits for a timer or a person isn't on its way.
 *
 * One way through: ready → claim (committed) → post → read back → outcome through the door → claim closed. A crash
 * anywhere leaves an open claim; those are asked for by key once nobody can be sending them any more. Verified, and with
 * its outcome in the journal, it makes way for the next of its lane and for those that wait for the lots that it put into
 * stock, however far the view is behind; after any other outcome the view has to say what comes next.
 */
export const runPoster = Effect.fnUntraced(function* (options: PosterOptions) {
  const erp = yield* Erp
  const { partitions, concurrency = erp.capabilities.concurrency, timing = usualTiming } = options
  const { closedPeriod = "case", perSecond } = options
  const queue = yield* PostingQueue
  const attempts = yield* postingAttempts(erp.name)
  const endpoint = yield* breaker(`ERP ${erp.name}`, erp.health, timing.retryMillis)
  const items = lockedItems(timing.retryMillis)
  const { send, ask } = sending(erp, endpoint, timing, { closedPeriod, items })
  const token = yield* takingTokens(erp.name, perSecond)
  const findPeoples = adopting(erp, queue)
  const posted = postedLately()
  const { sendWithinMillis } = timing
  const { name, timeoutMillis } = erp
  const hand = yield* takingInHand({ erp: name, partitions, concurrency, attempts, sendWithinMillis, timeoutMillis })
  const { claim, freed, handle, inHand, inOwnFiber } = hand
  const { askRound, circleRound, groupRound, peopleRound } = yield* rounds({
    hand,
    attempts,
    endpoint,
    ask,
    findPeoples,
    partitions,
    concurrency,
    timing
  })

  /** What was refused may have been posted by a person meanwhile: it isn't posted again. */
  const postedByHand = Effect.fnUntraced(function* (posting: Posting) {
    if (!posting.wasRefused) return undefined
    const found = yield* findPeoples(posting.stream, [posting]).pipe(
      Effect.tapError(() => Effect.andThen(Effect.sync(endpoint.failed), Effect.sleep(timing.retryMillis)))
    )
    return adoptedAs(found.get(posting.key))
  })

  /** Whether the next of its lane may follow. */
  const sendOne = Effect.fnUntraced(function* (posting: Posting) {
    const left = leftOut(posting) ?? (hasWordFor(erp, posting) ? yield* postedByHand(posting) : omitted(erp, posting))
    if (left === undefined) yield* token
    if (endpoint.isOpen()) return false
    const attempt = posting.attempts + 1
    const sendBefore = yield* claim({ key: posting.key, attempt })
    // The view will hear of whoever has it; to be offered it again at once would help nobody.
    if (sendBefore === undefined) return yield* Effect.as(Effect.sleep(timing.pollMillis), false)
    const work = left === undefined ? send(posting, attempt, sendBefore) : Effect.succeed(left)
    const { type } = yield* handle(posting, attempt, attempt === 1, work)
    if (isThrough(type)) posted.add(posting.key)
    return isThrough(type)
  })

  const sendLane = Effect.fnUntraced(function* (lane: Lane) {
    for (const posting of lane) {
      if (endpoint.isOpen() || !items.begin(posting)) return
      const mayFollow = yield* Effect.ensuring(
        sendOne(posting),
        Effect.sync(() => items.over(posting.document))
      )
      if (!mayFollow) return
    }
  })

  /** What needn't be asked for: it is in hand, or waits for an item that somebody has open. */
  const passedOver = (): ReadonlySet<StreamName> => {
    const waiting = items.waiting()
    return waiting.size === 0 ? inHand.streams : inHand.streams.union(waiting)
  }

  /** Sends what `lanes` finds, where there is room. How many it has begun. */
  const dispatch = Effect.fnUntraced(function* (
    share: Share,
    lanes: (free: number) => Effect.Effect<ReadonlyArray<Lane>, SqlError.SqlError>
  ) {
    yield* endpoint.pass
    yield* share.room
    let begun = 0
    for (const lane of yield* lanes(share.free())) {
      const [first] = lane
      // Meanwhile the other round may have been quicker, or have filled the room.
      if (share.free() <= 0) break
      if (first === undefined || inHand.has(first.stream) || posted.has(first.key)) continue
      yield* inOwnFiber(first.stream, sendLane(lane), share)
      begun += 1
    }
    return begun
  })

  /** Whoever may go on after what was just posted. */
  const followers = inHand.share()
  const followRound = Effect.gen(function* () {
    yield* Effect.raceFirst(freed, Effect.sleep(timing.pollMillis))
    yield* dispatch(followers, (free) => {
      const lately = posted.take()
      return lately.news.length === 0 ? Effect.succeed([]) : queue.following(lately, free, passedOver())
    })
  })

  /** Among all that are ready, less often the dearer that is: where thousands wait for lots it looks at each of them. */
  const beginners = inHand.share()
  const sendRound = Effect.gen(function* () {
    let millis = 0
    const begun = yield* dispatch(beginners, (free) =>
      Effect.map(Effect.timed(queue.ready(free, passedOver())), ([took, lanes]) => {
        millis = Duration.toMillis(took)
        return lanes
      })
    )
    yield* Effect.sleep(Math.max(begun === 0 ? timing.pollMillis : 0, 3 * millis))
  })

  const forEver = (name: string, round: Effect.Effect<unknown, unknown>) =>
    round.pipe(
      Effect.catchCause((cause) =>
        Effect.andThen(Effect.logWarning(`Poster ${erp.name}: ${name} failed and goes on`, cause), Effect.sleep(1_000))
      ),
      Effect.forever,
      Effect.forkScoped
    )
  yield* forEver("sending", sendRound)
  yield* forEver("sending what follows", followRound)
  if (erp.capabilities.orders !== "each") yield* forEver("grouping", groupRound)
  if (erp.capabilities.orders === "each") {
    yield* forEver("releasing", Effect.andThen(queue.releaseGrouped, Effect.sleep("1 minute")))
  }
  if (erp.capabilities.orders === "each") yield* forEver("looking for what people posted", peopleRound)
  yield* forEver("asking", askRound)
  yield* forEver("looking for circles", circleRound)

  const idle = Effect.gen(function* () {
    if (inHand.streams.size > 0 || (yield* attempts.anyOpen)) return false
    if ((yield* queue.due(1, inHand.streams)).length > 0) return false
    return (yield* queue.ready(1, inHand.streams)).length === 0
  })
  return { idle }
})

/** It keeps the next of its lane waiting no longer. */
const isThrough = (type: PostingOutcome["type"]): boolean =>
  type === "PostingVerified" || type === "PostingAdopted" || type === "PostingOmitted" || type === "PostingShadowed"
