// What opens a case: a message that is parked, and a breach, whoever's message brought it about.
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { cases } from "../../../actors/reactions/cases.ts"
import { resubmissionSource } from "../../../actors/reactions/resubmissions.ts"
import type { AnyEvent } from "../../../core/event/catalogue.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { MessageId, OperationId, OrderId, PlantId, Source } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

const plant = PlantId.make("ulm")
const mes = Source.make("ulm/mes.events/mes")
const digest = sha256(new TextEncoder().encode("body"))

const recorded = (source: Source, event: AnyEvent): RecordedEvent => ({
  partition: 3,
  offset: 7,
  stream: orderStream(plant, OrderId.make("4711")),
  version: 2,
  recordedAt: Date.UTC(2026, 10, 23),
  metadata: {
    source,
    messageId: MessageId.make("m1"),
    digest,
    queue: "traveler.in.ulm",
    occurredAt: OccurredAt.make("2026-11-23T06:00:00+00:00")
  },
  part: 1,
  hash: digest,
  ...event
})

const breach = "overproduction/OP10"
const found: AnyEvent = {
  type: "BreachFound",
  data: {
    breach,
    kind: "overproduction",
    operationId: OperationId.make("OP10"),
    since: 2,
    reported: fromText("711"),
    allowed: fromText("352"),
    unit: Unit.make("EA")
  }
}
const withdrawn: AnyEvent = { type: "BreachWithdrawn", data: { breach } }
const parked: AnyEvent = {
  type: "MessageParked",
  data: {
    failure: { class: "DataQualityIssue", field: "body", value: "x", reason: "Unreadable", nextStep: "Correct it" },
    subject: {
      kind: "message",
      message: { source: mes, messageId: MessageId.make("m1") },
      digest,
      delivery: {
        queue: "traveler.in.ulm",
        plant,
        exchange: "mes.events",
        type: "OperationConfirmed",
        contentType: "application/json",
        schemaVersion: "1"
      }
    }
  }
}

/** The types of the messages that the event sends. */
const sent = (source: Source, event: AnyEvent) =>
  Effect.runSync(cases.react(recorded(source, event)) ?? Effect.succeed([])).map(({ content }) =>
    content._tag === "Understood" ? content.message.type : content._tag
  )

describe("the reaction `cases`", () => {
  it("raises a case for a breach, and withdraws it", () => {
    expect(sent(mes, found)).toEqual(["CaseRaised"])
    expect(sent(mes, withdrawn)).toEqual(["CaseWithdrawn"])
  })

  it("does so too where a resubmitted message brought it about", () => {
    expect(sent(resubmissionSource, found)).toEqual(["CaseRaised"])
    expect(sent(resubmissionSource, withdrawn)).toEqual(["CaseWithdrawn"])
  })

  it("raises a case for a parked message, but none for one that was parked again: it has its case", () => {
    expect(sent(mes, parked)).toEqual(["CaseRaised"])
    expect(sent(resubmissionSource, parked)).toEqual([])
  })
})
