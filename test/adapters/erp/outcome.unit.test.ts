// The messages that tell an actor what became of its document: one identity an attempt, valid by the catalogue.
import { expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { outcomeMessage, type PostingOutcome } from "../../../adapters/erp/poster-outcome.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { MessageMetadata } from "../../../core/message/metadata.ts"
import { postingMessages } from "../../../core/message/posting.ts"
import { OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { confirmation } from "../../erp/documents.ts"
import { postingOf } from "./alone.ts"

const outcomes: ReadonlyArray<PostingOutcome> = [
  { type: "PostingAccepted", document: "5000000001" },
  { type: "PostingInDoubt", reason: "no answer" },
  { type: "PostingVerified", document: "5000000001" },
  { type: "PostingDeferred", until: 1_900_000_000_000, class: "TechnicalFailure", reason: "locked" },
  {
    type: "PostingDateMoved",
    from: "2026-11-23",
    to: "2026-12-01",
    reason: "closed",
    rule: "sandbox/1",
    policy: "closedPeriod/nextOpenPeriod"
  },
  {
    type: "PostingFailed",
    class: "BusinessRuleViolation",
    code: "PERIOD_CLOSED",
    reason: "closed",
    field: "code",
    nextStep: "Open it",
    document: "5000000001"
  }
]

const longOrder = "O".repeat(200)
const longPlant = PlantId.make("P".repeat(60))

const told = (outcome: PostingOutcome, attempt = 1, now = 1_800_000_000_000) => {
  const document = confirmation(longPlant, longOrder, 123_456)
  const stream = orderStream(longPlant, OrderId.make(longOrder))
  const posting = { ...postingOf(stream, document), attempts: attempt - 1 }
  const incoming = outcomeMessage("sandbox", { posting, attempt, outcome, traceparent: undefined }, now)
  if (incoming.content._tag !== "Understood") throw new Error("An outcome is always understood")
  return { metadata: incoming.metadata, message: incoming.content.message }
}

it.each(outcomes)("$type is valid by its schema, however long the order's id is", (outcome) => {
  const { message, metadata } = told(outcome)
  const { type, ...content } = outcome
  expect(Schema.decodeUnknownSync(postingMessages[type])(message.body)).toMatchObject(content)
  expect(Schema.decodeUnknownSync(MessageMetadata)(metadata)).toEqual(metadata)
})

it("an attempt is settled by one message, whatever it says and whenever; progress has ids of its own", () => {
  const ids = outcomes.map((outcome) => told(outcome).metadata.messageId)
  expect(new Set(ids).size).toBe(3)
  const [, , verified, deferred, moved, failed] = ids
  expect(moved).toBe(verified)
  expect(deferred).toBe(verified)
  expect(failed).toBe(verified)
  const [first, later] = [1_800_000_000_000, 1_900_000_000_000].map((now) =>
    told({ type: "PostingDeferred", until: now, class: "TechnicalFailure", reason: String(now) }, 1, now)
  )
  expect(later?.metadata.messageId).toBe(first?.metadata.messageId)
  expect(later?.metadata.digest).toEqual(first?.metadata.digest)
})

it("each attempt is settled anew", () => {
  const verified: PostingOutcome = { type: "PostingVerified", document: "1" }
  expect(told(verified, 2).metadata.messageId).not.toBe(told(verified, 1).metadata.messageId)
})
