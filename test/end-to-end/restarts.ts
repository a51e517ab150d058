// The troubled plant on a service that crashes and comes back while the core works. Used by the tests beside it.
import { Effect, Redacted, type Scope } from "effect"
import { chance } from "../../adapters/simulator/random.ts"
import { virtualHost } from "../harness/broker.ts"
import { temporaryDatabase } from "../harness/database.ts"
import { type OwnService, ownPostgres, ownRabbit } from "../harness/own-services.ts"
import { makePlantAt, type Plant, startCore } from "../harness/processes.ts"
import { type Trial, tryPlant } from "./troubled-plant.ts"

export interface Restarts extends Pick<Trial, "seed" | "orders" | "deadlineMillis"> {
  readonly times: number
}

/** A core, and crashes that come each at a random moment while messages are published and worked at. */
export const restarting = (service: OwnService, { seed, times }: Pick<Restarts, "seed" | "times">) => {
  const moments = chance(seed)
  return (plant: Plant) =>
    Effect.gen(function* () {
      yield* startCore(plant)
      for (let time = 0; time < times; time++) {
        yield* Effect.sleep(moments.between(500, 3_500))
        yield* service.restart
      }
    })
}

/** Published long enough for the last restart to meet load too. */
const spreadMillis = ({ times }: Restarts) => times * 5_000

const attempt = (services: Parameters<typeof makePlantAt>[0], service: OwnService, restarts: Restarts) =>
  Effect.gen(function* () {
    const plant = yield* makePlantAt(services)
    const disturb = restarting(service, restarts)
    yield* tryPlant(plant, { ...restarts, spreadMillis: spreadMillis(restarts), disturb })
  })

export const tryPostgresRestarts = (restarts: Restarts): Effect.Effect<void, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const postgres = yield* ownPostgres
    const broker = yield* virtualHost
    yield* attempt({ databaseUrl: postgres.url, brokerUrl: Redacted.value(broker.url) }, postgres, restarts)
  })

export const tryRabbitRestarts = (restarts: Restarts): Effect.Effect<void, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const rabbit = yield* ownRabbit
    const database = yield* temporaryDatabase
    yield* attempt({ databaseUrl: Redacted.value(database), brokerUrl: rabbit.url }, rabbit, restarts)
  })
