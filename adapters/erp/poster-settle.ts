// Outcomes on their way back: through the door to the actor that asked, then into the claim. Used by `poster-hand.ts` alone.
import { Clock, Effect, Result, Schedule } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { partitionOf } from "../../core/journal/stream.ts"
import { Door, type Outcome, PartitionUnavailable } from "../../core/port/door.ts"
import { gather } from "./gather.ts"
import { outcomeMessage, type Settlement, settles } from "./poster-outcome.ts"
import type { PostingAttempts } from "./posting-attempt.ts"

const largestBatch = 500

/** Until the journal answers again; a claim isn't closed before it holds the outcome. */
const untilDurable = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("5 seconds")])

/**
 * An order that can't be loaded or decided has its messages parked on a case. The ERP's outcome isn't lost with that: it
 * is told again until the order is mended, and its claim stays open as long.
 */
const taken = (partition: number, outcome: Outcome | undefined): Result.Result<void, PartitionUnavailable> =>
  outcome === "handled" || outcome === "duplicate"
    ? Result.void
    : Result.fail(new PartitionUnavailable({ partition, reason: "The order can't take it; its case says why" }))

/**
 * Tells the actor and closes the claim, in this order: a crash between the two leaves an open claim, and the answer to
 * its question is then a duplicate. Many fibers' outcomes go together, one door call a partition and one statement.
 */
export const settling = (erp: string, partitions: number, attempts: PostingAttempts) =>
  Effect.gen(function* () {
    const door = yield* Door

    /** One partition's, each with whether its order has it now. */
    const tell = (partition: number, group: ReadonlyArray<Settlement>, now: number) =>
      door
        .submit(
          partition,
          group.map((settlement) => outcomeMessage(erp, settlement, now))
        )
        .pipe(
          Effect.map((outcomes) => group.map((_, index) => taken(partition, outcomes[index]))),
          Effect.catch((failure) => Effect.succeed(group.map(() => Result.fail(failure)))),
          Effect.map((results) => group.map((settlement, index) => [settlement, results[index]] as const)),
          Effect.tap((told) => {
            const [reason] = told.flatMap(([, result]) =>
              result !== undefined && Result.isFailure(result) ? [result.failure.reason] : []
            )
            return reason === undefined
              ? Effect.void
              : Effect.logWarning(`Poster ${erp}: outcomes wait for partition ${partition}: ${reason}`)
          })
        )

    const submit = Effect.fnUntraced(function* (settlements: ReadonlyArray<Settlement>) {
      const now = yield* Clock.currentTimeMillis
      const byPartition = Map.groupBy(settlements, ({ posting }) => partitionOf(posting.stream, partitions))
      const told = yield* Effect.forEach(byPartition, ([partition, group]) => tell(partition, group, now), {
        concurrency: "unbounded"
      })
      const results = new Map(told.flat())
      const durable = settlements.filter((settlement) => {
        const result = results.get(settlement)
        return result !== undefined && Result.isSuccess(result)
      })
      if (durable.length > 0) {
        yield* attempts.record(
          durable.map(({ posting, attempt, outcome }) => ({
            key: posting.key,
            attempt,
            outcome: settles(outcome) ? outcome.type : null,
            document: "document" in outcome ? outcome.document : null
          }))
        )
      }
      return settlements.map((settlement) => {
        const result = results.get(settlement)
        return result === undefined ? Effect.die(new Error("An outcome was not told")) : Effect.fromResult(result)
      })
    })

    const settle = yield* gather<Settlement, void, PartitionUnavailable | SqlError, never>(largestBatch, submit)
    return (settlement: Settlement): Effect.Effect<void> =>
      settle(settlement).pipe(Effect.retry(untilDurable), Effect.orDie)
  })
