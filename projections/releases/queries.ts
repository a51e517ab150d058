// Questions to the view `releases`. Used by the release runner and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { StreamName } from "../../core/journal/stream.ts"
import { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { ReleaseCheck, ReleasePolicy } from "../../core/plant/release-policy.ts"
import { ReleasedPlan } from "../../core/port/release-check.ts"

const about = {
  stream: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)),
  plant: PlantId,
  orderId: OrderId,
  /** When the release, or the plan, came to this (milliseconds since 1970). */
  since: Schema.Number,
  traceparent: Schema.NullOr(Schema.String)
}

/**
 * A revision that isn't on its way to the MES yet, with the policy of its plant for it, and the one from before that policy
 * that the MES has, or may have.
 */
const UnstartedRelease = Schema.Struct({
  ...about,
  revision: Schema.Int,
  policy: ReleasePolicy,
  replaces: Schema.NullOr(Schema.Int)
})
export type UnstartedRelease = typeof UnstartedRelease.Type

/** A release for which something is to be done now. */
const WorkingRelease = Schema.Struct({
  ...about,
  stage: Schema.Literals(["check", "dispatch", "report", "withdrawal"]),
  plan: ReleasedPlan,
  flow: Schema.Struct({
    revision: Schema.Int,
    attempt: Schema.Int,
    policy: ReleasePolicy,
    replaces: Schema.optionalKey(Schema.Int),
    answers: Schema.Array(Schema.Struct({ check: ReleaseCheck }))
  })
})
export type WorkingRelease = typeof WorkingRelease.Type

const decodeUnstarted = Schema.decodeUnknownEffect(Schema.Array(UnstartedRelease))
const decodeWorking = Schema.decodeUnknownEffect(Schema.Array(WorkingRelease))

/** Which rows aren't asked for: one that has come further since is. */
export type Seen = Pick<WorkingRelease, "stream" | "since">

const isNews = (sql: SqlClient.SqlClient, seen: ReadonlyArray<Seen>) => sql`not exists (
  select from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as seen (stream text, since float8)
  where seen.stream = release.stream and seen.since = release.since)`

/** Those for which their plant has a policy, the oldest first. A policy holds for what the ERP made until the next one. */
export const unstartedReleases = Effect.fnUntraced(function* (seen: ReadonlyArray<Seen>, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    with held as (
      select plant, policy, "from", lead("from", 1, 'Infinity') over (partition by plant order by "from") as until
      from plants.release_policy
    )
    select stream, release.plant, order_id as "orderId", (plan ->> 'revision')::integer as revision, policy, since, traceparent,
      case when (state -> 'earlier' ->> 'at')::float8 < held."from" then (state -> 'earlier' ->> 'revision')::integer end as replaces
    from held join releases.release on release.plant = held.plant and stage = 'unstarted'
      and planned_at >= held."from" and planned_at < held.until
    where policy is not null and ${isNews(sql, seen)}
    order by planned_at, stream limit ${limit}`
  return yield* decodeUnstarted(rows).pipe(Effect.orDie)
})

/** Of all plants, the longest waiting first; of a held order only what takes it back. */
export const workingReleases = Effect.fnUntraced(function* (seen: ReadonlyArray<Seen>, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select stream, plant, order_id as "orderId", since, traceparent, stage, plan, state -> 'flow' as flow
    from releases.release
    where stage in ('check', 'dispatch', 'report', 'withdrawal') and (not held or stage = 'withdrawal')
      and ${isNews(sql, seen)}
    order by since, stream limit ${limit}`
  return yield* decodeWorking(rows).pipe(Effect.orDie)
})
