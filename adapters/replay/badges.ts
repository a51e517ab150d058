// Who is behind the ids of persons in a history, as far as that is kept. Used by `replay`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../core/journal/event.ts"
import type { PersonId } from "../../core/plant/identifiers.ts"

/** A person's id → the badge and the plant that it is of. An erased person isn't in it. */
export type Badges = ReadonlyMap<PersonId, { readonly badge: string; readonly plant: string }>

export const badgesIn = Effect.fnUntraced(function* (events: ReadonlyArray<RecordedEvent>) {
  const sql = yield* SqlClient.SqlClient
  const ids = [...new Set(events.flatMap(({ metadata }) => metadata.by ?? []))]
  if (ids.length === 0) return new Map()
  const rows = yield* sql<{ readonly id: PersonId; readonly badge: string; readonly plant: string }>`
    select person_id::text as id, badge, plant from person where person_id = any(${ids}::uuid[])`
  return new Map(rows.map(({ id, ...person }) => [id, person])) satisfies Badges
})
