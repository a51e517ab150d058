// Declares a topology, which is also its check: the broker compares each argument with what is there. For
// adapters/rabbitmq only. A mismatch closes the channel and comes back as one failure that names what differs.
import { Effect } from "effect"
import type { Channel } from "rabbitmq-client"
import type { TechnicalFailure } from "../../core/failure.ts"
import { acquireChannel, type BrokerConnection } from "./connection.ts"
import { brokerFailure } from "./failure.ts"
import type { Topology } from "./topology.ts"

const declareOn = async (channel: Channel, { exchanges, queues, bindings }: Topology): Promise<void> => {
  for (const { name, type, alternate } of exchanges) {
    const options = alternate === undefined ? {} : { arguments: { "alternate-exchange": alternate } }
    await channel.exchangeDeclare({ exchange: name, type, durable: true, ...options })
  }
  for (const queue of queues) {
    await channel.queueDeclare({ queue: queue.name, durable: true, arguments: queue.arguments })
  }
  for (const { exchange, pattern, queue } of bindings) {
    await channel.queueBind({ exchange, queue, routingKey: pattern })
  }
}

export const declare = (
  connection: BrokerConnection,
  ...topologies: ReadonlyArray<Topology>
): Effect.Effect<void, TechnicalFailure> =>
  Effect.scoped(
    Effect.gen(function* () {
      const channel = yield* acquireChannel(connection, "topology")
      yield* Effect.tryPromise({
        try: async () => {
          for (const topology of topologies) await declareOn(channel, topology)
        },
        catch: (cause) => brokerFailure("topology", cause)
      })
    })
  )
