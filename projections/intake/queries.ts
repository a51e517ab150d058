// Questions to the view `intake`. Used by the command line and tests.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What came by one queue: received = handled + duplicates + parked. */
export interface QueueAccount {
  readonly queue: string
  readonly received: number
  readonly handled: number
  readonly duplicates: number
  readonly parked: number
}

/** Queues of the broker and, by the name of the part that sends, of the core itself. */
export const queueAccounts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<QueueAccount>`
    select queue, handled, duplicates, parked, handled + duplicates + parked as received
    from (
      select queue, coalesce(handled, 0)::float8 as handled, coalesce(parked, 0)::float8 as parked,
        (coalesce(seen.duplicates, 0) + coalesce(counted.duplicates, 0))::float8 as duplicates
      from intake.intake_queue as seen full join intake_duplicates as counted using (queue)
    ) as account order by queue`
})

export const queueAccount = (queue: string) =>
  Effect.map(
    queueAccounts,
    (accounts): QueueAccount =>
      accounts.find((account) => account.queue === queue) ?? {
        queue,
        received: 0,
        handled: 0,
        duplicates: 0,
        parked: 0
      }
  )
