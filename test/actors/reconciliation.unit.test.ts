// What runs find at a plant: recorded when it is new or other, once, and gone when a run doesn't find it any more.
import { describe, expect, it } from "vitest"
import { reconciliationDecider } from "../../actors/reconciliation/decider.ts"
import type { Received } from "../../core/decider.ts"
import { sha256 } from "../../core/journal/hash.ts"
import type { Difference, ReconciliationMessage } from "../../core/message/reconciliation.ts"
import { fromText } from "../../core/plant/decimal.ts"
import { Badge, MessageId, PlantId, Source } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { specification } from "../harness/decider-specification.ts"

const plant = PlantId.make("ulm")
const night = (day: number) => OccurredAt.make(`2026-11-${day}T02:00:00Z`)
const envelope = (day: number) => ({
  source: Source.make("traveler/reconciliation"),
  messageId: MessageId.make(`ulm/${day}`),
  digest: sha256(new Uint8Array([day])),
  queue: "reconciliation",
  occurredAt: night(day)
})

const difference = (id: string, good = "5"): Difference => ({
  ...{ id, stream: "order/ulm/4711", kind: "gone", about: "order/ulm/4711/3/confirmation", since: night(20) },
  reported: { "10: good EA": fromText(good) },
  journal: { "10: good EA": fromText(good) },
  erp: { "10: good EA": fromText("0") },
  repair: `reconcile repair ${id}`
})

const run = (day: number, ...differences: ReadonlyArray<Difference>): Received<ReconciliationMessage> => ({
  type: "PlantReconciled",
  body: { plant, occurredAt: night(day), orders: 3, lots: 4, equal: 7 - differences.length, differences },
  metadata: envelope(day)
})

describe("a run", () => {
  it("records what it found, and how much there was", () => {
    specification(reconciliationDecider)
      .when(run(21, difference("a"), difference("b")))
      .thenRecords(
        { type: "DifferenceFound", data: difference("a") },
        { type: "DifferenceFound", data: difference("b") },
        { type: "PlantReconciled", data: { plant, orders: 3, lots: 4, equal: 5, differences: 2 } }
      )
  })

  it("records nothing twice, but what says other quantities by now", () => {
    specification(reconciliationDecider)
      .when(run(21, difference("a"), difference("b")), run(22, difference("a"), difference("b", "6")))
      .thenRecordsLike(["DifferenceFound", { id: "b" }], ["PlantReconciled", { differences: 2 }])
  })

  it("ends what it doesn't find; found again, that is new", () => {
    specification(reconciliationDecider)
      .when(run(21, difference("a"), difference("b")), run(22, difference("b")))
      .thenRecordsLike(["DifferenceGone", { id: "a" }], ["PlantReconciled", { differences: 1 }])
      .when(run(23, difference("a"), difference("b")))
      .thenRecordsLike(["DifferenceFound", { id: "a" }], ["PlantReconciled"])
  })
})

it("5,000 differences come and go without keeping the partition from its other streams", () => {
  const { evolve, initial } = reconciliationDecider
  const many = Array.from({ length: 5_000 }, (_, index) => difference(String(index)))
  const envelopeOf = { metadata: envelope(21), version: 1 }
  const begun = performance.now()
  const found = many.reduce((state, data) => evolve(state, { type: "DifferenceFound", data, ...envelopeOf }), initial)
  many.reduce((state, { id }) => evolve(state, { type: "DifferenceGone", data: { id }, ...envelopeOf }), found)
  // A copy of all that were found for each of them takes some ten seconds.
  expect(performance.now() - begun).toBeLessThan(1_500)
})

it("that a person lets a difference stand is recorded with why, without the badge", () => {
  const accepted = { plant, difference: "a", quantities: "0123", reason: "As agreed" }
  specification(reconciliationDecider)
    .when({
      type: "DifferenceAccepted",
      body: { ...accepted, occurredAt: night(21), badge: Badge.make("B7") },
      metadata: envelope(21)
    })
    .thenRecords({ type: "DifferenceAccepted", data: accepted })
})
