// Claims on sends: `posting_attempt`, a table of its own and not a projection. Used by the poster alone.
// A row is committed before anything is written to the ERP's socket and stays for ever: whatever a view says, a key and
// attempt that were claimed once are never sent again. That is what makes two posters, or a rebuild, harmless.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { PostingKey } from "../../core/plant/identifiers.ts"

export interface Claim {
  readonly key: PostingKey
  readonly attempt: number
}

/** A claim whose outcome isn't known: perhaps sent, perhaps not. */
export interface OpenClaim extends Claim {
  /** The ERP's number, where it had answered with one before all was lost. */
  readonly document: string | null
  /** How often it was asked for in vain. */
  readonly asked: number
  /** How long ago (milliseconds) the last moment to send it was. */
  readonly age: number
}

/** What is known of a claim now; without an outcome the question stays open. */
export interface Progress extends Claim {
  readonly outcome: string | null
  readonly document: string | null
}

const table = `
create table if not exists posting_attempt (
  erp text not null,
  key text not null,
  attempt int not null,
  send_before timestamptz not null,
  -- From then on nobody can be sending it any more, or waiting for the answer.
  ask_after timestamptz not null,
  asked int not null default 0,
  document text,
  -- Null while it isn't known.
  outcome text,
  primary key (erp, key, attempt)
)`

const openClaims =
  "create index if not exists posting_attempt_open on posting_attempt (erp, ask_after) where outcome is null"

/** Safe to run again, and by many processes at once. Run by whoever prepares the database. */
export const createPostingAttemptTable = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`select pg_advisory_xact_lock(hashtext('traveler/posting_attempt'))`
      yield* sql.unsafe(table)
      yield* sql.unsafe(openClaims)
    })
  )
})

/**
 * Where the claims `of` are, as far as they are open. A plan that takes the table for small would read all claims of the
 * ERP, or all that were ever open, for as long as its connection lives: hence each is looked up for itself (`offset 0`),
 * and `coalesce`.
 */
const openPlace = (sql: SqlClient.SqlClient, erp: string, of: "known" | "vain") => sql`
  select ctid as place from posting_attempt
  where erp = ${erp} and key = ${sql.literal(of)}.key and attempt = ${sql.literal(of)}.attempt
    and coalesce(outcome, '') = ''
  offset 0`

/** What is known now; which claims had been open until then. It doesn't wait for the disk. */
export const recorded = (sql: SqlClient.SqlClient, erp: string, progress: ReadonlyArray<Progress>) => sql<Claim>`
  update posting_attempt claim set outcome = known.outcome, document = coalesce(known.document, claim.document)
  from (select * from jsonb_to_recordset(${JSON.stringify(progress)}::jsonb)
      as k(key text, attempt int, outcome text, document text) order by key) known
    cross join lateral (${openPlace(sql, erp, "known")}) open,
    (select set_config('synchronous_commit', 'off', true)) as unhurried
  where claim.ctid = open.place
  returning claim.key, claim.attempt`

/** Asked in vain: again later, each time twice as late, up to five minutes. */
export const putOff = (sql: SqlClient.SqlClient, erp: string, claims: ReadonlyArray<Claim>, gapMillis: number) => sql`
  update posting_attempt claim set asked = asked + 1,
    ask_after = now() + least(${gapMillis}::int * 2 ^ least(asked, 20), 300000) * interval '1 millisecond'
  from (select * from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb)
      as v(key text, attempt int) order by key) vain
    cross join lateral (${openPlace(sql, erp, "vain")}) open
  where claim.ctid = open.place`

/** Of a claim that nothing is sent for: its document was told to its order to go with others. */
export const groupedOutcome = "PostingsGrouped"

/** The claims of one ERP. All times are the database's own, so no two machines' clocks are ever compared. */
export const postingAttempts = (erp: string) =>
  Effect.map(SqlClient.SqlClient, (sql) => ({
    /**
     * The claims that are now ours. Left out are those that exist already, and keys with an attempt that is open or
     * that was verified: no view, however wrong, can have a document sent while its fate is open.
     */
    claim: (claims: ReadonlyArray<Claim>, sendWithinMillis: number, timeoutMillis: number) => sql<Claim>`
      insert into posting_attempt (erp, key, attempt, send_before, ask_after)
      select ${erp}, wanted.key, wanted.attempt, now() + ${sendWithinMillis}::int * interval '1 millisecond',
        now() + ${sendWithinMillis + timeoutMillis}::int * interval '1 millisecond'
      from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) as wanted(key text, attempt int)
      where not exists (
        select from posting_attempt earlier
        where earlier.erp = ${erp} and earlier.key = wanted.key
          and (earlier.outcome is null or earlier.outcome in ('PostingVerified', 'PostingAdopted')))
      order by wanted.key
      on conflict do nothing
      returning key, attempt`,

    /**
     * The same for documents that are to go with others; none of them is sent or asked for by such a claim, and whoever
     * tells the order of them again finds it made.
     */
    claimGrouped: (claims: ReadonlyArray<Claim>) => sql<Claim>`
      with wanted as (select * from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) as w(key text, attempt int)),
      made as (
        insert into posting_attempt (erp, key, attempt, send_before, ask_after, outcome)
        select ${erp}, wanted.key, wanted.attempt, now(), now(), ${groupedOutcome} from wanted
        where not exists (
          select from posting_attempt earlier
          where earlier.erp = ${erp} and earlier.key = wanted.key
            and (earlier.outcome is null or earlier.outcome in ('PostingVerified', 'PostingAdopted')))
        order by wanted.key
        on conflict do nothing
        returning key, attempt)
      select key, attempt from made
      union
      select wanted.key, wanted.attempt from wanted join posting_attempt before
        on before.erp = ${erp} and before.key = wanted.key and before.attempt = wanted.attempt
      where before.outcome = ${groupedOutcome}`,

    /**
     * Once the journal holds it: a claim that a crash opens again is asked for. One that was put off at the same moment
     * is missed and recorded once more: the number of an accepted document must not get lost.
     */
    record: Effect.fnUntraced(function* (progress: ReadonlyArray<Progress>) {
      const found = new Set((yield* recorded(sql, erp, progress)).map(({ attempt, key }) => `${attempt} ${key}`))
      const missed = progress.filter(({ attempt, key }) => !found.has(`${attempt} ${key}`))
      if (missed.length > 0) yield* recorded(sql, erp, missed)
    }),

    /** Those that may be asked for: nobody can write them to a socket any more, or still wait for the answer. */
    unanswered: (limit: number) => sql<OpenClaim>`
      select key, attempt, document, asked, (extract(epoch from now() - send_before) * 1000)::float8 as age
      from posting_attempt
      where erp = ${erp} and outcome is null and ask_after < now() order by ask_after limit ${limit}`,

    askLater: (claims: ReadonlyArray<Claim>, gapMillis: number) => putOff(sql, erp, claims, gapMillis),

    anyOpen: Effect.map(
      sql<{ open: boolean }>`
        select exists (select from posting_attempt where erp = ${erp} and outcome is null) as open`,
      (rows) => rows[0]?.open === true
    )
  }))

export type PostingAttempts = Effect.Success<ReturnType<typeof postingAttempts>>
