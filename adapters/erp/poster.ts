// The poster of one ERP: sends what the postings view says is ready and tells the actors what became of it.
// Composed by adapters/cli (each ERP's singleton `poster/<erp>`), tests and benchmarks.
import { Duration, Effect, Fiber, FiberSet, Queue } from "effect"
import type { SqlError } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import { Erp } from "../../core/port/erp.ts"
import { Tracer } from "../../core/port/tracer.ts"
import { adopting } from "./poster-adopt.ts"
import { breaker } from "./poster-breaker.ts"
import { circles, waitsInCircle } from "./poster-circles.ts"
import { claiming } from "./poster-claim.ts"
import { grouping } from "./poster-group.ts"
import { lockedItems } from "./poster-items.ts"
import { postedLately } from "./poster-memory.ts"
import { adoptedAs, hasWordFor, leftOut, omitted, type PostingOutcome } from "./poster-outcome.ts"
import type { ClosedPeriod } from "./poster-period.ts"
import { type Due, type Lane, type OfPeople, type Posting, PostingQueue } from "./poster-queue.ts"
import { takingTokens } from "./poster-rate.ts"
import { makeRoom, type Share } from "./poster-room.ts"
import { sending } from "./poster-send.ts"
import { settling } from "./poster-settle.ts"
import { type Timing, usualTiming } from "./poster-timing.ts"
import { groupedOutcome, type OpenClaim, postingAttempts } from "./posting-attempt.ts"

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

/** So many orders' documents are grouped at once: each may have thousands. */
const ordersAtOnce = 16

/** Of so many orders is looked for what people posted at a time. */
const peoplesPage = 50

