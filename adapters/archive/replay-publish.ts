// Sends archived history again at its own pace or a faster one, in its own order. Used by `replay publish`.
import { Clock, Effect, Stream } from "effect"
import type { TraceContext } from "../../core/port/tracer.ts"
import { tracedWork } from "../../core/traced-batch.ts"
import type { Sendable } from "../rabbitmq/properties.ts"
import type { Publish } from "../rabbitmq/publisher.ts"
import { valid } from "../telemetry/context.ts"
import { archivedMessages, type Range } from "./queries.ts"
import { dueAfter, replayed } from "./replay.ts"

export interface ReplayPlan {
  readonly run: string
  readonly range: Range
  /** 10 sends in a minute what came in ten. */
  readonly speed: number
  readonly targets: ReadonlyArray<string>
}

export interface ReplaySummary {
  readonly sent: number
  readonly redacted: number
  /** Those that none of the exchanges takes. */
  readonly leftOut: number
  readonly plants: { readonly [plant: string]: number }
}

/** What is due within this time goes together: a confirm each would be slower than history. */
const together = 20

/** Every message is confirmed by the broker before the next group is sent, so their order is kept. */
export const publishHistory = Effect.fnUntraced(function* <E, R>(
  { range, run, speed, targets }: ReplayPlan,
  publish: Publish,
  tell: (sent: number) => Effect.Effect<void, E, R>
) {
  const begun = yield* Clock.currentTimeMillis
  const plants: { [plant: string]: number } = {}
  const counts = { sent: 0, redacted: 0, leftOut: 0 }
  let firstReceivedAt: number | undefined
  let group: Array<Sendable> = []
  /** The senders' spans of then. */
  let contexts: Array<TraceContext | undefined> = []
  let groupDue = 0

  const send = Effect.gen(function* () {
    if (group.length === 0) return
    yield* tracedWork("replay publish", contexts, { messages: group.length }, publish(group))
    counts.sent += group.length
    group = []
    contexts = []
    yield* tell(counts.sent)
  })

  yield* Stream.runForEach(
    archivedMessages(range),
    Effect.fnUntraced(function* (message) {
      const again = replayed(run, message, targets)
      if (typeof again === "string") {
        counts[again]++
        return
      }
      firstReceivedAt ??= message.receivedAt
      const due = dueAfter(firstReceivedAt, message.receivedAt, speed)
      if (due > groupDue + together || group.length >= 2_000) {
        yield* send
        groupDue = due
        const early = begun + due - (yield* Clock.currentTimeMillis)
        if (early > 0) yield* Effect.sleep(early)
      }
      group.push(again)
      const { plant, traceparent } = message.envelope
      contexts.push(valid(traceparent))
      plants[plant] = (plants[plant] ?? 0) + 1
    })
  )
  yield* send
  return { ...counts, plants } satisfies ReplaySummary
})
