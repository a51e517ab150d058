// The inbound stream on RabbitMQ: a stream queue, read by AMQP 0-9-1. For the composition root and tests.
import { Deferred, Effect, Latch, Layer, type Redacted } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import {
  type Arrival,
  type Arrivals,
  type From,
  InboundStream,
  inboundStream,
  inboxOf
} from "../../core/port/inbound-stream.ts"
import { connect } from "./connection.ts"
import { declare } from "./declare.ts"
import { toDelivery } from "./properties.ts"
import type { RawDelivery } from "./raw-delivery.ts"
import { openSession } from "./session.ts"
import { commandStreamTopology, plantStreamTopology } from "./topology.ts"

/** A stream gives credit by acknowledgements: so much may be under way. */
const prefetch = 10_000

/** Written by the broker; a message of a stream without it can't be told from any other. */
const offsetHeader = "x-stream-offset"

const toArrival = (raw: RawDelivery): Arrival => {
  const { plant, queue } = inboxOf(raw.exchange, raw.routingKey)
  return { offset: Number(raw.properties.headers?.[offsetHeader]), delivery: toDelivery(raw, queue, plant) }
}

const lost = (reason: string) =>
  new TechnicalFailure({
    field: `stream ${inboundStream}`,
    value: "lost",
    reason,
    nextStep: "It is read again by itself, from where it was left"
  })

/** A connection for each reading: whoever follows the stream shares no socket with the intake. */
const read = (url: Redacted.Redacted<string>) =>
  Effect.fnUntraced(function* (from: From) {
    const connection = yield* connect(url, "archiving")
    const arrived = yield* Latch.make(false)
    const session = yield* openSession(
      connection,
      { queue: inboundStream, prefetch, arguments: { [offsetHeader]: from }, read: toArrival },
      arrived
    )
    const ended = Effect.flatMap(Deferred.await(session.ended), ({ reason }) => Effect.fail(lost(reason)))
    const take: Arrivals["take"] = (limit) =>
      Effect.suspend(() => {
        const batch = session.take(limit)
        if (batch === undefined) {
          arrived.closeUnsafe()
          return Effect.andThen(Effect.raceFirst(arrived.await, ended), take(limit))
        }
        const { first, deliveries: arrivals } = batch
        return Effect.succeed({
          arrivals,
          done: Effect.sync(() => session.done(arrivals.map((_, index) => first + index)))
        })
      })
    return { take }
  })

const declareFor = (url: Redacted.Redacted<string>) => (plants: ReadonlyArray<PlantId>) =>
  Effect.scoped(
    Effect.flatMap(connect(url, "archiving"), (connection) =>
      declare(connection, commandStreamTopology, ...plants.map(plantStreamTopology))
    )
  )

export const layer = (url: Redacted.Redacted<string>): Layer.Layer<InboundStream> =>
  Layer.succeed(InboundStream, { declare: declareFor(url), read: read(url) })
