// What came of the messages, stream by stream in the order of their names: events, documents, edges of the genealogy,
// cases. What can't be equal in two runs (offsets, hashes, when it was recorded) is left out. Used by `main.ts`.
import { Effect, Option, Stream } from "effect"
import { SqlClient } from "effect/sql"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { recordedStream } from "../../../core/journal/recorded.ts"
import { category, StreamName } from "../../../core/journal/stream.ts"
import { technicalFailure } from "../../postgres/failure.ts"
import { toRow } from "../../postgres/statements/columns.ts"
import { tailsAfter } from "../../postgres/statements/load.ts"
import { causeOf, type Json, type Names, named, namesOf } from "./naming.ts"
import type { Item, Outcome } from "./protocol.ts"

/** Streams that are read at once. */
const page = 500

interface OfStream {
  readonly stream: string
  readonly version: number
  readonly content: unknown
}

const streamsAfter = (sql: SqlClient.SqlClient, last: string) =>
  sql<{ readonly key: number; readonly name: string }>`
    select key, name from stream where name collate "C" > ${last} order by name collate "C" limit ${page}`

const postingsOf = (sql: SqlClient.SqlClient, streams: ReadonlyArray<string>) =>
  sql<OfStream & { readonly kind: string }>`
    select stream, version, kind, json_build_object('state', state, 'content', content, 'reverses', reverses,
      'reversed', reversed, 'postingDate', posting_date, 'group', "group", 'repeated', repeated, 'class', class,
      'code', code, 'reason', reason) as content
    from postings.posting where stream = any(${[...streams]}::text[])`

const edgesOf = (sql: SqlClient.SqlClient, streams: ReadonlyArray<string>) =>
  sql<OfStream & { readonly line: number; readonly through: string }>`
    select stream, version, line, through, json_build_object('source', source, 'target', target, 'quantity', quantity::text,
      'unit', unit, 'certainty', certainty, 'reversed', known_until is not null) as content
    from genealogy.edge where stream = any(${[...streams]}::text[])`

const casesOf = (sql: SqlClient.SqlClient, streams: ReadonlyArray<string>) =>
  sql<{
    readonly stream: string
    readonly subject: string
    readonly field: string
    readonly message_id: string | null
    readonly content: unknown
  }>`
    select 'case/' || id as stream, subject, field, message_id,
      to_jsonb(c) - 'opened_at' - 'updated_at' - 'traceparent' - 'digest' as content
    from exceptions.exception_case as c
    where id = any(${streams.filter((name) => name.startsWith("case/")).map((name) => name.slice("case/".length))}::text[])`

/** The rest of the envelope is in its name, or can't be equal. A case's word of when a breach began is a version elsewhere. */
const told = ({ data, metadata, stream }: RecordedEvent, names: Names): Json => {
  const { by, correlationId, corrects, occurredAt, sequence } = metadata
  const content =
    category(stream) === "case" && "subject" in data
      ? { ...data, subject: { ...data.subject, since: undefined } }
      : data
  return named(names, { occurredAt, by, sequence, correlationId, corrects, data: content })
}

/** The next streams, and all that is on them; events from the window alone. */
const outcomesAfter = Effect.fnUntraced(
  function* (last: string, from: number) {
    const sql = yield* SqlClient.SqlClient
    const streams = yield* streamsAfter(sql, last)
    const touched = streams.map(({ name }) => name)
    const rows = yield* tailsAfter(
      sql,
      streams.map(({ key }) => ({ partition: 0, key, version: 0 }))
    )
    const events = Map.groupBy(rows, ({ stream_key }) => stream_key)
    const postings = Map.groupBy(yield* postingsOf(sql, touched), ({ stream }) => stream)
    const edges = Map.groupBy(yield* edgesOf(sql, touched), ({ stream }) => stream)
    const cases = Map.groupBy(yield* casesOf(sql, touched), ({ stream }) => stream)
    const outcomes = yield* Effect.forEach(
      streams,
      Effect.fnUntraced(function* ({ key, name }) {
        const stream = StreamName(name)
        const history = yield* recordedStream((events.get(key) ?? []).map((columns) => toRow(columns, name)))
        const names = namesOf(stream, history)
        const causes = new Map(history.map(({ metadata, version }) => [version, causeOf(metadata)]))
        const by = (version: number) => {
          const cause = causes.get(version)
          return cause === undefined ? {} : { message: cause }
        }
        const nameOf = (version: number) => names.events.get(version) ?? String(version)
        const items: ReadonlyArray<Item> = [
          ...history
            .filter(({ recordedAt }) => recordedAt >= from)
            .map(
              (event): Item => ({
                kind: "event",
                key: nameOf(event.version),
                type: event.type,
                ...by(event.version),
                content: told(event, names)
              })
            ),
          ...(postings.get(name) ?? []).map(
            ({ content, kind, version }): Item => ({
              kind: "posting",
              key: `${kind} of ${nameOf(version)}`,
              type: kind,
              ...by(version),
              content: named(names, content)
            })
          ),
          ...(edges.get(name) ?? []).map(
            ({ content, line, through, version }): Item => ({
              kind: "genealogy",
              key: `line ${line} of ${nameOf(version)}`,
              type: through,
              ...by(version),
              content: named(names, content)
            })
          ),
          ...(cases.get(name) ?? []).map(
            ({ content, field, message_id, subject }): Item => ({
              kind: "case",
              key: name,
              type: `${subject} ${field}`,
              ...(message_id === null ? {} : { message: message_id }),
              content: named(names, content)
            })
          )
        ]
        return { stream: name, items }
      })
    )
    return { outcomes, last: touched.at(-1) }
  },
  Effect.catchTag("SqlError", (error) => Effect.fail(technicalFailure("what was played")(error)))
)

/** All streams that were touched, by name. */
export const outcomes = (from: number) =>
  Stream.paginate("", (last) =>
    Effect.map(outcomesAfter(last, from), (found): readonly [ReadonlyArray<Outcome>, Option.Option<string>] => [
      found.outcomes,
      Option.fromUndefinedOr(found.last)
    ])
  )
