// Items of many fibers, gathered while the last batch ran and answered together. Used inside adapters/erp.
import { Deferred, Effect, Queue, type Scope } from "effect"

/**
 * `atOnce` batches run at a time; what comes meanwhile makes the next one, so a batch is as large as the load is high
 * and a lone item never waits. `run` answers each item, in order; if it fails or dies, so does each item of that batch.
 */
export const gather = <Item, Answer, Failure, Requirements>(
  largest: number,
  run: (
    items: ReadonlyArray<Item>
  ) => Effect.Effect<ReadonlyArray<Effect.Effect<Answer, Failure>>, Failure, Requirements>,
  atOnce = 1
): Effect.Effect<(item: Item) => Effect.Effect<Answer, Failure>, never, Requirements | Scope.Scope> =>
  Effect.gen(function* () {
    const waiting = yield* Queue.unbounded<{ item: Item; answer: Deferred.Deferred<Answer, Failure> }>()
    const batch = Effect.flatMap(Queue.takeBetween(waiting, 1, largest), (taken) =>
      run(taken.map(({ item }) => item)).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            for (const [index, { answer }] of taken.entries()) {
              const unanswered = Effect.die(new Error("A batch left an item unanswered"))
              Deferred.doneUnsafe(
                answer,
                exit._tag === "Success" ? (exit.value[index] ?? unanswered) : Effect.failCause(exit.cause)
              )
            }
          })
        ),
        Effect.exit
      )
    )
    for (let lane = 0; lane < atOnce; lane++) yield* Effect.forkScoped(Effect.forever(batch))
    return (item) =>
      Effect.suspend(() => {
        const answer = Deferred.makeUnsafe<Answer, Failure>()
        Queue.offerUnsafe(waiting, { item, answer })
        return Deferred.await(answer)
      })
  })
