// The view `exceptions`: every case that needs, or needed, a person.
import { Effect } from "effect"
import type { Projection } from "../projection.ts"
import { type Columns, columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import { caseOf, type ExceptionCase, evolve } from "./exception-case.ts"

const columns = {
  id: "text",
  state: "text",
  resolution: "text",
  subject: "text",
  plant: "text",
  waiting: "text",
  failure_class: "text",
  field: "text",
  value: "text",
  reason: "text",
  next_step: "text",
  owner_role: "text",
  attempts: "integer",
  digest: "text",
  source: "text",
  message_id: "text",
  message_type: "text",
  content_type: "text",
  queue: "text",
  sequence: "integer",
  recorded: "boolean",
  breach: "text",
  posting: "text",
  decided_by: "text",
  decision_reason: "text",
  opened_at: "float8",
  updated_at: "float8",
  traceparent: "text"
} satisfies Columns<keyof ExceptionCase>

/** Times are milliseconds since 1970, exact as float8. */
const exceptionCase = `create table if not exists exception_case (
  ${Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(", ")}, primary key (id)
)`
const byPlant = "create index if not exists exception_case_by_plant on exception_case (plant, state, opened_at)"
const open = "create index if not exists exception_case_open on exception_case (opened_at) where state <> 'closed'"
const byStream = "create index if not exists exception_case_waiting on exception_case (waiting)"
const byMessage = "create index if not exists exception_case_message on exception_case (message_id)"

/** A case changes a few times in its life, so it is read, evolved and written whole. */
const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const ids = new Set(events.map(caseOf).filter((id) => id !== undefined))
  if (ids.size === 0) return
  const stored = yield* sql<ExceptionCase>`select * from exception_case where id = any(${[...ids]}::text[])`
  const cases = new Map(stored.map((row) => [row.id, row]))
  for (const event of events) {
    const id = caseOf(event)
    const after = id === undefined ? undefined : evolve(cases.get(id), event)
    if (after !== undefined) cases.set(after.id, after)
  }
  const rows = byText([...cases.values()], (row) => row.id)
  yield* sql`
    insert into exception_case (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, rows)}
    on conflict (id) do update set ${takeExcluded(sql, columns)}`
})

export const exceptions: Projection = {
  name: "exceptions",
  version: 5,
  tables: [exceptionCase, byPlant, open, byStream, byMessage],
  apply
}
