// The way in from the broker: micro-batches of raw bytes become messages, go to their partitions, and are acknowledged
// once durable. One runs for each queue. Uses ports only; started by the composition root.
import { Array as Arrays, Cause, Clock, Deferred, Effect, Exit, Schedule, Semaphore } from "effect"
import type { Scope } from "effect/Scope"
import { recorded, TechnicalFailure } from "../core/failure.ts"
import { Journal } from "../core/journal/journal.ts"
import { caseStream, category, orderOf, partitionOf } from "../core/journal/stream.ts"
import type { Badge, PersonId, PlantId } from "../core/plant/identifiers.ts"
import { OccurredAt } from "../core/plant/time.ts"
import { IntakeAccount } from "../core/port/account.ts"
import { Broker, type Delivery, deadLetterQueue } from "../core/port/broker.ts"
import { Door, type Incoming, type Outcome } from "../core/port/door.ts"
import { Pace } from "../core/port/pace.ts"
import { Persons } from "../core/port/persons.ts"
import { type ProcessAbout, type ProcessSpan, Tracer } from "../core/port/tracer.ts"
import { caseId, waitingFor } from "./case-id.ts"
import { lotsTouched } from "./lots-touched.ts"
import { messageSubject } from "./message-subject.ts"
import { address, badgeOf, type Reading, read } from "./understand.ts"

/** How many deliveries are taken at once: enough for a good insert, few enough to keep latency low. */
const microBatch = 2_000

/**
 * Micro-batches under way: one is decided while others are appended. What arrives meanwhile makes the next one larger,
 * and so its groups: at full load most of a group's cost is the group's, not its messages'.
 */
const batchesUnderWay = 2

/** One that is under way for longer makes way for the next, whatever holds it up; prefetch still bounds what is taken. */
const batchPatience = "1 second"

/** With a partition's owner away this long (milliseconds), the deliveries go back to the broker once. */
const patience = 60_000
const pause = 5_000

export interface Ingress {
  /** Deliveries taken and not yet durable: with an empty queue and this at zero, the queue is drained. */
  readonly inFlight: () => number
  /** Counted since start; redeliveries count again. */
  readonly counts: () => { readonly received: number } & { readonly [outcome in Outcome]: number }
}

/** One message under way: its position in the intake, its span, and what it says. */
interface Underway {
  readonly position: number
  readonly span: ProcessSpan
  readonly incoming: Incoming
}

/** A group's place in the order of its partition. It is held back while it waits for its owner, or for one that does. */
interface Turn {
  heldBack: boolean
  /** It no longer keeps its micro-batch under way. */
  hasMadeWay: boolean
  readonly over: Deferred.Deferred<void>
}

interface Batch {
  readonly epoch: number
  /** On their way and not held back: with the last one the batch makes way. */
  groups: number
  hasMadeWay: boolean
}

/** A partition without an owner is asked again, more slowly each time, for as long as patience lasts. */
const untilOwned = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")]).pipe(
  Schedule.upTo({ duration: patience })
)

/** Nothing can be recorded while the register of persons is away, so nothing more is taken until it answers. */
const untilItAnswers = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")])

/** What the broker has given up on is never applied by itself: an integrator looks at why, and sends it again. */
const deadLettered = (incoming: Incoming): Incoming => {
  const { delivery, metadata } = incoming
  if (delivery === undefined) return incoming
  const failure = recorded(
    new TechnicalFailure({
      field: "queue",
      value: metadata.queue,
      reason: "The broker dead-lettered this message",
      nextStep: "See why in the broker's log; then: traveler exceptions resubmit ID"
    })
  )
  return {
    ...incoming,
    stream: caseStream(caseId(metadata, metadata.digest)),
    content: {
      _tag: "NotUnderstood",
      failure,
      subject: messageSubject(delivery, metadata),
      ...waitingFor(incoming.stream)
    }
  }
}

const about = ({ content, metadata: { messageId }, stream }: Incoming): ProcessAbout =>
  category(stream) === "order"
    ? { messageId, orderId: orderOf(stream), lots: lotsTouched(stream, content) }
    : { messageId, lots: lotsTouched(stream, content) }

