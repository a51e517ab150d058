// Questions to the view `equipment`. Used by the command line, the release of orders, and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { WorkCalendarPublished } from "../../core/message/master-data.ts"
import { type EquipmentState, isStopped } from "../../core/plant/equipment.ts"
import { PlantId, WorkCenterId } from "../../core/plant/identifiers.ts"
import { instant, OccurredAt } from "../../core/plant/time.ts"
import { Said } from "./statement.ts"
import { lastOf, since } from "./timeline.ts"

const decodeTimeline = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ occurredAt: OccurredAt, said: Said })))

/**
 * What was said until `to` (milliseconds since 1970, as `from`), and of what was said until `from` as much as decides what
 * held then and since when: of each kind the last ones that say the same, those before them, and one more. Of samples
 * those that say something new, however many there are. `offset 0` keeps the index's range: else all that was ever
 * said of the work center is read.
 */
const timelineOf = Effect.fnUntraced(function* (
  plant: PlantId,
  workCenter: WorkCenterId,
  { from, to }: { readonly from: number; readonly to: number }
) {
  const sql = yield* SqlClient.SqlClient
  const of = (kind: string) =>
    sql`plant = ${plant} and work_center = ${workCenter} and kind = ${sql.literal(kind)}.kind`
  const rank = sql.literal("at, source, message_id, version, number")
  const latest = sql.literal("order by at desc, source desc, message_id desc, version desc, number desc limit 1")
  const rows = yield* sql`
    with anchor as (
      select lead.kind, coalesce(earlier.at, '-infinity') as since
      from (values ('State'), ('Sample'), ('UseStart'), ('CleanBreak')) as lead (kind)
      left join lateral (
        select * from equipment.statement where ${of("lead")} and at <= ${from}::float8 ${latest}
      ) as last on true
      left join lateral (
        select * from equipment.statement where ${of("last")} and at <= last.at and said <> last.said
          ${latest}
      ) as before on true
      left join lateral (
        select * from equipment.statement where ${of("before")} and at <= before.at and said <> before.said
          and (${rank}) < (before.at, before.source, before.message_id, before.version, before.number) ${latest}
      ) as earlier on true
    ), wanted as (
      select kind, since from anchor
      union all select 'DowntimeEnd', since from anchor where kind = 'State'
      union all select 'UseEnd', since from anchor where kind = 'UseStart'
    ), known as (
      select found.*, lag(found.said) over (partition by found.kind order by ${rank}) as before
      from wanted cross join lateral (
        select * from equipment.statement
        where ${of("wanted")} and at between wanted.since and ${to}::float8 offset 0
      ) as found
    )
    select occurred_at as "occurredAt", said || jsonb_build_object('_tag', kind) as said from known
    where kind <> 'Sample' or said is distinct from before
    order by ${rank}`
  return yield* decodeTimeline(rows).pipe(Effect.orDie)
})

const EquipmentRow = Schema.Struct({
  plant: PlantId,
  workCenterId: WorkCenterId,
  /** When anything was last recorded of it. */
  heardAt: Schema.Date
})
export type EquipmentRow = typeof EquipmentRow.Type

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(EquipmentRow))

/** Every work center that anything was said of, of one plant or all; those of one id, where it is given. */
export const workCenters = Effect.fnUntraced(function* ({
  id,
  plant
}: {
  readonly id?: WorkCenterId
  readonly plant?: PlantId
}) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select plant, work_center as "workCenterId", to_timestamp(heard_at / 1000) as "heardAt" from equipment.work_center
    where work_center = coalesce(${id ?? null}, work_center) and plant = coalesce(${plant ?? null}, plant)
    order by plant, work_center`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** What it does at a time: state, since when and why, the order that it works on, the last clean break before. */
export const equipmentAt = Effect.fnUntraced(function* (plant: PlantId, workCenter: WorkCenterId, at: OccurredAt) {
  const time = instant(at)
  return lastOf(yield* timelineOf(plant, workCenter, { from: time, to: time }))
})

/** States and orders from `from` on until `to`, and the clean breaks: the last one before, and those between. */
export const equipmentBetween = Effect.fnUntraced(function* (
  plant: PlantId,
  workCenter: WorkCenterId,
  from: OccurredAt,
  to: OccurredAt
) {
  const [begin, end] = [instant(from), instant(to)]
  return since(yield* timelineOf(plant, workCenter, { from: begin, to: end }), begin)
})

/** `unknown`: nobody has ever said anything of it by then. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string } | "unknown"

const Calendar = Schema.Struct({ id: Schema.String, entries: WorkCalendarPublished.fields.entries })
const decodeCalendars = Schema.decodeUnknownEffect(Schema.Array(Calendar))

/** What a calendar of its own says, where it says that at that time it isn't worked there. */
const timeOff = Effect.fnUntraced(function* (plant: PlantId, workCenter: WorkCenterId, at: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select id, content -> 'entries' as entries from "masterData".record
    where plant = ${plant} and kind = 'WorkCalendar' and not deleted and content ->> 'workCenterId' = ${workCenter}
    order by id`
  const calendars = yield* decodeCalendars(rows).pipe(Effect.orDie)
  for (const { entries, id } of calendars) {
    const off = entries.find(
      ({ endsAt, isWorking, startsAt }) => !isWorking && instant(startsAt) <= at && at < instant(endsAt)
    )
    if (off !== undefined) return `Not worked until ${off.endsAt} by calendar ${id}${because(off.type)}`
  }
  return undefined
})

const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`)

/** Whether work can be begun there at that time, by what was said of it and by its work calendars. */
export const readinessOf = Effect.fnUntraced(function* (plant: PlantId, workCenter: WorkCenterId, at: OccurredAt) {
  const { reason, since, state } = yield* equipmentAt(plant, workCenter, at)
  const stopped = state !== undefined && isStopped(state) ? `${state} since ${since}${because(reason)}` : undefined
  const notReady = stopped ?? (yield* timeOff(plant, workCenter, instant(at)))
  return readiness(state, notReady)
})

const readiness = (state: EquipmentState | undefined, notReady: string | undefined): Readiness => {
  if (notReady !== undefined) return { ready: false, reason: notReady }
  return state === undefined ? "unknown" : { ready: true }
}
