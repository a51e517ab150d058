// What belongs to the story of an order or a lot: which streams an export of it holds. Used by `export.ts`.
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { caseStream, StreamName } from "../../core/journal/stream.ts"
import { CaseId } from "../../core/plant/identifiers.ts"
import { technicalFailure } from "../postgres/failure.ts"

const decodeNames = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ name: Schema.String.pipe(Schema.fromBrand("StreamName", StreamName)) }))
)
const decodeCases = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ id: CaseId })))

/** Lots that went into an order or came out of it, orders that made or used a lot, lots it was split or merged with. */
const neighbours = (sql: SqlClient.SqlClient, stream: StreamName) => sql`
  select target as name from genealogy.edge where source = ${stream}
  union select source from genealogy.edge where target = ${stream}`

/** Of the messages, breaches and documents of the stream itself. */
const cases = (sql: SqlClient.SqlClient, stream: StreamName) =>
  sql`select id from exceptions.exception_case where waiting = ${stream}`

/** The stream itself, its neighbours in the genealogy (each whole, but not theirs in turn) and the cases about it, by name. */
export const storyOf = Effect.fnUntraced(
  function* (stream: StreamName) {
    const sql = yield* SqlClient.SqlClient
    const near = yield* decodeNames(yield* neighbours(sql, stream)).pipe(Effect.orDie)
    const about = yield* decodeCases(yield* cases(sql, stream)).pipe(Effect.orDie)
    const names = new Set([stream, ...near.map(({ name }) => name), ...about.map(({ id }) => caseStream(id))])
    return [...names].sort()
  },
  Effect.mapError(technicalFailure("views genealogy and exceptions"))
)
