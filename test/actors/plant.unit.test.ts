// What people say of a plant's vessels is kept word for word, in the plant's own stream.
import { expect, it } from "vitest"
import { plantDecider } from "../../actors/plant/decider.ts"
import { route } from "../../actors/route.ts"
import { sha256 } from "../../core/journal/hash.ts"
import { Badge, MessageId, PlantId, Source, StorageLocationId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { specification } from "../harness/decider-specification.ts"

const [plantId, badge] = [PlantId.make("ulm"), Badge.make("B7")]
const occurredAt = OccurredAt.make("2026-11-30T09:00:00+01:00")
const about = {
  plantId,
  storageLocation: StorageLocationId.make("TANK-1"),
  from: OccurredAt.make("2026-12-07T06:00:00+01:00"),
  reason: "It is a tank"
}
const metadata = {
  source: Source.make("traveler/traveler.commands/cli"),
  messageId: MessageId.make("m1"),
  digest: sha256(new Uint8Array([1])),
  queue: "traveler.commands",
  occurredAt
}
const said = { type: "VesselDefined", body: { ...about, mixing: "mixed", occurredAt, badge }, metadata } as const

it("is kept without the badge, which is outside the chain", () => {
  specification(plantDecider)
    .when(said)
    .thenRecords({ type: "VesselDefined", data: { ...about, mixing: "mixed" } })
})

it("goes to the plant that it is about, whichever it came by", () => {
  expect(route(PlantId.make("linz"), said)).toBe("plant/ulm")
})
