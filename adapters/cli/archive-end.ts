// How far the archive is behind the broker's stream. Used by `archive status`.
import { Effect, Layer, Option } from "effect"
import { InboundStream } from "../../core/port/inbound-stream.ts"
import { lastArchived } from "../archive/archiver.ts"
import type { Settings } from "../config.ts"
import * as RabbitStream from "../rabbitmq/inbound-stream.ts"

const patience = "2 seconds"

/** The last of what the stream gives at once, which is its end while nothing more comes; none where it is empty. */
const streamEnd = Effect.gen(function* () {
  const { take } = yield* (yield* InboundStream).read("last", [])
  let end: number | undefined
  while (true) {
    const batch = yield* Effect.timeoutOption(take(10_000), end === undefined ? patience : "200 millis")
    if (Option.isNone(batch)) return end
    end = batch.value.arrivals.at(-1)?.offset
    yield* batch.value.done
  }
}).pipe(Effect.scoped)

/** Messages of the stream that aren't archived yet, about: a few offsets are the broker's own. */
export const behindStream = ({ brokerUrl }: Settings) =>
  brokerUrl === "memory"
    ? Effect.succeed(undefined)
    : Effect.gen(function* () {
        const last = yield* lastArchived
        const end = yield* streamEnd
        return Math.max(0, (end ?? -1) - (last?.offset ?? -1))
      }).pipe(Effect.provide(Layer.fresh(RabbitStream.layer(brokerUrl))))
