// A history for the tests of `replay messages`, as an archive beside an empty journal; and checkouts with a change.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { archive } from "../../../adapters/archive/write.ts"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { journalTables } from "../../../adapters/postgres/database.ts"
import { scratchPrefix } from "../../../adapters/replay/what-if/scratch.ts"
import { simulation } from "../../../adapters/simulator/simulation.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { root } from "../../../scripts/places.mjs"
import { temporaryDatabase } from "../../harness/database.ts"
import { arrivalOf } from "../archive/archiving.ts"

/** What the archive received first, in the middle and never. */
export const times = { first: 1_000_000_000_000, middle: 1_000_000_060_000, end: 1_000_000_120_000 }

/** So many come at each of the first two times: two batches as they are played. */
const half = 250

const mix = { seed: 7, messages: 520, duplicates: 0.1, reorder: 0.1, late: 0.01, bad: 0.02, doubleReports: 0.02 }

const arrivals = Array.from(
  simulation({ discrete: PlantId.make("ulm"), process: PlantId.make("berlin") }, mix).publications.values()
)
  .flat()
  .slice(-2 * half)
  .map((publication, offset) => arrivalOf(offset, publication))

/** A database with nothing but what came in. */
export const history = Effect.gen(function* () {
  const live = yield* temporaryDatabase
  yield* Effect.gen(function* () {
    yield* archive(undefined, 1, arrivals.slice(0, half), times.first)
    yield* archive({ incarnation: 1, offset: half - 1 }, 1, arrivals.slice(half), times.middle)
  }).pipe(Effect.provide(journalTables({ partitions: 1 })), Effect.provide(clientLayer(live)))
  return live
})

/** One message more, at this time. */
export const received = (live: Redacted.Redacted, at: number) =>
  archive(
    { incarnation: 1, offset: 2 * half - 1 },
    1,
    arrivals.slice(0, 1).map(({ delivery }) => ({ offset: 2 * half, delivery: { ...delivery, messageId: "late" } })),
    at
  ).pipe(Effect.provide(clientLayer(live)))

const folders = ["actors", "adapters", "core", "projections", "scripts"]

/** This checkout with some texts of some files replaced; gone with the scope. */
export const changedCheckout = (
  changes: ReadonlyArray<{ readonly file: string; readonly from: string; readonly to: string }>
) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const checkout = mkdtempSync(join(tmpdir(), "traveler-candidate-"))
      for (const name of [...folders, "package.json", "package-lock.json"]) {
        cpSync(join(root, name), join(checkout, name), { recursive: true })
      }
      symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"))
      for (const { file, from, to } of changes) {
        const path = join(checkout, file)
        const text = readFileSync(path, "utf8")
        if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
        writeFileSync(path, text.replace(from, to))
      }
      return checkout
    }),
    (checkout) => Effect.sync(() => rmSync(checkout, { recursive: true }))
  )

/** Every table's rows as one hash, and the scratch databases on its server. */
export const stateOf = (live: Redacted.Redacted) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const tables = yield* sql<{ readonly name: string }>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') order by 1`
    const hashes = yield* Effect.forEach(tables, ({ name }) =>
      Effect.map(
        sql.unsafe<{ readonly hash: string }>(
          `select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as hash from ${name} as t`
        ),
        ([row]) => [name, row?.hash]
      )
    )
    const scratch = yield* sql<{ readonly datname: string }>`
      select datname from pg_database where starts_with(datname, ${scratchPrefix(live)})`
    return { hashes, scratch }
  }).pipe(Effect.provide(clientLayer(live)))

/** What a command had to leave. */
export const dropScratch = Effect.fnUntraced(function* (live: Redacted.Redacted) {
  const { scratch } = yield* stateOf(live)
  yield* Effect.forEach(scratch, ({ datname }) =>
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql`drop database ${sql(datname)} with (force)`)
  ).pipe(Effect.provide(clientLayer(live)))
})
