// Plays archived messages through this checkout's actors and reactions, as a core would have that had nothing else to do:
// a batch of messages, then whatever follows of them, then the next. So two versions differ by what they decide, not by
// who was quicker. Used by `main.ts`.
import { Effect, Stream } from "effect"
import type { Behaviours } from "../../../actors/partition-state.ts"
import { reactions } from "../../../actors/reactions/all.ts"
import { address, badgeOf, read } from "../../../actors/understand.ts"
import { messageOf } from "../../../core/failure.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { hex } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import type { Incoming } from "../../../core/port/door.ts"
import { Persons } from "../../../core/port/persons.ts"
import { type ArchivedMessage, deliveryOf } from "../../archive/message.ts"
import type { Range } from "../../archive/queries.ts"
import { archived } from "./live.ts"
import { causeOf } from "./naming.ts"
import { decide } from "./owner.ts"
import type { Item } from "./protocol.ts"

/**
 * Messages that are decided before what follows of them is. A plant's core has more time between them: the more at once,
 * the later lots hear of what orders took from them, and the more of them seem to be empty meanwhile.
 */
const batchSize = 250
/** Events that are reacted to at once. */
const roundSize = 2_000

/** What this version could not even address, or react to: with a core it would stand still before it. */
const stuck = (key: string, type: string, message: string, cause: unknown): Item => ({
  kind: "message",
  key,
  type,
  message,
  content: { reason: messageOf(cause) }
})

const nameOf = ({ digest, envelope }: ArchivedMessage): string =>
  `${envelope.plant}/${envelope.exchange}/${envelope.appId ?? "unknown"}/${envelope.messageId ?? `sha256:${hex(digest)}`}`

const understood = Effect.fnUntraced(function* (message: ArchivedMessage) {
  const persons = yield* Persons
  const delivery = deliveryOf(message)
  if (delivery === undefined) return undefined
  const reading = read(delivery)
  const badge = badgeOf(reading)
  const [by] = badge === undefined ? [] : yield* persons.identify([{ plant: delivery.plant, badge }])
  const receivedAt = OccurredAt.make(new Date(message.receivedAt).toISOString())
  return yield* Effect.try({
    try: (): Incoming => address(delivery, reading, { receivedAt, by }),
    catch: (cause) => stuck(nameOf(message), "not addressed", nameOf(message), cause)
  }).pipe(Effect.catch((item) => Effect.succeed(item)))
})

export const play = Effect.fnUntraced(function* (
  range: Range,
  behaviours: Behaviours,
  tell: (messages: number) => Effect.Effect<void>
) {
  const journal = yield* Journal
  const before = range.from.getTime()
  const failed: Array<Item> = []
  let messages = 0
  let redacted = 0
  /** Offset up to which every event has been reacted to. */
  let reacted = 0

  const reactTo = (event: RecordedEvent) =>
    Effect.forEach(reactions, (reaction) =>
      Effect.suspend(() => reaction.react(event) ?? Effect.succeed([])).pipe(
        Effect.catchDefect((cause) => {
          const message = causeOf(event.metadata)
          failed.push(stuck(`${message} on ${event.stream}`, `no reaction ${reaction.name}`, message, cause))
          return Effect.succeed([])
        })
      )
    ).pipe(Effect.map((sent) => sent.flat()))

  /** Until nothing follows any more. What was copied from before the window has been reacted to, long ago. */
  const followUp = Effect.fnUntraced(function* (now: number) {
    while (true) {
      const events = yield* journal.read(new Map([[0, reacted]]), roundSize)
      const last = events.at(-1)
      if (last === undefined) return
      const sent = yield* Effect.forEach(
        events.filter(({ recordedAt }) => recordedAt >= before),
        reactTo
      )
      yield* decide(sent.flat(), behaviours, { now, before })
      reacted = last.offset
    }
  })

  yield* archived(range).pipe(
    Stream.grouped(batchSize),
    Stream.runForEach(
      Effect.fnUntraced(function* (batch) {
        const incoming: Array<Incoming> = []
        for (const each of yield* Effect.forEach(batch, understood)) {
          if (each === undefined) redacted++
          else if ("kind" in each) failed.push(each)
          else incoming.push(each)
        }
        const now = batch.at(-1)?.receivedAt ?? before
        yield* decide(incoming, behaviours, { now, before })
        yield* followUp(now)
        messages += batch.length
        yield* tell(messages)
      })
    )
  )
  return { messages, redacted, failed }
})
