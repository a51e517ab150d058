// One plant's messages, written by hand and published as its MES does. Used by the tests beside it.
import { Effect, Redacted } from "effect"
import * as RabbitBroker from "../../adapters/rabbitmq/broker.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, type Publication } from "../../core/port/broker.ts"
import type { Plant } from "../harness/processes.ts"

export const messagesOf =
  (id: PlantId) =>
  (messageId: string, type: string, body: object): Publication => ({
    exchange: "mes.events",
    routingKey: `${id}.${type}`,
    type,
    contentType: "application/json",
    body: new TextEncoder().encode(JSON.stringify({ occurredAt: "2026-11-23T06:00:00+01:00", ...body })),
    messageId,
    appId: "mes",
    schemaVersion: "1"
  })

export const publishing =
  (id: PlantId) =>
  ({ brokerUrl }: Plant, publications: ReadonlyArray<Publication>) =>
    Effect.gen(function* () {
      const broker = yield* Broker
      yield* broker.declarePlant(id)
      yield* broker.publish(publications)
    }).pipe(Effect.provide(RabbitBroker.layer(Redacted.make(brokerUrl))))
