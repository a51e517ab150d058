// The view `intake`: for each queue, how many of its messages the journal holds as handled, as parked, as suspected
// duplicates. With the duplicates that the ingress counts (`duplicates.ts`) it is the account of what was received.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import type { Projection } from "../projection.ts"
import { recordset } from "../recordset.ts"
import { byText } from "../sorted.ts"

const intakeQueue = `
create table if not exists intake_queue (
  queue text collate "C" primary key,
  handled bigint not null,
  parked bigint not null,
  duplicates bigint not null
) with (fillfactor = 50)`

/** A message's first event tells what became of it; its others, and those of a resumed directive, count nothing. */
const fate = (event: RecordedEvent) =>
  event.type === "MessageParked" ? "parked" : event.type === "DuplicateSuspected" ? "duplicates" : "handled"

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const counts = new Map<string, { queue: string; handled: number; parked: number; duplicates: number }>()
  for (const event of events) {
    if (event.part !== 0) continue
    const { queue } = event.metadata
    const count = counts.get(queue) ?? { queue, handled: 0, parked: 0, duplicates: 0 }
    count[fate(event)]++
    counts.set(queue, count)
  }
  if (counts.size === 0) return
  const rows = byText([...counts.values()], (row) => row.queue)
  yield* sql`
    insert into intake_queue (queue, handled, parked, duplicates)
    select * from ${recordset(sql, { queue: "text", handled: "bigint", parked: "bigint", duplicates: "bigint" }, rows)}
    on conflict (queue) do update set handled = intake_queue.handled + excluded.handled,
      parked = intake_queue.parked + excluded.parked, duplicates = intake_queue.duplicates + excluded.duplicates`
})

export const intake: Projection = { name: "intake", version: 1, tables: [intakeQueue], apply }
