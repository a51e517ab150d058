// Forgets a person: the row that says who is behind an id, and the bytes of every message that says the badge. Used by the
// command that people decide this with.
import { Clock, Duration, Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { decode } from "../../core/journal/codec.ts"
import type { EventContent } from "../../core/journal/event.ts"
import { PersonId } from "../../core/plant/identifiers.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { rememberedFor } from "../postgres/persons.ts"
import { bytesSay, type Holder, saysBadge } from "./badge.ts"
import { archivedByDigest, archivedMessages } from "./queries.ts"
import { type Redaction, redact } from "./redact.ts"

const failed = Effect.mapError(technicalFailure("table person"))

export const personOf = Effect.fnUntraced(function* ({ badge, plant }: Holder) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* failed(sql<{ readonly id: string }>`
    select person_id::text as id from person where plant = ${plant} and badge = ${badge}`)
  return row === undefined ? undefined : PersonId.make(row.id)
})

/** Messages of which the journal says that this person acted: every event that holds the id, and of those its envelope. */
const digestsActedBy = Effect.fnUntraced(function* (id: PersonId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly content: Uint8Array }>`
    select content from event where position(convert_to(${id}, 'UTF8') in content) > 0`.pipe(
    Effect.mapError(technicalFailure("events of the journal"))
  )
  return rows
    .map(({ content }) => decode<EventContent>(content).metadata)
    .filter(({ by }) => by === id)
    .map(({ digest }) => digest)
})

const archivedDigests = Effect.fnUntraced(function* (holder: Holder) {
  // What comes while they are read is somebody else's, as far as anybody can tell.
  const to = new Date(yield* Clock.currentTimeMillis)
  return yield* archivedMessages({ from: new Date(0), to }).pipe(
    Stream.filter((message) => saysBadge(message, holder)),
    Stream.map(({ digest }) => digest),
    Stream.runCollect
  )
})

/** Bytes that only the journal keeps, since they are parked or were sent by a person; of any plant where it isn't known. */
const parkedDigests = Effect.fnUntraced(function* (holder: Holder) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly hash: Uint8Array; readonly bytes: Uint8Array }>`
    select hash, bytes from raw where bytes is not null`.pipe(Effect.mapError(technicalFailure("raw messages")))
  return yield* Effect.filter(
    rows.filter(({ bytes }) => bytesSay(bytes, holder.badge)),
    ({ hash }) =>
      Effect.map(
        archivedByDigest(sql, hash),
        (archived) => archived.length === 0 || archived.some((message) => saysBadge(message, holder))
      )
  ).pipe(Effect.map((found) => found.map(({ hash }) => hash)))
})

/** Every message that says the badge: of those archived, and of those that are parked. */
export const digestsSaying = (holder: Holder) =>
  Effect.map(Effect.all([archivedDigests(holder), parkedDigests(holder)]), (found) => found.flat())

/**
 * After the decision is recorded. The row goes first, so that what comes from then on is of a new id; once no core
 * remembers the old one any more, all that was said under it is in the journal, and found. A message of which the journal
 * doesn't tell that it says the badge is found once it is archived, which is waited for; where that fails, the rest is done
 * before it is told. Tells how many messages were redacted.
 */
export const erasePerson = Effect.fnUntraced(function* <E, R>(
  holder: Holder,
  id: PersonId,
  redaction: Redaction,
  allIsArchived: Effect.Effect<void, E, R>
) {
  const sql = yield* SqlClient.SqlClient
  yield* failed(sql`delete from person where person_id = ${id}::uuid`)
  yield* Effect.sleep(Duration.sum(rememberedFor, Duration.seconds(1)))
  const waited = yield* Effect.exit(allIsArchived)
  const redacted = yield* redact([...(yield* digestsActedBy(id)), ...(yield* digestsSaying(holder))], redaction)
  yield* waited
  return redacted
})
