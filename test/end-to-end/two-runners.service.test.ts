// Two cores on one database and virtual host share the partitions; one is killed under load and the other goes on with
// all of them: nothing is lost, doubled or posted twice.
import { it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { chance } from "../../adapters/simulator/random.ts"
import { makePlant, type Plant, rows, startCore } from "../harness/processes.ts"
import { tryPlant } from "./troubled-plant.ts"

const seed = Number(process.env.TRAVELER_TEST_SEED ?? Date.now() % 1_000_000_000)

/** Effect Cluster's: a partition's owner is the runner that holds the lock of its shard. */
const shards = 300

/** Shards that each runner holds now, by its session's advisory locks. */
const held = (plant: Plant) =>
  Effect.map(
    rows<{ count: number }>(
      plant,
      `select count(*)::integer as count from pg_locks
       where locktype = 'advisory' and objsubid = 2 and granted and objid between 1000001 and 1000000 + $1
         and database = (select oid from pg_database where datname = current_database())
       group by pid order by 1`,
      [shards]
    ),
    (found) => found.map(({ count }) => count)
  )

/** All shards are held by so many runners, none by fewer than a tenth of its share. */
const sharedBy = (plant: Plant, runners: number) =>
  held(plant).pipe(
    Effect.filterOrFail(
      (counts) =>
        counts.length === runners &&
        counts.reduce((sum, count) => sum + count, 0) === shards &&
        counts.every((count) => count > shards / runners / 10),
      (counts) => new Error(`${runners} runners should hold ${shards} shards, these hold ${counts}`)
    ),
    Effect.retry({ schedule: Schedule.spaced("200 millis"), times: 150 })
  )

it.live(
  `a runner is killed, another takes its partitions over (seed ${seed})`,
  () =>
    Effect.gen(function* () {
      const moments = chance(seed)
      const plant = yield* makePlant
      const disturb = () =>
        Effect.gen(function* () {
          const runners = [yield* startCore(plant), yield* startCore(plant)]
          yield* sharedBy(plant, 2)
          yield* Effect.sleep(moments.between(1_000, 3_000))
          // The first has the queue and sends to the second what is for its partitions; either may go.
          yield* runners[moments.between(0, 1)]?.kill ?? Effect.void
          yield* sharedBy(plant, 1)
        })
      yield* tryPlant(plant, { seed, orders: 80, spreadMillis: 12_000, deadlineMillis: 60_000, disturb })
    }).pipe(Effect.scoped),
  180_000
)
