// Publishing with confirms, many outstanding, on a connection of its own. For adapters/rabbitmq only.
import { Effect, type Scope } from "effect"
import type { Channel } from "rabbitmq-client"
import { TechnicalFailure } from "../../core/failure.ts"
import type { BrokerConnection } from "./connection.ts"
import { brokerFailure } from "./failure.ts"
import { type Sendable, toEnvelope, unsendable } from "./properties.ts"

/** At most so many unconfirmed messages of one call: bounds memory, and after a failure nothing more is sent. */
const outstanding = 2_000

const send = (channel: Channel, message: Sendable): Promise<void> => {
  const { buffer, byteOffset, byteLength } = message.body
  return channel.basicPublish(toEnvelope(message), Buffer.from(buffer, byteOffset, byteLength))
}

const refuseUnsendable = (messages: ReadonlyArray<Sendable>): Effect.Effect<void, TechnicalFailure> => {
  for (const message of messages) {
    const field = unsendable(message)
    if (field !== undefined) {
      return Effect.fail(
        new TechnicalFailure({
          field,
          value: String(message[field]).slice(0, 200),
          reason: "Longer than the 255 bytes that AMQP carries",
          nextStep: `Give message ${message.messageId ?? "without id"} a shorter ${field}`
        })
      )
    }
  }
  return Effect.void
}

export type Publish = (messages: ReadonlyArray<Sendable>) => Effect.Effect<void, TechnicalFailure>

/** One confirm channel for all callers, opened when first needed and again after a loss. */
export const makePublisher = Effect.fnUntraced(function* ({
  connection,
  unblocked
}: BrokerConnection): Effect.fn.Return<Publish, never, Scope.Scope> {
  let opening: Promise<Channel> | undefined

  const open = async (): Promise<Channel> => {
    const channel = await connection.acquire({ emitErrorsFromChannel: true })
    // Whoever waits for a confirm is told; without a listener for "error" Node would end the process.
    channel.on("error", () => undefined)
    channel.on("close", () => {
      opening = undefined
    })
    await channel.confirmSelect()
    return channel
  }
  const channel = (): Promise<Channel> => {
    opening ??= open().catch((cause: unknown) => {
      opening = undefined
      throw cause
    })
    return opening
  }

  yield* Effect.addFinalizer(() =>
    Effect.promise(async () => (await opening?.catch(() => undefined))?.close()).pipe(Effect.timeoutOption(2_000))
  )

  const sendAll = (messages: ReadonlyArray<Sendable>) =>
    Effect.tryPromise({
      try: async () => {
        const open = await channel()
        await Promise.all(messages.map((message) => send(open, message)))
      },
      catch: (cause) => brokerFailure("publish", cause)
    })

  return Effect.fnUntraced(function* (messages: ReadonlyArray<Sendable>) {
    yield* refuseUnsendable(messages)
    for (let sent = 0; sent < messages.length; sent += outstanding) {
      yield* unblocked.await
      yield* sendAll(messages.slice(sent, sent + outstanding))
    }
  })
})
