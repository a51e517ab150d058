// Documents of an order that its ERP takes as one: claimed, so that nobody posts them by themselves, and told to the order,
// which records the group. Used by `poster.ts` alone.
import { Clock, Effect } from "effect"
import { hex, sha256 } from "../../core/journal/hash.ts"
import { partitionOf } from "../../core/journal/stream.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { Door, type Incoming } from "../../core/port/door.ts"
import { keyPrefix } from "../../core/port/erp.ts"
import type { Due } from "./poster-queue.ts"
import type { Claim, PostingAttempts } from "./posting-attempt.ts"

const encoder = new TextEncoder()

/** The same documents at the same attempts are the same message, whoever tells of them. */
const dueMessage = (erp: string, { documents, stream }: Due, now: number): Incoming => {
  const content = documents.map(({ attempts, version }) => `${version}.${attempts}`).join(" ")
  const messageId = `${keyPrefix(stream)}/due/${hex(sha256(encoder.encode(content)))}`
  const occurredAt = OccurredAt.make(new Date(now).toISOString())
  const versions = [...new Set(documents.map(({ version }) => version))].sort((left, right) => left - right)
  return {
    stream,
    metadata: {
      source: Source.make(`traveler/poster/${erp}`),
      messageId: MessageId.make(messageId),
      digest: sha256(encoder.encode(messageId)),
      queue: `poster/${erp}`,
      occurredAt
    },
    content: { _tag: "Understood", message: { type: "PostingsDue", body: { occurredAt, versions } } },
    redelivered: false
  }
}

/**
 * Claims are closed once the order has heard of it. A crash before that leaves them open: each is asked for by its key,
 * isn't found, and is due again.
 */
export const grouping = (
  erp: string,
  partitions: number,
  attempts: PostingAttempts,
  claim: (claim: Claim) => Effect.Effect<number | undefined, unknown>
) =>
  Effect.map(Door, (door) =>
    Effect.fnUntraced(function* ({ documents, stream }: Due) {
      const ours = yield* Effect.filter(
        documents,
        ({ attempts, key }) =>
          Effect.map(claim({ key, attempt: attempts + 1 }), (sendBefore) => sendBefore !== undefined),
        { concurrency: "unbounded" }
      )
      if (ours.length === 0) return
      const now = yield* Clock.currentTimeMillis
      yield* door.submit(partitionOf(stream, partitions), [dueMessage(erp, { stream, documents: ours }, now)])
      yield* attempts.record(
        ours.map(({ attempts, key }) => ({ key, attempt: attempts + 1, outcome: "PostingsGrouped", document: null }))
      )
    })
  )
