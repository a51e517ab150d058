// What the poster does beside sending, each again and again: grouping what is due, looking for what people posted, asking
// what became of claims, and breaking circles. Used by `poster.ts` alone.
import { Duration, Effect, Fiber } from "effect"
import type { StreamName } from "../../core/journal/stream.ts"
import { Erp } from "../../core/port/erp.ts"
import type { adopting } from "./poster-adopt.ts"
import type { Breaker } from "./poster-breaker.ts"
import { circles, waitsInCircle } from "./poster-circles.ts"
import { grouping } from "./poster-group.ts"
import type { Hand } from "./poster-hand.ts"
import { adoptedAs, leftOut } from "./poster-outcome.ts"
import { type Due, type OfPeople, type Posting, PostingQueue } from "./poster-queue.ts"
import type { sending } from "./poster-send.ts"
import type { Timing } from "./poster-timing.ts"
import { groupedOutcome, type OpenClaim, type PostingAttempts } from "./posting-attempt.ts"

/** So many orders' documents are grouped at once: each may have thousands. */
const ordersAtOnce = 16

/** Of so many orders is looked for what people posted at a time. */
const peoplesPage = 50

/** Milliseconds until an order that made no group is told once more. */
const restOfOrder = 60_000

export const rounds = Effect.fnUntraced(function* (options: {
  readonly hand: Hand
  readonly attempts: PostingAttempts
  readonly endpoint: Breaker
  readonly ask: ReturnType<typeof sending>["ask"]
  readonly findPeoples: ReturnType<typeof adopting>
  readonly partitions: number
  readonly concurrency: number
  readonly timing: Timing
}) {
  const { ask, attempts, concurrency, endpoint, findPeoples, partitions, timing } = options
  const { claim, handle, inHand, inOwnFiber, settleBy } = options.hand
  const { name } = yield* Erp
  const queue = yield* PostingQueue
  const group = yield* grouping(name, partitions, attempts, timing.pollMillis)

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
    // There are more where the page is full: they are asked about sooner, and no faster than the ERP takes it.
    const rest = page.length < peoplesPage ? timing.peopleMillis : timing.peopleMillis / 5
    yield* Effect.sleep(Math.max(rest, 3 * Duration.toMillis(took)))
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

  return { groupRound, peopleRound, askRound, circleRound }
})
