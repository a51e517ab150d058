// A plant's MES as far as its queue goes: what it was asked to do, by each message's id. For the tests of releases.
import { Effect, Redacted } from "effect"
import { Connection } from "rabbitmq-client"
import type { PlantId } from "../../../core/plant/identifiers.ts"

export interface Command {
  readonly id: string
  readonly type: string
  readonly body: string
}

/** All commands that have come so far, each as often as it came. */
export const mesOf = (plant: PlantId, url: Redacted.Redacted) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const commands: Array<Command> = []
      const connection = new Connection({ url: Redacted.value(url), noDelay: true })
      const queue = `mes.${plant}`
      const consumer = connection.createConsumer(
        {
          queue,
          queueOptions: { durable: true },
          queueBindings: [{ exchange: "mes.commands", routingKey: `${plant}.#` }]
        },
        async ({ body, messageId, type }) => {
          commands.push({ id: messageId ?? "", type: type ?? "", body: JSON.stringify(body) })
        }
      )
      await new Promise<void>((resolve) => consumer.once("ready", () => resolve()))
      return { commands, consumer, connection }
    }),
    ({ connection, consumer }) =>
      Effect.promise(async () => {
        await consumer.close()
        await connection.close()
      })
  ).pipe(Effect.map(({ commands }): ReadonlyArray<Command> => commands))
