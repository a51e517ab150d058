// Where partitions run: each is a cluster singleton on the runner that holds its shard. The only user of the cluster
// besides `partition-door.ts` and `runner.ts`.
import { Context, Effect, Layer } from "effect"
import { Entity, Singleton } from "effect/cluster"
import { makePartition, type Partition } from "../../actors/partition.ts"
import type { Behaviours, Verdict } from "../../actors/partition-state.ts"
import { undecided } from "../../actors/undecided.ts"
import { decode, encode } from "../../core/journal/codec.ts"
import { Journal } from "../../core/journal/journal.ts"
import { partitionOf } from "../../core/journal/stream.ts"
import { Door, type Incoming, type Outcome, PartitionUnavailable } from "../../core/port/door.ts"
import { restarting } from "../../core/restarting.ts"
import { callsInOrder } from "./calls-in-order.ts"
import { PartitionDoor, partitionName, partitionNumber } from "./partition-door.ts"

/** The partitions that this runner owns now. */
export class LocalPartitions extends Context.Service<LocalPartitions, Map<number, Partition>>()(
  "traveler/cluster/LocalPartitions"
) {
  static readonly layer = Layer.sync(LocalPartitions, () => new Map())
}

/** Owns a partition while this runner holds its shard; whatever it dies of, it starts anew after a pause. */
const ownPartition = (partition: number, residentLimit: number, behaviours: Behaviours) =>
  Effect.gen(function* () {
    const local = yield* LocalPartitions
    const owner = yield* makePartition({ partition, residentLimit, behaviours })
    local.set(partition, owner)
    yield* Effect.addFinalizer(() => Effect.sync(() => local.delete(partition)))
    return yield* owner.run
  }).pipe(Effect.scoped, (work) =>
    restarting(work, {
      firstMillis: 100,
      longestMillis: 10_000,
      tell: (cause, pauseMillis) =>
        Effect.logError(`The owner of partition ${partition} starts again in ${pauseMillis} ms`, cause)
    })
  )

/** All partitions' singletons, and the entity by which other runners reach them. */
export const partitionsLayer = (options: { readonly residentActors: number; readonly behaviours: Behaviours }) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { partitions } = yield* Journal
      const residentLimit = Math.max(1, Math.floor(options.residentActors / partitions))
      const owners = Array.from({ length: partitions }, (_, partition) =>
        Singleton.make(partitionName(partition), ownPartition(partition, residentLimit, options.behaviours))
      )
      return Layer.mergeAll(doorLayer, ...owners)
    })
  )

/** Answers other runners by the local map alone, so that a stale route never makes a second owner. */
const doorLayer = PartitionDoor.toLayer(
  Effect.gen(function* () {
    const local = yield* LocalPartitions
    const address = yield* Entity.CurrentAddress
    const partition = partitionNumber(address.entityId)
    return PartitionDoor.of({
      Submit: ({ payload }) => submitLocally(local, partition, decode<ReadonlyArray<Incoming>>(payload.incoming))
    })
  }),
  { maxIdleTime: "365 days", concurrency: "unbounded", mailboxCapacity: 64, disableFatalDefects: true }
)

const submitLocally = (local: ReadonlyMap<number, Partition>, partition: number, incoming: ReadonlyArray<Incoming>) => {
  const owner = local.get(partition)
  return owner === undefined
    ? Effect.fail(new PartitionUnavailable({ partition, reason: "No runner owns it yet" }))
    : owner.submit(incoming)
}

/** The one way in. Direct where the partition is here, by its entity where another runner has it. */
export const doorClientLayer = Layer.effect(
  Door,
  Effect.gen(function* () {
    const { partitions } = yield* Journal
    const local = yield* LocalPartitions
    const client = yield* PartitionDoor.client

    const submitRemotely = (partition: number, incoming: ReadonlyArray<Incoming>) =>
      client(partitionName(partition))
        .Submit({ incoming: encode(incoming.map(({ span: _, ...sent }) => sent)) })
        .pipe(
          Effect.catchIf(
            (failure) => failure._tag !== "PartitionUnavailable",
            (failure) => Effect.fail(new PartitionUnavailable({ partition, reason: String(failure) }))
          )
        )

    const inOrder = callsInOrder(partitions)
    yield* Effect.forkScoped(inOrder.tellSlow)

    const submit = (
      partition: number,
      incoming: ReadonlyArray<Incoming>
    ): Effect.Effect<ReadonlyArray<Verdict>, PartitionUnavailable> =>
      Effect.suspend(() => {
        const owner = local.get(partition)
        if (owner !== undefined && inOrder.isFree(partition)) return owner.submit(incoming)
        return inOrder.call(
          partition,
          Effect.suspend(() => local.get(partition)?.submit(incoming) ?? submitRemotely(partition, incoming))
        )
      })

    const settle = (incoming: Incoming, verdict: Verdict): Effect.Effect<Outcome, PartitionUnavailable> => {
      if (typeof verdict === "string") return Effect.succeed(verdict)
      const parked = undecided(incoming, verdict.undecidable)
      const partition = partitionOf(parked.stream, partitions)
      return submit(partition, [parked]).pipe(
        Effect.flatMap(([outcome]) =>
          typeof outcome === "string"
            ? Effect.succeed(outcome === "handled" || parked.delivery === undefined ? "parked" : outcome)
            : Effect.fail(new PartitionUnavailable({ partition, reason: `Can't park on ${parked.stream}` }))
        )
      )
    }

    return Door.of({
      submit: (partition, incoming) =>
        submit(partition, incoming).pipe(
          Effect.flatMap((verdicts) => {
            const outcomes = verdicts.filter((verdict) => typeof verdict === "string")
            return outcomes.length === verdicts.length
              ? Effect.succeed(outcomes)
              : Effect.forEach(verdicts, (verdict, index) => {
                  const message = incoming[index]
                  return message === undefined
                    ? Effect.die(new Error(`${verdicts.length} verdicts for ${incoming.length} messages`))
                    : settle(message, verdict)
                })
          })
        )
    })
  })
)
