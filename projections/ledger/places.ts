// What came to places and went from them, as of any time. Used by recalls, for vessels, and by tests. Rows are taken as they
// come, as in `queries.ts`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { StreamName } from "../../core/journal/stream.ts"
import type { Decimal } from "../../core/plant/decimal.ts"
import type { PlantId, StorageLocationId } from "../../core/plant/identifiers.ts"
import type { Unit } from "../../core/plant/quantity.ts"
import { type Cut, counts } from "../cut.ts"
import type { FlowKind } from "./flow.ts"

export interface StoragePlace {
  readonly plant: PlantId
  readonly location: StorageLocationId
}

/** A flow that changed what is at a place. Times are milliseconds since 1970. */
export interface FlowAt extends StoragePlace {
  readonly kind: FlowKind
  /** Null for material without a number. */
  readonly lot: StreamName | null
  /** Positive but of an adjustment. */
  readonly quantity: Decimal
  readonly unit: Unit
  readonly counterpart: string | null
  readonly at: number
  readonly recordedAt: number
}

/** By place and time. */
export const flowsAt = Effect.fnUntraced(function* (places: ReadonlyArray<StoragePlace>, cut: Cut) {
  const sql = yield* SqlClient.SqlClient
  const plants = places.map(({ plant }) => plant)
  const locations = places.map(({ location }) => location)
  return yield* sql<FlowAt>`
    select plant, location, kind, lot, trim_scale(quantity)::text as quantity, unit, counterpart, occurred_at as at,
      recorded_at as "recordedAt"
    from unnest(${plants}::text[], ${locations}::text[]) as place (plant, location)
      join ledger.flow using (plant, location)
    where flow.location <> '' and kind not in ('consumedBefore', 'producedBefore') and ${counts(sql, cut)}
    order by plant, location, occurred_at, partition, "offset", line`
})
