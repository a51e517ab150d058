// The IntakeAccount port on Postgres: counts gathered in memory and saved a few times a second, and when the core
// ends. After a kill the duplicates of the last moment may be missing from the account; nothing else rests on it.
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { IntakeAccount } from "../../core/port/account.ts"
import { addDuplicates } from "../../projections/intake/duplicates.ts"

const interval = "200 millis"

export const intakeAccountLayer = Layer.effect(
  IntakeAccount,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const counts = new Map<string, number>()

    const count = (queue: string, more: number) => counts.set(queue, (counts.get(queue) ?? 0) + more)

    const putBack = (unsaved: ReadonlyMap<string, number>) => {
      for (const [queue, more] of unsaved) count(queue, more)
    }

    const save = Effect.suspend(() => {
      const saved = new Map(counts)
      counts.clear()
      return addDuplicates(saved).pipe(
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.catch((error) =>
          Effect.logWarning("Counts of duplicates are saved later", error).pipe(
            Effect.andThen(Effect.sync(() => putBack(saved)))
          )
        )
      )
    })

    yield* Effect.addFinalizer(() => save)
    yield* Effect.sleep(interval).pipe(Effect.andThen(save), Effect.forever, Effect.forkScoped)
    return IntakeAccount.of({ addDuplicates: (queue, more) => Effect.sync(() => count(queue, more)) })
  })
)