/** Milliseconds until an order that made no group is told once more. */
const restOfOrder = 60_000

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
  const tracer = yield* Tracer
  const attempts = yield* postingAttempts(erp.name)
  const settle = yield* settling(erp.name, partitions, attempts)
  const endpoint = yield* breaker(`ERP ${erp.name}`, erp.health, timing.retryMillis)
  const items = lockedItems(timing.retryMillis)
  const { send, ask } = sending(erp, endpoint, timing, { closedPeriod, items })
  const token = yield* takingTokens(erp.name, perSecond)
  const claim = yield* claiming(attempts, timing.sendWithinMillis, erp.timeoutMillis)
  const findPeoples = adopting(erp, queue)
  const group = yield* grouping(erp.name, partitions, attempts, timing.pollMillis)
  /** So that no two documents of a stream are ever on their way at once. */
  const inHand = makeRoom(concurrency)
  const freed = yield* Queue.sliding<void>(1)
  const posted = postedLately()
  const fibers = yield* FiberSet.make()

  /** A `post` span around what is done for one claim; then its outcome goes back. */
  const handle = (posting: Posting, attempt: number, first: boolean, work: Effect.Effect<PostingOutcome>) => {
    const span = tracer.hop(
      `post ${erp.name}`,
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
    yield* Effect.raceFirst(Queue.take(freed), Effect.sleep(timing.pollMillis))
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

  /** What its plant doesn't post goes into no group. */
  const groupOrLeave = Effect.fnUntraced(function* ({ documents, stream }: Due) {
    const left = new Map(
      (yield* queue.find(documents.map(({ key }) => key))).flatMap((posting) => {
        const outcome = leftOut(posting)
        return outcome === undefined ? [] : [[posting.key, { posting, outcome }] as const]
      })
    )
    for (const { outcome, posting } of left.values()) yield* settleBy(posting, outcome)
    const others = documents.filter(({ key }) => !left.has(key))
    return others.length === 0 || (yield* group({ stream, documents: others }))
  })

  /** Orders that made no group of what they were told of: the view is wrong about them, or they can't take anything now. */
  const resting = new Map<StreamName, number>()
  let beingGrouped = 0
  const groupRound = Effect.gen(function* () {
    const now = performance.now()
    for (const [stream, until] of resting) if (until < now) resting.delete(stream)
    const limit = ordersAtOnce - beingGrouped
    const none: ReadonlyArray<Due> = []
    const [took, due] = yield* Effect.timed(
      limit <= 0 ? Effect.succeed(none) : queue.due(limit, new Set([...inHand.streams, ...resting.keys()]))
    )
    for (const order of due) {
      const { stream } = order
      if (inHand.has(stream)) continue
      beingGrouped += 1
      const done = (isShown: boolean) => {
        beingGrouped -= 1
        if (!isShown) resting.set(stream, performance.now() + restOfOrder)
      }
      const grouped = Effect.onExit(groupOrLeave(order), (exit) =>
        Effect.sync(() => done(exit._tag === "Success" && exit.value))
      )
      // The ERP has nothing to do with it, so it takes none of the room.
      yield* inOwnFiber(stream, grouped)
    }
    yield* Effect.sleep(Math.max(timing.pollMillis, 3 * Duration.toMillis(took)))
  })

  /** Page by page through the orders of which something is left to people: what they posted is looked for. */
  let lastOfPage: StreamName | undefined
  const peopleRound = Effect.gen(function* () {
    yield* endpoint.pass
    const page = yield* queue.ofPeople(lastOfPage, peoplesPage)
    lastOfPage = page.length < peoplesPage ? undefined : page.at(-1)?.stream
    const [took] = yield* Effect.timed(
      Effect.forEach(
        page,
        (order) =>
          Effect.suspend(() =>
            inHand.has(order.stream) ? Effect.void : Effect.flatMap(inOwnFiber(order.stream, adopt(order)), Fiber.await)
          ),
        { concurrency, discard: true }
      )
    )
    yield* Effect.sleep(Math.max(timing.peopleMillis, 3 * Duration.toMillis(took)))
  })

  const adopt = Effect.fnUntraced(function* ({ postings, stream }: OfPeople) {
    const found = yield* findPeoples(stream, postings)
    for (const posting of postings) {
      const outcome = adoptedAs(found.get(posting.key))
      // Nobody sends what is left to people, so there is nothing to claim: a claim that a crash left would hide theirs for ever.
      if (outcome !== undefined) yield* handle(posting, posting.attempts + 1, false, Effect.succeed(outcome))
    }
  })

  /** An attempt of which nothing is in the ERP may have been no more than a claim on leaving the document to people. */
  const askOrLeave = (posting: Posting, claim: OpenClaim) =>
    Effect.map(ask(posting, claim), (outcome) =>
      outcome.type === "PostingDeferred" ? (leftOut(posting) ?? outcome) : outcome
    )

  const answer = Effect.fnUntraced(function* (posting: Posting, claim: OpenClaim) {
    const outcome = yield* handle(posting, claim.attempt, false, askOrLeave(posting, claim))
    if (outcome.type === "PostingInDoubt" || outcome.type === "PostingAccepted") {
      yield* attempts.askLater([claim], timing.askMillis)
    }
  })

  const askRound = Effect.gen(function* () {
    yield* endpoint.pass
    const open = yield* attempts.unanswered(concurrency)
    if (open.length === 0) return yield* Effect.sleep(timing.askMillis / 2)
    const postings = new Map((yield* queue.find(open.map(({ key }) => key))).map((posting) => [posting.key, posting]))
    const known = open.filter(({ key, attempt }) => (postings.get(key)?.attempts ?? 0) >= attempt)
    if (known.length > 0) yield* attempts.record(known.map((claim) => ({ ...claim, outcome: "known" })))
    const grouped = open.filter(({ key }) => postings.get(key)?.isGrouped === true)
    if (grouped.length > 0) yield* attempts.record(grouped.map((claim) => ({ ...claim, outcome: groupedOutcome })))
    // Of an earlier attempt the view may have another posting date: what was sent then is what it holds once it is as far.
    const isBehind = ({ key, attempt }: OpenClaim) => (postings.get(key)?.attempts ?? -1) < attempt - 1
    const missing = open.filter(isBehind)
    if (missing.length > 0) yield* attempts.askLater(missing, timing.askMillis)
    yield* Effect.forEach(
      open.filter((claim) => !known.includes(claim) && !grouped.includes(claim) && !missing.includes(claim)),
      (claim) => {
        const posting = postings.get(claim.key)
        return posting === undefined || inHand.has(posting.stream)
          ? Effect.void
          : inOwnFiber(posting.stream, answer(posting, claim))
      },
      { discard: true }
    )
    yield* Effect.sleep(timing.askMillis / 2)
  })

  /**
   * One of those that wait for each other ends as a case: a person breaks the circle. One that is left to people breaks it
   * by that. Less often the dearer a look is.
   */
  let circleMillis = timing.circleMillis
  const circleRound = Effect.gen(function* () {
    yield* Effect.sleep(circleMillis)
    const [took, waits] = yield* Effect.timed(queue.waits)
    circleMillis = Math.max(timing.circleMillis, 20 * Duration.toMillis(took))
    const keys = circles(waits)
    for (const posting of keys.length === 0 ? [] : yield* queue.find(keys)) {
      if (inHand.has(posting.stream)) continue
      const attempt = posting.attempts + 1
      const claimed = yield* claim({ key: posting.key, attempt })
      if (claimed === undefined) continue
      const outcome = leftOut(posting) ?? waitsInCircle(posting.key)
      yield* inOwnFiber(posting.stream, handle(posting, attempt, false, Effect.succeed(outcome)))
    }
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

/** For the span, which is searched by it: the failure's class, or that the outcome is unknown. */
const trouble = (outcome: PostingOutcome): string | undefined =>
  "class" in outcome ? outcome.class : outcome.type === "PostingInDoubt" ? "OutcomeUnknown" : undefined
