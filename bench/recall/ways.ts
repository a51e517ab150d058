// The ways to find the lots that a recall is about, each timed: Postgres's bare recursive query for the ids, a walk with a
// query a lot, the recall itself, and the command as a process of its own. Used by the bench.
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { Effect, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { recall } from "../../adapters/recall/recall.ts"
import { lotOf, lotStream, type StreamName } from "../../core/journal/stream.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { root } from "../../scripts/places.mjs"
import { WrongResult } from "../failure.ts"

export interface Timed {
  readonly milliseconds: number
  /** As a recall names them, sorted. */
  readonly lots: ReadonlyArray<string>
}

const nameOf = ({ itemId, lotId, scope }: LotKey): string => `${scope}/${itemId}/${lotId}`

const timed = <E, R>(lots: Effect.Effect<ReadonlyArray<string>, E, R>) =>
  Effect.gen(function* () {
    const begun = performance.now()
    const found = yield* lots
    return { milliseconds: performance.now() - begun, lots: found.toSorted() } satisfies Timed
  })

const lotsAmong = (names: ReadonlyArray<StreamName>): ReadonlyArray<string> =>
  names.filter((name) => name.startsWith("lot/")).map((name) => nameOf(lotOf(name)))

/** All that the ids alone cost: no certainty, no balance, no shipment. */
export const bare = Effect.fnUntraced(function* (lot: LotKey) {
  const sql = yield* SqlClient.SqlClient
  const ids = sql<{ readonly name: StreamName }>`
    with recursive reached (name) as (
      select ${lotStream(lot)}::text collate "C"
      union select edge.target from reached join genealogy.edge on edge.source = reached.name and known_until is null
    )
    select name from reached`
  const begun = performance.now()
  const rows = yield* ids
  const milliseconds = performance.now() - begun
  return { milliseconds, lots: lotsAmong(rows.map(({ name }) => name)).toSorted() } satisfies Timed
})

/** As most people would write it. */
export const queryALot = (lot: LotKey) =>
  timed(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const reached = new Set([lotStream(lot)])
      for (const name of reached) {
        const rows = yield* sql<{ readonly target: StreamName }>`
          select target from genealogy.edge where source = ${name} and known_until is null`
        for (const { target } of rows) reached.add(target)
      }
      return lotsAmong([...reached])
    })
  )

/** The whole report, also the steps between lots, which are put together when somebody reads them. */
export const wholeRecall = (lot: LotKey) =>
  timed(
    Effect.map(
      recall({ lot, direction: "forward", windows: [] }, undefined),
      ({ report: { links: _, scopes } }) => scopes.largest
    )
  )

const decodeAnswer = Schema.decodeUnknownEffect(
  Schema.fromJsonString(Schema.Struct({ scopes: Schema.Struct({ largest: Schema.Array(Schema.String) }) }))
)
const execute = promisify(execFile)

/** From the start of the process to its end, with everything that it says. */
export const command = Effect.fnUntraced(function* (lot: LotKey, database: Redacted.Redacted) {
  const words = [join(root, "scripts", "traveler.mjs"), "recall", nameOf(lot), "--json"]
  const env = { ...process.env, TRAVELER_POSTGRES_URL: Redacted.value(database) }
  const begun = performance.now()
  const { stdout } = yield* Effect.tryPromise({
    try: () => execute(process.execPath, words, { env, maxBuffer: 2 ** 30 }),
    catch: (cause) => new WrongResult({ what: "The command", reason: String(cause) })
  })
  const milliseconds = performance.now() - begun
  const { scopes } = yield* decodeAnswer(stdout).pipe(
    Effect.mapError(({ message }) => new WrongResult({ what: "The command's answer", reason: message }))
  )
  return { milliseconds, lots: scopes.largest.toSorted() } satisfies Timed
})
