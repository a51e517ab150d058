// The view `timers`: what has to be looked at again at a given time, as events ask for it.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderOf, plantOf } from "../../core/journal/stream.ts"
import type { Projection } from "../projection.ts"
import { type Columns, columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"

const timer = `
create table if not exists timer (
  posting text collate "C" primary key,
  stream text not null,
  -- Of the event that asks for the timer: with the stream it makes the id of the message that fires.
  version integer not null,
  plant text not null,
  order_id text not null,
  attempt integer not null,
  -- Milliseconds since 1970.
  due_at float8 not null,
  traceparent text
)`
const due = "create index if not exists timer_due on timer (due_at)"

interface Timer {
  readonly posting: string
  readonly stream: string
  readonly version: number
  readonly plant: string
  readonly order_id: string
  readonly attempt: number
  readonly due_at: number
  readonly traceparent: string | null
}

const columns = {
  posting: "text",
  stream: "text",
  version: "integer",
  plant: "text",
  order_id: "text",
  attempt: "integer",
  due_at: "float8",
  traceparent: "text"
} satisfies Columns<keyof Timer>

/** A posting has one timer at most: the last deferral's, and none once anything else was heard of it. */
const evolve = (event: RecordedEvent): readonly [posting: string, timer: Timer | undefined] | undefined => {
  switch (event.type) {
    case "PostingDeferred": {
      const { posting, attempt, until } = event.data
      return [
        posting,
        {
          posting,
          stream: event.stream,
          version: event.version,
          plant: plantOf(event.stream),
          order_id: orderOf(event.stream),
          attempt,
          due_at: until,
          traceparent: event.metadata.traceparent ?? null
        }
      ]
    }
    case "PostingResumed":
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingInDoubt":
    case "PostingFailed":
      return [event.data.posting, undefined]
    default:
      return undefined
  }
}

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const last = new Map<string, Timer | undefined>()
  for (const event of events) {
    const change = evolve(event)
    if (change !== undefined) last.set(...change)
  }
  if (last.size === 0) return
  const timers = byText(
    [...last.values()].filter((timer) => timer !== undefined),
    (timer) => timer.posting
  )
  const gone = [...last].flatMap(([posting, timer]) => (timer === undefined ? [posting] : []))
  if (gone.length > 0) yield* sql`delete from timer where posting = any(${gone}::text[])`
  if (timers.length > 0) {
    yield* sql`
      insert into timer (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, timers)}
      on conflict (posting) do update set ${takeExcluded(sql, columns)}`
  }
})

export const timers: Projection = { name: "timers", version: 1, tables: [timer, due], apply }
