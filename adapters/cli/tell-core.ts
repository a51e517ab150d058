// Sends a message of a person's to a running core, and waits until its stream has it. Used by `reconcile` and
// `plants`.
import { randomUUID } from "node:crypto"
import { Clock, Effect } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { encode } from "../../core/journal/codec.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { StreamName } from "../../core/journal/stream.ts"
import { schemaVersion } from "../../core/message/catalogue.ts"
import { Broker, exchanges, type Publication } from "../../core/port/broker.ts"

/** A core that is up takes it within a moment; this is for one that is drowning. */
const patience = 60_000

export type Command = Omit<Publication, "contentType" | "body" | "schemaVersion"> & {
  readonly body: object
  /** Where it goes. */
  readonly stream: StreamName
}

/** By the one queue that only our own user may write to. */
export const toCommands = (type: string, body: object, stream: StreamName): Command => ({
  exchange: exchanges.travelerCommands,
  routingKey: `traveler.${type}`,
  type,
  appId: "cli",
  body,
  stream
})

/** The first event that its stream made of it. */
export const tellCore = Effect.fnUntraced(function* ({
  body,
  messageId = randomUUID(),
  stream,
  ...publication
}: Command) {
  const broker = yield* Broker
  const journal = yield* Journal
  const message = {
    ...publication,
    messageId,
    schemaVersion,
    contentType: "application/msgpack",
    body: encode(body)
  } as const
  yield* broker.publish([message])
  const deadline = (yield* Clock.currentTimeMillis) + patience
  while (true) {
    const event = (yield* journal.readStream(stream, 0)).find(({ metadata }) => metadata.messageId === messageId)
    if (event !== undefined) return event
    if ((yield* Clock.currentTimeMillis) > deadline) {
      return yield* new TechnicalFailure({
        field: publication.type,
        value: messageId,
        reason: "It is sent and safe, but the core hasn't recorded it yet",
        nextStep: "See later: npm run traveler -- doctor"
      })
    }
    yield* Effect.sleep("100 millis")
  }
})
