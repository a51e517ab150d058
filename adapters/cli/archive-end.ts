// How far the archive is behind the stream of the broker that the settings name. Used by commands.
import { Effect, Result } from "effect"
import { behindStream, untilArchived } from "../archive/stream-end.ts"
import type { Settings } from "../config.ts"
import * as RabbitStream from "../rabbitmq/inbound-stream.ts"

/** Both are null where the broker is in memory, of which nothing is archived. */
export interface Distance {
  readonly behind: number | null
  readonly behindUnknown: string | null
}

/** A stream that isn't there, or a broker that can't be reached, is an answer, too. */
export const distance = Effect.fnUntraced(function* ({ brokerUrl }: Settings) {
  if (brokerUrl === "memory") return { behind: null, behindUnknown: null } satisfies Distance
  const found = yield* Effect.result(behindStream).pipe(Effect.provide(RabbitStream.layer(brokerUrl)))
  return Result.match(found, {
    onSuccess: (behind): Distance => ({ behind, behindUnknown: null }),
    onFailure: ({ nextStep, reason }): Distance => ({ behind: null, behindUnknown: `${reason}. ${nextStep}` })
  })
})

export const distanceLine = ({ behind, behindUnknown }: Distance): string => {
  if (behindUnknown !== null) return `How far the archive is behind the broker's stream isn't known: ${behindUnknown}`
  return behind === null
    ? "The broker is in memory: what goes through it isn't archived."
    : `${behind} messages of the broker's stream are not archived yet.`
}

/** Of the broker in memory nothing is archived, so there is nothing to wait for. */
export const untilAllIsArchived = ({ brokerUrl }: Settings) =>
  brokerUrl === "memory" ? Effect.void : untilArchived.pipe(Effect.provide(RabbitStream.layer(brokerUrl)))
