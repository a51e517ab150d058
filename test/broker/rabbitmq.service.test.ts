// RabbitMQ passes the contract kit, through a proxy that can cut its connections.
import { Deferred, Effect, Layer, Redacted } from "effect"
import * as RabbitBroker from "../../adapters/rabbitmq/broker.ts"
import { virtualHost } from "../harness/broker.ts"
import { type FaultProxy, faultProxy } from "../harness/fault-proxy.ts"
import { brokerContract } from "./tck.ts"

const before = Deferred.makeUnsafe<FaultProxy>()

const broker = Layer.unwrap(
  Effect.gen(function* () {
    const url = new URL(Redacted.value((yield* virtualHost).url))
    const way = yield* faultProxy(url.hostname, Number(url.port))
    yield* Deferred.succeed(before, way)
    url.host = `127.0.0.1:${way.port}`
    return RabbitBroker.layer(Redacted.make(url.href))
  })
)

brokerContract("RabbitBroker", broker, {
  cutConnections: Effect.flatMap(Deferred.await(before), (way) => way.cutAll)
})
