// Sends a person's decision about a plant, by the one queue that only our own user may write to, and waits until a view
// shows it. Used by `plants` and whatever else decides of a plant.
import { randomUUID } from "node:crypto"
import { Clock, Effect } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { encode } from "../../core/journal/codec.ts"
import { schemaVersion } from "../../core/message/catalogue.ts"
import type { PlantDecision } from "../../core/message/plant.ts"
import { Broker, exchanges } from "../../core/port/broker.ts"
import type { Settings } from "../config.ts"
import { requireCore } from "./with-core.ts"

/** Milliseconds for a core that is drowning; one that is up takes a decision within a moment. */
const patience = 60_000

/** Succeeds once `isShown`. */
export const decideOnPlant = <E, R>(
  settings: Settings,
  { body, type }: PlantDecision,
  isShown: Effect.Effect<boolean, E, R>
) =>
  Effect.gen(function* () {
    const broker = yield* Broker
    yield* requireCore(settings)
    yield* broker.publish([
      {
        exchange: exchanges.travelerCommands,
        routingKey: `traveler.${type}`,
        type,
        contentType: "application/msgpack",
        body: encode(body),
        messageId: randomUUID(),
        appId: "cli",
        schemaVersion
      }
    ])
    const deadline = (yield* Clock.currentTimeMillis) + patience
    while (!(yield* isShown)) {
      if ((yield* Clock.currentTimeMillis) > deadline) {
        return yield* new TechnicalFailure({
          field: "plant",
          value: body.plantId,
          reason: "The decision is sent and safe, but the core hasn't shown it yet",
          nextStep: "See later: npm run traveler -- plants list"
        })
      }
      yield* Effect.sleep("100 millis")
    }
  })
