// What stands in the journal's tables beside its logs: who goes from offset to offset never meets it, who reads a stream by
// its versions does. Used by `verdict.ts`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { technicalFailure } from "../postgres/failure.ts"
import { int4s, int8s } from "../postgres/statements/parameters.ts"

/** How far a partition's log was followed, from its first offset on. */
export interface Followed {
  readonly partition: number
  readonly last: number
}

/** Null of a partition that the journal doesn't have: nothing of that was followed. */
interface Crowded {
  readonly partition: number
  readonly last: string | null
}

/** A log has as many rows as its last offset says: so only where there are more are they looked at one by one. */
const crowded = (sql: SqlClient.SqlClient, followed: ReadonlyArray<Followed>) =>
  sql<Crowded>`
    select e.partition, log.last::text as last
    from event e
    left join unnest(
      ${int4s(followed.map(({ partition }) => partition))},
      ${int8s(followed.map(({ last }) => last))}
    ) as log (partition, last) on log.partition = e.partition
    where (e."offset" > log.last) is not true
    group by e.partition, log.last
    having count(*) > coalesce(log.last, 0)
    order by e.partition`

/** Those before the first, and those that more than one row has; where nothing was followed, all. */
const offsetsBeside = (sql: SqlClient.SqlClient, { last, partition }: Crowded) =>
  sql<{ readonly offset: string }>`
    select "offset"::text from event
    where partition = ${partition} and ("offset" > ${last}::int8) is not true
    group by event."offset" having ${last}::int8 is null or event."offset" < 1 or count(*) > 1
    order by event."offset"`

/** A name is written with its stream's first event, so none is without. */
const namesWithoutEvents = (sql: SqlClient.SqlClient) =>
  sql<{ readonly partition: number; readonly name: string }>`
    select partition, name from stream s
    where not exists (
      select from event e where e.partition = s.partition and e.stream_key = s.key and e.version = 1)
    order by partition, key`

/** Each by its place. What is recorded meanwhile comes after the offsets that were followed, and is none of it. */
export const besides = Effect.fnUntraced(
  function* (followed: ReadonlyArray<Followed>) {
    const sql = yield* SqlClient.SqlClient
    const events = yield* Effect.forEach(yield* crowded(sql, followed), (log) =>
      Effect.map(offsetsBeside(sql, log), (rows) =>
        rows.map(({ offset }) => `partition ${log.partition}, offset ${offset}`)
      )
    )
    const names = yield* namesWithoutEvents(sql)
    return [...events.flat(), ...names.map(({ name, partition }) => `stream ${name} of partition ${partition}`)]
  },
  Effect.mapError(technicalFailure("events of the journal"))
)
