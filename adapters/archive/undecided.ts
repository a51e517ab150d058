// Raw messages whose bytes are gone although the journal has no decision to that effect: otherwise whoever wants a message
// away could pass it off for a redacted one. Used by the audit.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { hex } from "../../core/journal/hash.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { type EventColumns, eventColumns, toRow } from "../postgres/statements/columns.ts"
import { byteas, int8s, texts } from "../postgres/statements/parameters.ts"
import type { Redaction } from "./redact.ts"

interface Decision extends Pick<Redaction, "at" | "reason"> {
  /** Of a message that was redacted by itself; of an erased person's messages the journal doesn't say which they were. */
  readonly digest?: Uint8Array
}

/** An event that can't be read decides nothing. */
const decisionIn = (columns: EventColumns): ReadonlyArray<Decision> => {
  try {
    const event = recordedEvent(toRow(columns, ""))
    if (event.type === "PersonErased") return [{ at: event.recordedAt, reason: event.data.reason }]
    if (event.type !== "MessageRedacted") return []
    return [{ at: event.recordedAt, reason: event.data.reason, digest: event.data.digest }]
  } catch {
    return []
  }
}

/** What people decided of a plant is in its own stream. */
const decisionsOf = (sql: SqlClient.SqlClient) =>
  sql<EventColumns>`
    select ${sql.literal(eventColumns)} from (
      select e.* from stream s
      join event e on e.partition = s.partition and e.stream_key = s.key
      where starts_with(s.name, 'plant/') and e.type in ('MessageRedacted', 'PersonErased')
    ) decision`

/** A redaction's mark has the time and the reason of its decision, as the journal has them. */
const without = (sql: SqlClient.SqlClient, decisions: ReadonlyArray<Decision>) =>
  sql<{ readonly hash: Uint8Array }>`
    select hash from raw
    where bytes is null and not exists (
      select from unnest(
        ${int8s(decisions.map(({ at }) => at))},
        ${texts(decisions.map(({ reason }) => reason))},
        ${byteas(decisions.map(({ digest }) => digest ?? new Uint8Array()))}
      ) as decision (at, reason, digest)
      where decision.at = raw.redacted_at and decision.reason = raw.reason and decision.digest in (raw.hash, '')
    )
    order by hash`

/** The SHA-256 of each. The bytes are asked for last: what is redacted meanwhile was decided before. */
export const undecided = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const isAny = yield* sql`select from raw where bytes is null limit 1`
  if (isAny.length === 0) return []
  const gone = yield* without(sql, (yield* decisionsOf(sql)).flatMap(decisionIn))
  return gone.map(({ hash }) => hex(hash))
}).pipe(Effect.mapError(technicalFailure("raw messages")))
