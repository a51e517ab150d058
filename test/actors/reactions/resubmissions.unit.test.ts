// What is sent for a resubmission: the original's delivery, or what the person says it should have been.
import { Effect } from "effect"
import { expect, it } from "vitest"
import { resubmissions } from "../../../actors/reactions/resubmissions.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import { MessageId, PlantId, Source } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { Persons } from "../../../core/port/persons.ts"

const unused = () => Effect.die("Not asked for")
const body = new TextEncoder().encode(
  JSON.stringify({ orderId: "4711", operationId: "10", occurredAt: "2026-11-23T06:00:00Z" })
)
const digest = sha256(body)
const occurredAt = OccurredAt.make("2026-11-23T06:00:00Z")

const journal = Journal.of({
  partitions: 4,
  head: unused,
  append: unused,
  load: unused,
  saveSnapshots: unused,
  read: unused,
  readStream: unused,
  histories: unused,
  rows: unused,
  heads: Effect.die("Not asked for"),
  raw: () => Effect.succeed(body),
  get appended(): never {
    throw new Error("Not asked for")
  }
})

/** It came with a type and a schema version that nobody knows. */
const resubmitted = (type?: string): RecordedEvent => ({
  partition: 0,
  offset: 1,
  stream: StreamName("case/0123456789abcdef0123456789abcdef"),
  version: 2,
  recordedAt: 0,
  metadata: { source: Source.make("b"), messageId: MessageId.make("m"), digest, queue: "q", occurredAt },
  part: 0,
  hash: digest,
  type: "MessageResubmitted",
  data: {
    reason: "Mended",
    attempt: 1,
    digest,
    contentType: "application/json",
    ...(type === undefined ? {} : { type }),
    subject: {
      kind: "message",
      message: { source: Source.make("ulm/mes.events/mes"), messageId: MessageId.make("bad") },
      digest,
      delivery: {
        queue: "traveler.in.ulm",
        plant: PlantId.make("ulm"),
        exchange: "mes.events",
        type: "Started",
        contentType: "",
        schemaVersion: "0"
      }
    }
  }
})

const sent = (event: RecordedEvent) =>
  Effect.runSync(
    (resubmissions.react(event) ?? Effect.succeed([])).pipe(
      Effect.provideService(Journal, journal),
      Effect.provideService(Persons, Persons.of({ identify: unused }))
    )
  ).map(({ content, stream }) => [stream, content._tag === "Understood" ? content.message : content._tag])

it("the bytes go out as the type that the person names, in today's schema version", () => {
  expect(sent(resubmitted("OperationStarted"))).toMatchObject([["order/ulm/4711", { type: "OperationStarted" }]])
})

it("without one they go out as they came, and the case hears that they still aren't understood", () => {
  expect(sent(resubmitted())).toMatchObject([
    ["case/0123456789abcdef0123456789abcdef", { type: "ResubmissionSettled", body: { failure: { field: "type" } } }]
  ])
})
