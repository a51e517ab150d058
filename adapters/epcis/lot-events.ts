// What a lot's recorded event says in EPCIS, without its envelope. Pure; used by `document.ts` alone. docs/epcis.md has the
// table with its reasons.
import type { LotEvent } from "../../core/event/lot.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf } from "../../core/journal/stream.ts"
import type { PartnerId } from "../../core/plant/identifiers.ts"
import { type LotKey, lotKey, partOf } from "../../core/plant/lot.ts"
import { accumulate, none, type Quantity, Unit } from "../../core/plant/quantity.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import { locationUri, lotUri, partnerUri, textUri } from "./identifiers.ts"
import { type Json, type JsonObject, NumberText } from "./json.ts"
import {
  type Amount,
  besides,
  documents,
  given,
  keptAt,
  objects,
  plantOfLot,
  seenAt,
  size,
  transformed
} from "./said.ts"

type Recorded = RecordedEvent & LotEvent

const object = (action: "ADD" | "OBSERVE" | "DELETE", ...said: ReadonlyArray<JsonObject>): JsonObject =>
  Object.assign({ type: "ObjectEvent", action }, ...said)

const transformation = (...said: ReadonlyArray<JsonObject>): JsonObject =>
  Object.assign({ type: "TransformationEvent" }, ...said)

/** What everything of the lot is from then on: no more than a day in EPCIS, so the hour is said besides. */
const expiry = (expiresAt: OccurredAt | undefined): JsonObject =>
  expiresAt === undefined
    ? {}
    : { ilmd: { "cbvmda:itemExpirationDate": expiresAt.slice(0, 10), "traveler:expiresAt": expiresAt } }

const from = (partner: PartnerId | undefined): JsonObject =>
  partner === undefined ? {} : { sourceList: [{ type: "possessing_party", source: partnerUri(partner) }] }

const to = (partner: PartnerId): JsonObject => ({
  destinationList: [{ type: "possessing_party", destination: partnerUri(partner) }]
})

interface Part {
  readonly key: LotKey
  readonly quantity: Quantity
}
const amountOf = ({ key, quantity }: Part): Amount => ({ uri: lotUri(key), quantity })

/** All of the parts together, as the one lot that they come from or go into: a sum a unit. */
const together = (key: LotKey, parts: ReadonlyArray<Part>): ReadonlyArray<Amount> =>
  Object.entries(parts.reduce((sums, { quantity }) => accumulate(sums, quantity, 1), none)).map(([unit, value]) => ({
    uri: lotUri(key),
    quantity: { value, unit: Unit.make(unit) }
  }))

