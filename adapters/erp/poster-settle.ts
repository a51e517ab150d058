// Outcomes on their way back: through the door to the actor that asked, then into the claim. Used by `poster.ts` alone.
import { Clock, Effect, Schedule } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { partitionOf } from "../../core/journal/stream.ts"
import { Door, type PartitionUnavailable } from "../../core/port/door.ts"
import { gather } from "./gather.ts"
import { outcomeMessage, type Settlement, settles } from "./poster-outcome.ts"
import type { PostingAttempts } from "./posting-attempt.ts"

const largestBatch = 500

/** Until the journal answers again; a claim isn't closed before it holds the outcome. */
const untilDurable = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("5 seconds")])

/**
 * Tells the actor and closes the claim, in this order: a crash between the two leaves an open claim, and the answer to
 * its question is then a duplicate. Many fibers' outcomes go together, one door call a partition and one statement.
 */
export const settling = (erp: string, partitions: number, attempts: PostingAttempts) =>
  Effect.gen(function* () {
    const door = yield* Door

    const submit = Effect.fnUntraced(function* (settlements: ReadonlyArray<Settlement>) {
      const now = yield* Clock.currentTimeMillis
      const byPartition = Map.groupBy(settlements, ({ posting }) => partitionOf(posting.stream, partitions))
      const results = yield* Effect.forEach(
        byPartition,
        ([partition, group]) =>
          door
            .submit(
              partition,
              group.map((settlement) => outcomeMessage(erp, settlement, now))
            )
            .pipe(
              Effect.tapError(({ reason }) =>
                Effect.logWarning(`Poster ${erp}: ${group.length} outcomes wait for partition ${partition}: ${reason}`)
              ),
              Effect.result,
              Effect.map((result) => [partition, result] as const)
            ),
        { concurrency: "unbounded" }
      )
      const byResult = new Map(results)
      const resultOf = ({ posting }: Settlement) => byResult.get(partitionOf(posting.stream, partitions))
      const durable = settlements.filter((settlement) => resultOf(settlement)?._tag === "Success")
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
        const result = resultOf(settlement)
        return result?._tag === "Failure" ? Effect.fail(result.failure) : Effect.void
      })
    })

    const settle = yield* gather<Settlement, void, PartitionUnavailable | SqlError, never>(largestBatch, submit)
    return (settlement: Settlement): Effect.Effect<void> =>
      settle(settlement).pipe(Effect.retry(untilDurable), Effect.orDie)
  })
