// Practises a recall by itself, on a schedule: some lot that a supplier sent, both ways, timed and recorded. Composed by
// adapters/cli (the singleton `mock-recall`).
import { Clock, Cron, Effect } from "effect"
import { sha256 } from "../../core/journal/hash.ts"
import { Journal } from "../../core/journal/journal.ts"
import { lotOf, partitionOf, recallStream } from "../../core/journal/stream.ts"
import type { RecallRecorded } from "../../core/message/recall.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import { Door, type Incoming } from "../../core/port/door.ts"
import { someLotReceived } from "../../projections/ledger/received-lots.ts"
import { lastMockRecall } from "../../projections/recalls/queries.ts"
import { onSchedule } from "../on-schedule.ts"
import { recall } from "./recall.ts"
import { newRecallId } from "./recall-id.ts"
import { recallRecorded } from "./record.ts"

const encoder = new TextEncoder()

const incoming = (body: RecallRecorded): Incoming => {
  const message = { type: "RecallRecorded", body } as const
  return {
    stream: recallStream(body.recallId),
    metadata: {
      source: Source.make("traveler/mock-recall"),
      messageId: MessageId.make(body.recallId),
      digest: sha256(encoder.encode(body.recallId)),
      queue: "mock-recall",
      occurredAt: body.occurredAt
    },
    content: { _tag: "Understood", message },
    redelivered: false
  }
}

/** What was received before that is mostly used up and shipped: a quarter of a year. */
const receivedWithin = 90 * 24 * 60 * 60 * 1_000

/** None where nothing was received lately: there is nothing to practise on. */
const exercise = Effect.gen(function* () {
  const startedAt = yield* Clock.currentTimeMillis
  const stream = yield* someLotReceived(startedAt - receivedWithin, new Date(startedAt).toISOString())
  if (stream === undefined) return
  const lot = lotOf(stream)
  const { report } = yield* recall({ lot, direction: "both", windows: [] }, undefined)
  const scopeKnownAt = yield* Clock.currentTimeMillis
  const message = incoming(
    recallRecorded({
      recallId: newRecallId(startedAt),
      kind: "mock",
      reason: "Practised on schedule",
      lot,
      report,
      clock: { startedAt, scopeKnownAt, completedAt: scopeKnownAt }
    })
  )
  const door = yield* Door
  const { partitions } = yield* Journal
  yield* door.submit(partitionOf(message.stream, partitions), [message])
})

/** Works until its fiber is interrupted. One that was due while no core ran is made up for; one that fails is tried again. */
export const runMockRecalls = (at: Cron.Cron) =>
  onSchedule(
    Effect.gen(function* () {
      const due = Cron.prev(at, new Date((yield* Clock.currentTimeMillis) + 1)).getTime()
      const last = yield* lastMockRecall
      if (last === undefined || last < due) yield* exercise
      return true
    }),
    "A mock recall failed and is tried again"
  )