/** None where what it says is told by another stream, or is about no material. */
export const lotEventSaid = (event: Recorded): JsonObject | undefined => {
  const key = lotOf(event.stream)
  const plant = plantOfLot(key, event)
  const all: Amount = { uri: lotUri(key) }
  const some = (quantity: Quantity): Amount => ({ ...all, quantity })
  const decision = (bizStep: string, disposition: string, reason: string, signature: Json | undefined) =>
    object("OBSERVE", objects(all), { bizStep, disposition }, seenAt(plant), besides({ reason, signature }))
  switch (event.type) {
    case "LotReceived": {
      const { expiresAt, quantity, storageLocation, supplier } = event.data
      const certificate = supplier?.certificate
      return object(
        "ADD",
        objects(some(quantity)),
        { bizStep: "receiving" },
        keptAt(plant, storageLocation),
        documents(...(certificate === undefined ? [] : [{ type: "cert", uri: textUri("document", certificate) }])),
        from(supplier?.partnerId),
        expiry(expiresAt),
        besides({ supplierLot: supplier?.lotId })
      )
    }
    case "LotTakenOver": {
      const { expiresAt, quantity, storageLocation } = event.data
      return object(
        "ADD",
        objects(some(quantity)),
        { bizStep: "stock_taking" },
        keptAt(plant, storageLocation),
        expiry(expiresAt)
      )
    }
    case "LotSplit": {
      const parts = event.data.into.map((part) => ({ key: partOf(key, part), quantity: part.quantity }))
      return transformation(
        transformed(together(key, parts), parts.map(amountOf)),
        { bizStep: "repackaging" },
        seenAt(plant, event.data.storageLocation)
      )
    }
    case "LotMerged": {
      const parts = event.data.from.map((part) => ({ key: partOf(key, part), quantity: part.quantity }))
      return transformation(
        transformed(parts.map(amountOf), together(key, parts)),
        { bizStep: "repackaging" },
        seenAt(plant, event.data.storageLocation)
      )
    }
    case "LotTransferred": {
      const { quantity, storageLocation } = event.data
      const target = { key: lotKey(event.data.to, key.scope), quantity }
      return transformation(
        transformed([some(quantity)], [amountOf(target)]),
        { bizStep: "commissioning" },
        seenAt(plant, storageLocation)
      )
    }
    case "LotMoved": {
      const { quantity, ...places } = event.data
      const [source, destination] = [places.from, places.to].map((location) =>
        plant === undefined ? undefined : locationUri(plant, location)
      )
      return object(
        "OBSERVE",
        objects(some(quantity)),
        { bizStep: "storing" },
        keptAt(plant, places.to),
        given({
          sourceList: source === undefined ? undefined : [{ type: "location", source }],
          destinationList: destination === undefined ? undefined : [{ type: "location", destination }]
        })
      )
    }
    case "LotHeld":
      return decision("holding", "unavailable", event.data.reason, signed(event.data.signature))
    case "LotReleased":
      return decision("inspecting", "conformant", event.data.reason, signed(event.data.signature))
    case "LotRejected":
      return decision("inspecting", "non_conformant", event.data.reason, signed(event.data.signature))
    case "LotExpired":
      return object("OBSERVE", objects(all), { disposition: "expired" }, seenAt(plant))
    case "QualityReadingRecorded": {
      const { characteristic, unit, value } = event.data
      const type = textUri("characteristic", characteristic)
      const report = given({ type, value: new NumberText(value), uom: unit })
      return object("OBSERVE", objects(all), { bizStep: "inspecting" }, seenAt(plant), {
        sensorElementList: [{ sensorReport: [report] }]
      })
    }
    case "TestResultRecorded": {
      const { passed, reason, testSpecification } = event.data
      return object(
        "OBSERVE",
        objects(all),
        { bizStep: "inspecting" },
        seenAt(plant),
        documents({ type: "testprd", uri: textUri("test", testSpecification) }),
        besides({ passed, reason })
      )
    }
    case "LotSampled": {
      const { quantity, storageLocation, use } = event.data
      return object(
        use === "Destructive Sample" ? "DELETE" : "OBSERVE",
        objects(some(quantity)),
        { bizStep: "sampling" },
        seenAt(plant, storageLocation),
        besides({ use })
      )
    }
    case "LotScrapped": {
      const { quantity, scrapReason, storageLocation } = event.data
      return object(
        "DELETE",
        objects(some(quantity)),
        { bizStep: "destroying", disposition: "destroyed" },
        seenAt(plant, storageLocation),
        besides({ reason: scrapReason })
      )
    }
    case "LotAdjusted": {
      const { quantity, reason, storageLocation } = event.data
      return object(
        quantity.value.startsWith("-") ? "DELETE" : "ADD",
        objects(some(size(quantity))),
        { bizStep: "cycle_counting" },
        keptAt(plant, storageLocation),
        besides({ reason })
      )
    }
    case "LotShipped": {
      const { customer, document, quantity, storageLocation } = event.data
      return object(
        "OBSERVE",
        objects(some(quantity)),
        { bizStep: "shipping", disposition: "in_transit" },
        seenAt(plant, storageLocation),
        documents({ type: "desadv", uri: textUri("document", document) }),
        to(customer)
      )
    }
    case "LotReceivedBack": {
      const { customer, document, quantity, storageLocation } = event.data
      return object(
        "OBSERVE",
        objects(some(quantity)),
        { bizStep: "receiving", disposition: "returned" },
        keptAt(plant, storageLocation),
        documents({ type: "rma", uri: textUri("document", document) }),
        from(customer)
      )
    }
    // Told by the stream of the other lot or of the order, which said it first; or a reversal, which `document.ts` declares.
    case "LotDerived":
    case "LotPassedOn":
    case "LotConsumed":
    case "LotReturned":
    case "LotProduced":
    case "LotLineReversed":
    case "LotPassageReversed":
    case "LotReportReversed":
    case "LotReversalDeferred":
    // About Traveler's rules, not about material.
    case "LotBreachFound":
    case "LotBreachOverdue":
    case "LotBreachWithdrawn":
    case "LotBreachWaived":
      return undefined
  }
}

const signed = (signature: { readonly role: string; readonly meaning: string } | undefined): Json | undefined =>
  signature === undefined ? undefined : { "traveler:role": signature.role, "traveler:meaning": signature.meaning }
