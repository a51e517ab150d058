// A limit: how fast our own intake takes and acknowledges messages when nothing is done with them. Used by the
// bench's scenarios.
import { Effect } from "effect"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, inboundQueue } from "../../core/port/broker.ts"

/** As many at once as the ingress takes. */
const microBatch = 2_000

/** Messages a second, from a queue that holds so many. */
export const drainRate = (plant: PlantId, messages: number, prefetch: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const broker = yield* Broker
      const startedAt = performance.now()
      const intake = yield* broker.consume({ queue: inboundQueue(plant), plant, prefetch })
      for (let taken = 0; taken < messages; ) {
        const { epoch, first, deliveries } = yield* intake.take(microBatch)
        yield* intake.done(
          epoch,
          deliveries.map((_, index) => first + index)
        )
        taken += deliveries.length
      }
      return messages / ((performance.now() - startedAt) / 1_000)
    })
  )
