// Questions to the view `exceptions`. Used by the command line, the steward's tools and tests.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { CaseId, PlantId } from "../../core/plant/identifiers.ts"

const text = Schema.NullOr(Schema.String)

export const CaseRow = Schema.Struct({
  id: CaseId,
  state: Schema.Literals(["open", "resubmitted", "closed"]),
  resolution: Schema.NullOr(Schema.Literals(["resubmitted", "waived", "withdrawn"])),
  subject: Schema.Literals(["message", "breach", "posting", "directive", "release"]),
  plant: Schema.NullOr(PlantId),
  waiting: text,
  failureClass: Schema.Literals(["TechnicalFailure", "BusinessRuleViolation", "DataQualityIssue"]),
  field: Schema.String,
  value: Schema.String,
  reason: Schema.String,
  nextStep: Schema.String,
  ownerRole: Schema.Literals(["supervisor", "steward", "integrator"]),
  attempts: Schema.Int,
  digest: text,
  source: text,
  messageId: text,
  messageType: text,
  contentType: text,
  queue: text,
  sequence: Schema.NullOr(Schema.Int),
  recorded: Schema.NullOr(Schema.Literal(true)),
  breach: text,
  posting: text,
  decidedBy: text,
  decisionReason: text,
  openedAt: Schema.Date,
  updatedAt: Schema.Date,
  traceparent: text
})
export type CaseRow = typeof CaseRow.Type

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(CaseRow))

const columns = (sql: SqlClient.SqlClient) =>
  sql.literal(`
  id, state, resolution, subject, plant, waiting, failure_class as "failureClass", field, value, reason,
  next_step as "nextStep", owner_role as "ownerRole", attempts, digest, source, message_id as "messageId",
  message_type as "messageType", content_type as "contentType", queue, sequence, recorded, breach, posting,
  decided_by as "decidedBy", decision_reason as "decisionReason", to_timestamp(opened_at / 1000) as "openedAt",
  to_timestamp(updated_at / 1000) as "updatedAt", traceparent`)

/** Which cases to list; a field that is absent doesn't restrict. */
export interface CaseFilter {
  readonly plant?: PlantId
  readonly state?: CaseRow["state"]
  readonly subject?: CaseRow["subject"]
  readonly ownerRole?: CaseRow["ownerRole"]
  /** The stream that waits; null where it isn't known whose the message is. */
  readonly waiting?: string | null
  /** Of the message or the directive that it is about, whoever sent it. */
  readonly messageId?: string
}

/** The cases that match, oldest first. */
export const listCases = Effect.fnUntraced(function* (filter: CaseFilter, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const conditions = [
    ...(filter.plant === undefined ? [] : [sql`plant = ${filter.plant}`]),
    ...(filter.state === undefined ? [] : [sql`state = ${filter.state}`]),
    ...(filter.subject === undefined ? [] : [sql`subject = ${filter.subject}`]),
    ...(filter.ownerRole === undefined ? [] : [sql`owner_role = ${filter.ownerRole}`]),
    ...(filter.waiting === undefined
      ? []
      : [filter.waiting === null ? sql`waiting is null` : sql`waiting = ${filter.waiting}`]),
    ...(filter.messageId === undefined ? [] : [sql`message_id = ${filter.messageId}`])
  ]
  const rows = yield* sql`
    select ${columns(sql)} from exceptions.exception_case
    ${conditions.length === 0 ? sql`` : sql`where ${sql.and(conditions)}`}
    order by opened_at, id limit ${limit}`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

export const caseById = Effect.fnUntraced(function* (id: CaseId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${columns(sql)} from exceptions.exception_case where id = ${id}`
  const [row] = yield* decodeRows(rows).pipe(Effect.orDie)
  return row
})

export const casesById = Effect.fnUntraced(function* (ids: ReadonlyArray<CaseId>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${columns(sql)} from exceptions.exception_case where id = any(${ids}::text[])`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})

/** Those that aren't closed, of these streams, oldest first. */
export const casesWaitedForBy = Effect.fnUntraced(function* (streams: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${columns(sql)} from exceptions.exception_case
    where waiting = any(${streams}::text[]) and state <> 'closed' order by opened_at, id`
  return yield* decodeRows(rows).pipe(Effect.orDie)
})
