// Questions to the view `plants`. Used by the command line, recalls and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { PersonId, PlantId, StorageLocationId } from "../../core/plant/identifiers.ts"
import { PostedKind, PostingMode } from "../../core/plant/posting-mode.ts"
import { ReleasePolicy } from "../../core/plant/release-policy.ts"
import { MixingModel } from "../../core/plant/vessel.ts"
import { type Cut, counts } from "../cut.ts"

const ModeRow = Schema.Struct({
  plant: PlantId,
  kind: PostedKind,
  mode: PostingMode,
  /** Null for what holds before the plant's first word on that kind. */
  from: Schema.NullOr(Schema.Date),
  decidedAt: Schema.Date,
  by: Schema.NullOr(PersonId),
  reason: Schema.String
})
export type ModeRow = typeof ModeRow.Type

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(ModeRow))

const decodeKinds = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ kind: Schema.String })))
const isPostedKind = Schema.is(PostedKind)

/** Every word on every kind, by plant, kind and time. */
export const postingModes = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, kind, mode, case when "from" > '-Infinity' then to_timestamp("from" / 1000) end as "from",
      to_timestamp(decided_at / 1000) as "decidedAt", by, reason
    from plants.posting_mode order by plant, kind, posting_mode."from"`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

const ReleasePolicyRow = Schema.Struct({
  plant: PlantId,
  /** Null where orders go to the MES some other way. */
  policy: Schema.NullOr(ReleasePolicy),
  from: Schema.Date,
  decidedAt: Schema.Date,
  by: Schema.NullOr(PersonId),
  reason: Schema.String
})
export type ReleasePolicyRow = typeof ReleasePolicyRow.Type

const decodePolicies = Schema.decodeUnknownEffect(Schema.Array(ReleasePolicyRow))

/** Every word on how orders go to the MES, by plant and time. */
export const releasePolicies = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, policy, to_timestamp("from" / 1000) as "from", to_timestamp(decided_at / 1000) as "decidedAt", by, reason
    from plants.release_policy order by plant, release_policy."from"`
  return yield* decodePolicies(rows).pipe(Effect.orDie)
})

const VesselRow = Schema.Struct({
  plant: PlantId,
  location: StorageLocationId,
  /** Null where it is no vessel. */
  mixing: Schema.NullOr(MixingModel),
  from: Schema.Date,
  recordedAt: Schema.Date,
  by: Schema.NullOr(PersonId),
  reason: Schema.String
})
export type VesselRow = typeof VesselRow.Type

const decodeVessels = Schema.decodeUnknownEffect(Schema.Array(VesselRow))

/** Every word on every vessel, by plant, place and time; of those for one time the later word is the last. */
export const vessels = Effect.fnUntraced(function* (cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, location, mixing, to_timestamp("from" / 1000) as "from", to_timestamp(recorded_at / 1000) as "recordedAt",
      by, reason
    from plants.vessel where ${counts(sql, cut)}
    order by plant, location, vessel."from", version`
  return yield* decodeVessels(rows).pipe(Effect.orDie)
})

/** Kinds of which the plant has posted documents, and of which nobody has said anything. */
export const kindsPosted = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select distinct kind from postings.posting
    where plant = ${plant} and document is not null and not adopted
      and not exists (select from plants.posting_mode as mode where mode.plant = posting.plant and mode.kind = posting.kind)`
  return (yield* decodeKinds(rows).pipe(Effect.orDie)).flatMap(({ kind }) => (isPostedKind(kind) ? [kind] : []))
})
