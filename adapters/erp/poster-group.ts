// Documents of an order that its ERP takes as one: claimed, so that nobody posts them by themselves, and told to the order,
// which records the group. Used by `poster-rounds.ts` alone.
import { randomUUID } from "node:crypto"
import { Clock, Effect, Schedule } from "effect"
import { sha256 } from "../../core/journal/hash.ts"
import { partitionOf, type StreamName } from "../../core/journal/stream.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { Door, type Incoming } from "../../core/port/door.ts"
import { keyPrefix } from "../../core/port/erp.ts"
import { type Due, PostingQueue } from "./poster-queue.ts"
import type { PostingAttempts } from "./posting-attempt.ts"

const encoder = new TextEncoder()

/** Whether it was told before makes no difference: the order groups what is requested now, and a document once. */
const dueMessage = (erp: string, { documents, stream }: Due, telling: string, now: number): Incoming => {
  const messageId = `${keyPrefix(stream)}/due/${telling}`
  const occurredAt = OccurredAt.make(new Date(now).toISOString())
  const due = documents.map(({ attempts, kind, version }) => ({ version, kind, attempt: attempts + 1 }))
  return {
    stream,
    metadata: {
      source: Source.make(`traveler/poster/${erp}`),
      messageId: MessageId.make(messageId),
      digest: sha256(encoder.encode(messageId)),
      queue: `poster/${erp}`,
      occurredAt
    },
    content: { _tag: "Understood", message: { type: "PostingsDue", body: { occurredAt, documents: due } } },
    redelivered: false
  }
}

/** While a partition moves from one owner to another. */
const untilItHasAnOwner = { schedule: Schedule.spaced("1 second"), times: 30 }

/** So long may the view take to hear of the group. */
const patience = "10 seconds"

/**
 * Whether the view shows a group of them. The claims stay, whatever becomes of it: nothing is sent for them, so a crash at any
 * point leaves the documents due, to be told of once more.
 */
export const grouping = (erp: string, partitions: number, attempts: PostingAttempts, pollMillis: number) =>
  Effect.gen(function* () {
    const door = yield* Door
    const queue = yield* PostingQueue
    /** Told in vain: an order that can't take it has it on one case, however often it is told. */
    const tellings = new Map<StreamName, string>()

    return Effect.fnUntraced(function* (due: Due) {
      const { documents, stream } = due
      const keys = documents.map(({ key }) => key)
      const ours = yield* attempts.claimGrouped(documents.map(({ attempts, key }) => ({ key, attempt: attempts + 1 })))
      // One of them is on its way by itself, of which the view hasn't heard yet.
      if (ours.length < documents.length) return false
      const now = yield* Clock.currentTimeMillis
      const telling = tellings.get(stream) ?? randomUUID()
      tellings.set(stream, telling)
      const message = dueMessage(erp, due, telling, now)
      const [outcome] = yield* Effect.retry(door.submit(partitionOf(stream, partitions), [message]), untilItHasAnOwner)
      if (outcome !== "handled") return false
      tellings.delete(stream)
      return yield* queue.find(keys).pipe(
        Effect.map((postings) => postings.some(({ isGrouped }) => isGrouped)),
        Effect.repeat({ until: (shown) => shown, schedule: Schedule.spaced(pollMillis) }),
        Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(false) })
      )
    })
  })