/** Consumes a queue until the scope closes. `plant` is whose queue it is; the commands' queue has one of its own. */
export const runIngress = (options: {
  readonly queue: string
  readonly plant: PlantId
  readonly prefetch: number
}): Effect.Effect<Ingress, TechnicalFailure, Broker | Door | IntakeAccount | Journal | Persons | Tracer | Scope> =>
  Effect.gen(function* () {
    const { queue, plant } = options
    const { partitions } = yield* Journal
    const door = yield* Door
    const account = yield* IntakeAccount
    const persons = yield* Persons
    const tracer = yield* Tracer
    const broker = yield* Broker
    const pace = yield* Pace
    const intake = yield* broker.consume(options)

    const scope = yield* Effect.scope

    const abandon = (spans: ReadonlyArray<ProcessSpan>, reason: string) =>
      Effect.sync(() => {
        for (const span of spans) span.abandon(reason)
      })

    /**
     * The spans of messages that are neither durable nor given back: those of a batch together, and of each group once
     * there are groups, since a group that is held up must not keep the others of its batch in memory.
     */
    const underWay = new Set<ReadonlyArray<ProcessSpan>>()
    /** Whatever ends this ingress, no delivery that was taken is left without an end. */
    yield* Effect.addFinalizer(() => Effect.forEach(underWay, (spans) => abandon(spans, "GivenBack")))

    const slots = yield* Semaphore.make(batchesUnderWay)
    const turns = new Map<number, Turn>()
    let received = 0
    const counts = { handled: 0, duplicate: 0, suspected: 0, parked: 0 }

    /** Badges become random ids here, so that no badge is ever recorded. One query for those never seen. */
    const personIds = Effect.fnUntraced(function* (readings: ReadonlyArray<Reading>) {
      const badges = new Set<Badge>()
      for (const reading of readings) {
        const badge = badgeOf(reading)
        if (badge !== undefined) badges.add(badge)
      }
      const ids = yield* persons
        .identify(Array.from(badges, (badge) => ({ plant, badge })))
        .pipe(Effect.retry(untilItAnswers), Effect.orDie)
      return new Map(Arrays.zip(badges, ids))
    })

    /** What is parked unread says nothing of who acted. */
    const isDeadLetters = queue === deadLetterQueue(plant)
    const nobody: ReadonlyMap<Badge, PersonId> = new Map()

    const begin = Effect.fnUntraced(function* (
      first: number,
      deliveries: ReadonlyArray<Delivery>,
      spans: ReadonlyArray<ProcessSpan>
    ) {
      const receivedAt = OccurredAt.make(new Date(yield* Clock.currentTimeMillis).toISOString())
      const taken = Arrays.zipWith(deliveries, spans, (delivery, span) => ({ delivery, span, reading: read(delivery) }))
      const ids = isDeadLetters ? nobody : yield* personIds(taken.map(({ reading }) => reading))
      return taken.map(({ delivery, span, reading }, index): Underway => {
        const badge = badgeOf(reading)
        const by = badge === undefined ? undefined : ids.get(badge)
        const incoming = address(delivery, reading, { receivedAt, by, span })
        return { position: first + index, span, incoming: isDeadLetters ? deadLettered(incoming) : incoming }
      })
    })

    const settle = (epoch: number, group: ReadonlyArray<Underway>, outcomes: ReadonlyArray<Outcome>) => {
      let duplicates = 0
      if (outcomes.length !== group.length) {
        return Effect.die(new Error(`${outcomes.length} outcomes for ${group.length} messages`))
      }
      group.forEach(({ incoming, span }, index) => {
        const outcome = outcomes[index] ?? "handled"
        counts[outcome]++
        if (outcome === "duplicate") duplicates++
        span.end(outcome, about(incoming))
      })
      const done = intake.done(
        epoch,
        group.map(({ position }) => position)
      )
      return duplicates === 0 ? done : Effect.andThen(account.addDuplicates(queue, duplicates), done)
    }

    /** With no owner for too long, everything goes back to the broker once, and is taken again after a pause. */
    const giveBack = (epoch: number, cause: Cause.Cause<unknown>) =>
      Effect.andThen(
        Effect.logWarning(`Queue ${queue} gives its deliveries back`, cause),
        intake.giveBack(epoch, pause)
      )

    const makeWayForNext = (batch: Batch) =>
      Effect.suspend(() => {
        if (batch.hasMadeWay) return Effect.void
        batch.hasMadeWay = true
        return slots.release(1)
      })

    /** A partition without an owner holds up its own groups, and no other partition's. */
    const makeWay = (turn: Turn, batch: Batch) =>
      Effect.suspend(() => {
        if (turn.hasMadeWay) return Effect.void
        turn.hasMadeWay = true
        return --batch.groups === 0 ? makeWayForNext(batch) : Effect.void
      })

    /**
     * Many groups of a partition are on their way at once, but none passes one that its owner has turned away: the
     * broker's order is kept. After the first try a message may be durable already, its answer lost: then it is no
     * unexpected repeat.
     */
    const submit = (partition: number, group: ReadonlyArray<Underway>, batch: Batch) => {
      const before = turns.get(partition)
      const turn: Turn = { heldBack: before?.heldBack === true, hasMadeWay: false, over: Deferred.makeUnsafe() }
      turns.set(partition, turn)
      let tries = 0
      return Effect.gen(function* () {
        if (turn.heldBack && before !== undefined) {
          yield* makeWay(turn, batch)
          yield* Deferred.await(before.over)
        }
        const again = tries++ > 0
        return yield* door.submit(
          partition,
          group.map(({ incoming }) => (again ? { ...incoming, redelivered: true } : incoming))
        )
      }).pipe(
        Effect.tapError((failure) => {
          turn.heldBack = true
          return Effect.andThen(
            makeWay(turn, batch),
            Effect.logWarning(`Queue ${queue} waits for partition ${partition}`, failure)
          )
        }),
        Effect.retry(untilOwned),
        Effect.ensuring(
          Effect.suspend(() => {
            turn.heldBack = false
            return Effect.andThen(Deferred.succeed(turn.over, undefined), makeWay(turn, batch))
          })
        )
      )
    }

    /** Whatever goes wrong, these deliveries end one way: acknowledged once durable, or given back. */
    const deliver = (
      partition: number,
      group: ReadonlyArray<Underway>,
      spans: ReadonlyArray<ProcessSpan>,
      batch: Batch
    ) =>
      submit(partition, group, batch).pipe(
        Effect.flatMap((outcomes) => settle(batch.epoch, group, outcomes)),
        Effect.tapCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.void : giveBack(batch.epoch, cause))),
        Effect.onExit((exit) => {
          underWay.delete(spans)
          return Exit.isSuccess(exit) ? Effect.void : abandon(spans, "PartitionUnavailable")
        }),
        Effect.ignore
      )

    const pump = Effect.gen(function* () {
      while (true) {
        yield* slots.take(1)
        yield* pace.room
        const { epoch, first, deliveries } = yield* intake.take(microBatch)
        received += deliveries.length
        const spans = deliveries.map((delivery) => tracer.process(delivery))
        const batch: Batch = { epoch, groups: 0, hasMadeWay: false }
        underWay.add(spans)
        yield* Effect.gen(function* () {
          const messages = yield* begin(first, deliveries, spans)
          const groups = Array.from(
            Map.groupBy(messages, ({ incoming }) => partitionOf(incoming.stream, partitions)),
            ([partition, group]) => ({ partition, group, spans: group.map(({ span }) => span) })
          )
          batch.groups = groups.length
          underWay.delete(spans)
          for (const group of groups) underWay.add(group.spans)
          for (const { group, partition, spans } of groups)
            yield* Effect.forkIn(deliver(partition, group, spans, batch), scope)
          // A door that neither answers nor fails (a runner that is out of reach) holds up its own partitions alone.
          yield* Effect.forkIn(Effect.delay(makeWayForNext(batch), batchPatience), scope)
        }).pipe(
          Effect.catchCause((cause) => {
            if (Cause.hasInterruptsOnly(cause)) return Effect.void
            underWay.delete(spans)
            return Effect.all([slots.release(1), abandon(spans, "GivenBack"), giveBack(epoch, cause)])
          })
        )
      }
    })

    yield* Effect.forkScoped(pump)
    const inFlight = () => underWay.values().reduce((sum, spans) => sum + spans.length, 0)
    return { inFlight, counts: () => ({ received, ...counts }) }
  })
