// Writes what the partitions of this process append, many at once. One a process; used by `journal.ts` only.
import { type Cause, Deferred, Duration, Effect, Exit, Latch } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { type PartitionAppend, PartitionLost } from "../../core/journal/journal.ts"
import { answered } from "./client.ts"
import { insertAppends, makeRanges, storedHashes } from "./statements/append.ts"

interface Entry {
  readonly append: PartitionAppend
  readonly answer: Deferred.Deferred<void, PartitionLost>
  /** Tries so far. Once it has failed, together with others or not, an append is sent alone. */
  tries: number
}

/** Inserts in flight, never with a partition in common. A third gains nothing: Postgres is busy with two. */
export const insertsInFlight = 2

/**
 * Rows of a combined insert; a single append may have more. A larger one saves Postgres nothing, and would take all
 * that waits, so that the other insert has nothing to do (500 uses two cores a tenth better than 2,000).
 */
const rowLimit = 500

/** No table holds a row's offset. Told by the routine that raised it, since the message is in the server's language. */
const missesRange = ({ reason: { cause } }: SqlError.SqlError): boolean =>
  cause instanceof Error && "routine" in cause && cause.routine === "ExecFindPartition"

/** 25 ms, 50 ms, … up to 5 s, the half of it by chance. */
const pause = (tries: number): Duration.Duration =>
  Duration.millis(Math.min(5_000, 25 * 2 ** tries) * (0.5 + Math.random() / 2))

/** Told at the first tries 1, 2, 4, 8, …: an outage is as long as it is, a log shouldn't be. */
const tell = ({ append, tries }: Entry, { reason }: SqlError.SqlError): Effect.Effect<void> =>
  (tries & (tries - 1)) === 0
    ? Effect.logWarning(
        `An append to partition ${append.partition} has no known outcome; the same rows are sent again (try ${tries})`,
        reason.cause
      )
    : Effect.void

/**
 * Each append is one entry from its arrival until Postgres has answered for it, whatever becomes of its caller:
 *
 * ```
 *            together with others, or alone
 *   waiting ───────────────────────────────▶ in flight ──▶ written
 *      ▲                                         │ key taken ──▶ our hashes? written : PartitionLost
 *      └────────── alone, after a pause ─────────┘ anything else: outcome unknown
 * ```
 *
 * Sending the same rows again is safe in every case, since the key (partition, offset) lets them in once. An entry's
 * partition is busy until it is settled, so a partition never has two appends on their way.
 */
export const makeAppender = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, onAppended: Effect.Effect<unknown>) {
  let waiting: ReadonlyArray<Entry> = []
  const busy = new Set<number>()
  const arrived = Latch.makeUnsafe(false)
  const idle = Latch.makeUnsafe(true)
  let freeSlots = insertsInFlight
  let closing = false

  const settle = (entry: Entry, exit: Exit.Exit<void, PartitionLost>): void => {
    busy.delete(entry.append.partition)
    Deferred.doneUnsafe(entry.answer, exit)
  }

  const wait = (entries: ReadonlyArray<Entry>): void => {
    if (closing) for (const entry of entries) settle(entry, Exit.interrupt())
    else waiting = [...waiting, ...entries]
    arrived.openUnsafe()
  }

  /** The next insert: the first append whose partition is free, with those that may go along with it. */
  const next = (): ReadonlyArray<Entry> => {
    const batch: Array<Entry> = []
    const rest: Array<Entry> = []
    let rows = 0
    for (const entry of waiting) {
      const { partition, rows: own } = entry.append
      const alone = entry.tries > 0
      const fits = batch[0] === undefined || (batch[0].tries === 0 && !alone && rows + own.length <= rowLimit)
      // One that is tried again keeps its partition busy itself.
      if (!fits || (!alone && busy.has(partition))) {
        rest.push(entry)
        continue
      }
      batch.push(entry)
      busy.add(partition)
      rows += own.length
    }
    waiting = rest
    return batch
  }

  /** Whether the offsets hold what we would write. All of an append is written or none. */
  const isWritten = ({ rows: [first, ...others] }: PartitionAppend) =>
    first === undefined
      ? Effect.succeed(true)
      : Effect.map(storedHashes(sql, [first, ...others]), (stored) =>
          [first, ...others].every((row, at) => Buffer.compare(row.hash, stored[at]?.hash ?? Buffer.alloc(0)) === 0)
        )

  /** What is left to do about one append whose insert has failed. */
  const afterFailure = (entry: Entry, failure: SqlError.SqlError): Effect.Effect<void, SqlError.SqlError> => {
    const { append } = entry
    const offset = append.rows[0]?.offset ?? 0
    if (failure.reason._tag === "UniqueViolation") {
      return isWritten(append).pipe(
        Effect.tap((written) => (written ? onAppended : Effect.void)),
        Effect.map((written) =>
          settle(entry, written ? Exit.void : Exit.fail(new PartitionLost({ partition: append.partition, offset })))
        )
      )
    }
    if (missesRange(failure)) {
      const last = append.rows.at(-1)?.offset ?? offset
      return Effect.map(makeRanges(sql, append.partition, offset, last), () => wait([entry]))
    }
    return Effect.fail(failure)
  }

  const again = (entry: Entry, failure: SqlError.SqlError) =>
    tell(entry, failure).pipe(
      Effect.andThen(Effect.sleep(pause(entry.tries))),
      Effect.andThen(Effect.sync(() => wait([entry]))),
      Effect.forkDetach
    )

  const write = (batch: ReadonlyArray<Entry>) => {
    const appends = batch.map(({ append }) => append)
    return Effect.matchEffect(answered(insertAppends(sql, appends)), {
      onSuccess: () =>
        Effect.map(onAppended, () => {
          for (const entry of batch) settle(entry, Exit.void)
        }),
      onFailure: (failure) => {
        for (const entry of batch) entry.tries++
        const [entry, ...others] = batch
        if (entry === undefined) return Effect.void
        if (others.length > 0) return Effect.sync(() => wait(batch))
        return answered(afterFailure(entry, failure)).pipe(Effect.catch((unknown) => again(entry, unknown)))
      }
    })
  }

  /** Not a child of any fiber: nobody can interrupt it, so Postgres is never asked to cancel an insert. */
  const dispatch = (batch: ReadonlyArray<Entry>) => {
    freeSlots--
    idle.closeUnsafe()
    const release = Effect.sync(() => {
      freeSlots++
      arrived.openUnsafe()
      if (freeSlots === insertsInFlight) idle.openUnsafe()
    })
    const failAll = (cause: Cause.Cause<never>) =>
      Effect.sync(() => {
        for (const entry of batch) settle(entry, Exit.failCause(cause))
      })
    return Effect.forkDetach(write(batch).pipe(Effect.catchCause(failAll), Effect.ensuring(release)))
  }

  const round = Effect.gen(function* () {
    yield* arrived.await
    arrived.closeUnsafe()
    while (freeSlots > 0 && !closing) {
      const batch = next()
      if (batch.length === 0) return
      yield* dispatch(batch)
    }
  })
  yield* Effect.forkScoped(Effect.forever(round))

  // What is in flight is settled before the connections close; what waits was never answered, so it wasn't promised.
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      closing = true
      return Effect.map(idle.await, () => {
        for (const entry of waiting) settle(entry, Exit.interrupt())
      })
    })
  )

  return (append: PartitionAppend): Effect.Effect<void, PartitionLost> =>
    Effect.suspend(() => {
      const entry: Entry = { append, answer: Deferred.makeUnsafe(), tries: 0 }
      wait([entry])
      return Deferred.await(entry.answer)
    })
})
