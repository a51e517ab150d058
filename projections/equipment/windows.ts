// Questions to the view `equipment` about contamination windows: clean breaks, and the orders between them, as of any time.
// Used by recalls and by tests. Rows are taken as they come, as those of the ledger (`ledger/queries.ts`).
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Fragment } from "effect/sql/Statement"
import type { StreamName } from "../../core/journal/stream.ts"
import type { OperationId, PlantId, WorkCenterId } from "../../core/plant/identifiers.ts"
import { type Cut, counts } from "../cut.ts"

export interface WorkCenterPlace {
  readonly plant: PlantId
  readonly workCenter: WorkCenterId
}

/** Times are milliseconds since 1970. */
export interface CleanBreakRow extends WorkCenterPlace {
  readonly startedAt: number
  readonly endedAt: number
  readonly reference: string
  readonly recordedAt: number
}

/** What was said of the work center itself, and not taken back by then: the reversal may be in another day's stream. */
const stands = (sql: SqlClient.SqlClient, { occurredBy: _, ...cut }: Cut): Fragment => sql`not exists (
  select from (select *, null::float8 as known_until, null::bigint as until_offset from equipment.reversal) as taken
  where taken.plant = presence.plant and taken.work_center = presence.work_center
    and taken.source = presence.source and taken.message_id = presence.message_id and ${counts(sql, cut)})`

/** By plant, work center and time. */
export const cleanBreaks = Effect.fnUntraced(function* (cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<CleanBreakRow>`
    select plant, work_center as "workCenter", started_at as "startedAt", occurred_at as "endedAt", reference,
      recorded_at as "recordedAt"
    from equipment.presence where kind = 'CleanBreak' and ${counts(sql, cut)} and ${stands(sql, cut)}
    order by plant, work_center, occurred_at, started_at, reference, source, message_id`
})

export interface PresenceRow extends WorkCenterPlace {
  readonly kind: "UseStart" | "UseEnd" | "Report"
  readonly order: StreamName
  readonly operation: OperationId | null
  readonly occurredAt: number
  readonly recordedAt: number
}

/** What says that an order was on one of these work centers, by place and time. */
export const presencesOn = Effect.fnUntraced(function* (places: ReadonlyArray<WorkCenterPlace>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const plants = places.map(({ plant }) => plant)
  const workCenters = places.map(({ workCenter }) => workCenter)
  return yield* sql<PresenceRow>`
    select plant, work_center as "workCenter", kind, "order", operation, occurred_at as "occurredAt",
      recorded_at as "recordedAt"
    from unnest(${plants}::text[], ${workCenters}::text[]) as place (plant, work_center)
      join equipment.presence using (plant, work_center)
    where kind <> 'CleanBreak' and ${counts(sql, cut)} and (kind = 'Report' or ${stands(sql, cut)})
    order by plant, work_center, occurred_at, source, message_id, version`
})

/** The places that a person may mean by this: a work center's id, or its plant before it: `ulm/FILLER-1`. */
export const placesNamed = Effect.fnUntraced(function* (name: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<WorkCenterPlace>`
    select distinct plant, work_center as "workCenter" from equipment.presence
    where work_center = ${name} or (work_center = substr(${name}, strpos(${name}, '/') + 1) and plant = split_part(${name}, '/', 1))
    order by plant, work_center`
})
