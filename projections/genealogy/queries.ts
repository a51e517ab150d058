// Questions to the view `genealogy`. Used by the command line and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { lotsIn, ordersOf, StreamName } from "../../core/journal/stream.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Certainty, plantScope } from "../../core/plant/lot.ts"
import { DecimalFromText, Unit } from "../../core/plant/quantity.ts"
import { Through } from "./through.ts"

const name = Schema.String.pipe(Schema.fromBrand("StreamName", StreamName))

export const Edge = Schema.Struct({
  source: name,
  target: name,
  through: Through,
  quantity: DecimalFromText,
  unit: Unit,
  certainty: Certainty,
  validFrom: Schema.Date,
  knownFrom: Schema.Date
})
export type Edge = typeof Edge.Type

const decodeEdges = Schema.decodeUnknownEffect(Schema.Array(Edge))

/** Of an edge: where a step in that direction begins, and where it leads. */
export const ends = { forward: ["source", "target"], backward: ["target", "source"] } as const
export type Direction = keyof typeof ends

/**
 * Every edge on a way from this stream: forward to what was made of it, backward to what it was made of. Each stream is
 * visited once, so a cycle ends; one statement, however large. What was reversed is no edge.
 */
export const edgesFrom = Effect.fnUntraced(function* (stream: StreamName, direction: Direction) {
  const sql = yield* SqlClient.SqlClient
  const [near, far] = ends[direction].map((end) => sql.literal(end))
  const rows = yield* sql`
    with recursive reached (name) as (
      select ${stream}::text collate "C"
      union select edge.${far} from reached join genealogy.edge on edge.${near} = reached.name and known_until is null
    )
    select edge.source, edge.target, through, trim_scale(quantity)::text as quantity, unit, certainty,
      to_timestamp(valid_from / 1000) as "validFrom", to_timestamp(known_from / 1000) as "knownFrom"
    from reached join genealogy.edge on edge.${near} = reached.name and known_until is null
    order by valid_from, partition, "offset", line`
  return yield* decodeEdges(rows).pipe(Effect.orDie)
})

const ReportedEdge = Schema.Struct({ ...Edge.fields, by: name })
export type ReportedEdge = typeof ReportedEdge.Type

const decodeReported = Schema.decodeUnknownEffect(Schema.Array(ReportedEdge))

/** Every edge that an order or a lot of this plant reports, and those of lots of other scopes whose numbers begin so. */
export const edgesOfPlant = Effect.fnUntraced(function* (plant: PlantId, numbered: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select stream as "by", source, target, through, trim_scale(quantity)::text as quantity, unit, certainty,
      to_timestamp(valid_from / 1000) as "validFrom", to_timestamp(known_from / 1000) as "knownFrom"
    from genealogy.edge
    where known_until is null and (starts_with(stream, ${ordersOf(plant)}) or starts_with(stream, ${lotsIn(plantScope(plant))})
      or (starts_with(stream, 'lot/') and starts_with(split_part(stream, '/', 4), ${numbered})))`
  return yield* decodeReported(rows).pipe(Effect.orDie)
})
