// Leads released orders to their plants' MES, step by step: each step is done in the world, then told to the order, whose
// history alone says what comes next. Composed by adapters/cli (once in a cluster, `release`) and by tests.
import { Clock, Effect, FiberSet, Result } from "effect"
import { partitionOf, type StreamName } from "../../core/journal/stream.ts"
import type { ReleaseMessage } from "../../core/message/release.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker } from "../../core/port/broker.ts"
import { Door, type Incoming } from "../../core/port/door.ts"
import type { Erp } from "../../core/port/erp.ts"
import type { ReleaseChecks } from "../../core/port/release-check.ts"
import { Tracer } from "../../core/port/tracer.ts"
import {
  type Seen,
  type UnstartedRelease,
  unstartedReleases,
  type WorkingRelease,
  workingReleases
} from "../../projections/releases/queries.ts"
import { timeOf, toOrder, wordOf } from "./release-message.ts"
import { stepName, takeStep } from "./step.ts"

/** Releases in hand at once: each may wait for an answer. */
const atOnce = 64

/** From one look at the view to the next where there was nothing to do; milliseconds, as all here. */
const lookEvery = 200

/** What brought no answer is tried again after a tenth of the time that it has taken so far, but neither at once nor late. */
const soonest = 1_000
const latest = 60_000

/** A rest that is over so long is forgotten: it only tells that the step was tried before. */
const forgotten = 60_000

/** So long may the view take to hear of what the order was told; nothing is done twice until then. */
const viewPatience = 10_000

interface Rest {
  /** As the view had it: with the next one it is over. */
  readonly since: number
  readonly until: number
}

/**
 * Works until the scope closes and outlives every failure. A crash between a step and its word to the order has the step done
 * again: an answer may be asked for twice, the MES gets the same command under the same id, and the ERP takes the same word
 * as once.
 */
export const runReleases = Effect.fnUntraced(function* (partitions: number) {
  const door = yield* Door
  const broker = yield* Broker
  const tracer = yield* Tracer
  const run = yield* FiberSet.makeRuntime<Broker | Erp | ReleaseChecks>()
  const inHand = new Set<StreamName>()
  const resting = new Map<StreamName, Rest>()
  const declared = new Set<PlantId>()

  const tell = (incoming: Incoming) => door.submit(partitionOf(incoming.stream, partitions), [incoming])

  const isFirst = ({ since, stream }: UnstartedRelease | WorkingRelease): boolean =>
    resting.get(stream)?.since !== since

  const span = (release: UnstartedRelease | WorkingRelease, name: string) => {
    const { orderId, plant, since, traceparent } = release
    const options = { firstAttempt: isFirst(release), recordedAt: since }
    return tracer.hop(`release ${name}`, traceparent ?? undefined, options, { plantId: plant, orderId })
  }

  const begin = Effect.fnUntraced(function* (release: UnstartedRelease) {
    const { policy, replaces, revision, stream } = release
    const hop = span(release, "start")
    const body = { occurredAt: timeOf(yield* Clock.currentTimeMillis), revision, policy }
    const message: ReleaseMessage = {
      type: "ReleaseDue",
      body: { ...body, ...(replaces === null ? {} : { replaces }) }
    }
    yield* tell(
      toOrder(stream, wordOf(release, { revision, attempt: 1, name: "start" }), message, hop.traceparent)
    ).pipe(
      Effect.onExit((exit) => Effect.sync(() => hop.end(exit._tag === "Failure" ? "PartitionUnavailable" : undefined)))
    )
  })

  const lead = Effect.fnUntraced(function* (release: WorkingRelease) {
    const { flow, plant, since, stage, stream } = release
    if (!declared.has(plant) && (stage === "dispatch" || stage === "withdrawal")) {
      yield* broker.declarePlant(plant)
      declared.add(plant)
    }
    const { attempt, revision } = flow
    const name = stepName(release)
    const hop = span(release, name)
    const outcome = yield* takeStep(release, hop.traceparent).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => hop.end(exit._tag === "Success" && Result.isSuccess(exit.value) ? undefined : "NoAnswer"))
      )
    )
    if (Result.isFailure(outcome)) {
      const waited = (yield* Clock.currentTimeMillis) - since
      return Math.min(latest, Math.max(soonest, waited / 10))
    }
    yield* tell(toOrder(stream, wordOf(release, { revision, attempt, name }), outcome.success, hop.traceparent))
    return viewPatience
  })

  /** In a fiber of its own; then it rests until the view has moved, or for as long as `work` says. */
  const inOwnFiber = (
    { since, stream }: UnstartedRelease | WorkingRelease,
    work: Effect.Effect<number, unknown, Broker | Erp | ReleaseChecks>
  ) => {
    inHand.add(stream)
    run(
      work.pipe(
        Effect.catchCause((cause) =>
          Effect.as(Effect.logWarning(`The release of ${stream} goes on later`, cause), soonest)
        ),
        Effect.flatMap((pause) =>
          Effect.map(Clock.currentTimeMillis, (now) => resting.set(stream, { since, until: now + pause }))
        ),
        Effect.ensuring(Effect.sync(() => inHand.delete(stream)))
      )
    )
  }

  const round = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const [stream, { until }] of resting) if (until < now - forgotten) resting.delete(stream)
    const isResting = ({ since, stream }: Seen): boolean => {
      const rest = resting.get(stream)
      return rest !== undefined && rest.since === since && rest.until >= now
    }
    const seen = Array.from(resting, ([stream, { since }]) => ({ stream, since })).filter(isResting)
    const found = [...(yield* workingReleases(seen, 2 * atOnce)), ...(yield* unstartedReleases(seen, 2 * atOnce))]
    let begun = 0
    for (const release of found) {
      if (inHand.size >= atOnce) break
      // While the view was asked, its step may have been done.
      if (inHand.has(release.stream) || isResting(release)) continue
      inOwnFiber(release, "stage" in release ? lead(release) : Effect.as(begin(release), viewPatience))
      begun += 1
    }
    yield* Effect.sleep(begun === 0 ? lookEvery : 0)
  })

  yield* round.pipe(
    Effect.catchCause((cause) =>
      Effect.andThen(Effect.logWarning("The release runner failed and goes on", cause), Effect.sleep(soonest))
    ),
    Effect.forever,
    Effect.forkScoped
  )
})
