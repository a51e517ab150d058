// What is exported: a document that GS1's own schema takes, whose events are named by what they say.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { epcisDocument } from "../../../adapters/epcis/document.ts"
import { eventHash } from "../../../adapters/epcis/hash/event-hash.ts"
import { lotStream, orderStream } from "../../../core/journal/stream.ts"
import { ItemId, LotId, MessageId, OrderId, PartnerId, StorageLocationId } from "../../../core/plant/identifiers.ts"
import { type LotKey, LotScope } from "../../../core/plant/lot.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { plant, quantity, Writer } from "../../projections/events.ts"
import { histories } from "./histories.ts"
import { examples, faultsOf, isAbsent, parsed } from "./official.ts"

describe.skipIf(isAbsent)("GS1's schema (skipped where ../shared is absent)", () => {
  it.each(examples())("takes GS1's own %s, and not without its time", (_name, text) => {
    expect(faultsOf(text)).toEqual([])
    expect(faultsOf(text.replaceAll('"eventTime"', '"noTime"'))).not.toEqual([])
  })

  it("takes every document that a history becomes", () => {
    fc.assert(
      fc.property(histories(20), (history) => {
        expect(faultsOf(epcisDocument(history))).toEqual([])
      })
    )
  })
})

it("every event is named by the hash of what it says, and no two alike", () => {
  fc.assert(
    fc.property(histories(20), (history) => {
      const { events, namespaces } = parsed(epcisDocument(history))
      const ids = events.map(({ eventID }) => eventID)
      expect(ids).toEqual(events.map((event) => eventHash(event, namespaces)))
      expect(new Set(ids).size).toBe(ids.length)
    })
  )
})

it("the same events are the same bytes, in whichever order they were found", () => {
  fc.assert(
    fc.property(histories(10), fc.infiniteStream(fc.nat()), (history, random) => {
      const keys = new Map(history.map((event) => [event, random.next().value]))
      const other = history.toSorted((left, right) => (keys.get(left) ?? 0) - (keys.get(right) ?? 0))
      expect(epcisDocument(other)).toBe(epcisDocument(history))
    })
  )
})

const steel: LotKey = {
  scope: LotScope.make("plant/plant-1"),
  itemId: ItemId.make("STEEL/7"),
  lotId: LotId.make("L-1")
}
const { itemId, lotId } = steel

const eventsOf = (writer: Writer) => JSON.parse(epcisDocument(writer.events)).epcisBody.eventList

it("a receipt names its lot, its place, its supplier and its expiry", () => {
  const writer = new Writer()
  const data = {
    itemId,
    lotId,
    quantity: quantity("100.50", "KGM"),
    storageLocation: StorageLocationId.make("YARD"),
    supplier: { partnerId: PartnerId.make("4012345000009"), lotId: LotId.make("77"), certificate: "COA-5" },
    expiresAt: OccurredAt.make("2027-01-01T00:00:00+01:00")
  }
  writer.write(
    lotStream(steel),
    { type: "LotReceived", data },
    { occurredAt: OccurredAt.make("2026-11-23T06:00:00+01:00") }
  )
  const [{ eventID: _, ...received }] = eventsOf(writer)
  expect(received).toEqual({
    type: "ObjectEvent",
    recordTime: "2026-11-23T06:00:00.000Z",
    eventTime: "2026-11-23T05:00:00.000Z",
    eventTimeZoneOffset: "+01:00",
    action: "ADD",
    quantityList: [{ epcClass: "urn:traveler:lot:plant%2Fplant-1:STEEL%2F7:L-1", quantity: 100.5, uom: "KGM" }],
    bizStep: "receiving",
    readPoint: { id: "urn:traveler:plant:plant-1" },
    bizLocation: { id: "urn:traveler:location:plant-1:YARD" },
    bizTransactionList: [{ type: "cert", bizTransaction: "urn:traveler:document:COA-5" }],
    sourceList: [{ type: "possessing_party", source: "https://id.gs1.org/417/4012345000009" }],
    ilmd: { "cbvmda:itemExpirationDate": "2027-01-01", "traveler:expiresAt": "2027-01-01T00:00:00+01:00" },
    "traveler:supplierLot": "77",
    "traveler:event": "lot/plant%2Fplant-1/STEEL%2F7/L-1/1"
  })
})

it("what an order consumed and produced is one transformation in parts", () => {
  const writer = new Writer()
  const orderId = OrderId.make("PO-1")
  const into = { itemId: ItemId.make("GEAR"), lotId: LotId.make("G-1") }
  const materials = [
    { itemId, lotId, quantity: quantity("6", "KGM") },
    { itemId, lotId, quantity: quantity("2", "KGM"), into }
  ]
  const stream = orderStream(plant, orderId)
  writer.write(stream, { type: "MaterialConsumed", data: { orderId, materials } })
  writer.write(stream, {
    type: "MaterialProduced",
    data: { orderId, materials: [{ ...into, quantity: quantity("4") }] }
  })
  const events = eventsOf(writer)
  expect(new Set(events.map((event: { transformationID: string }) => event.transformationID))).toEqual(
    new Set(["urn:traveler:order:plant-1:PO-1"])
  )
  const lot = "urn:traveler:lot:plant%2Fplant-1:STEEL%2F7:L-1"
  const gear = "urn:traveler:lot:plant%2Fplant-1:GEAR:G-1"
  expect(events).toMatchObject([
    { inputQuantityList: [{ epcClass: lot, quantity: 6, uom: "KGM" }] },
    { inputQuantityList: [{ epcClass: lot, quantity: 2, uom: "KGM" }], outputQuantityList: [{ epcClass: gear }] },
    { outputQuantityList: [{ epcClass: gear, quantity: 4 }] }
  ])
  expect(events[0]).not.toHaveProperty("outputQuantityList")
})

it("what was taken back is there once, with the declaration", () => {
  const writer = new Writer()
  const stream = lotStream(steel)
  const shipped = { itemId, lotId, quantity: quantity("5"), customer: PartnerId.make("C-1"), document: "DN-1" }
  const version = writer.write(stream, { type: "LotShipped", data: shipped })
  const before = eventsOf(writer)
  const takesBack = { type: "LotShipped" as const, quantities: [quantity("5")] }
  const reverses = { messageId: MessageId.make("m-0") }
  writer.write(stream, {
    type: "LotReportReversed",
    data: { itemId, lotId, reverses, reason: "Wrong truck", version, takesBack }
  })
  const errorDeclaration = {
    declarationTime: "2026-11-23T06:00:01.000Z",
    reason: "did_not_occur",
    "traveler:reason": "Wrong truck"
  }
  expect(eventsOf(writer)).toEqual([{ ...before[0], errorDeclaration }])
})

it("a lot of the whole enterprise whose item is a GTIN is named as GS1 does", () => {
  const named = (scope: string, item: string, lot: string, amount = quantity("1")) => {
    const writer = new Writer()
    const key = { scope: LotScope.make(scope), itemId: ItemId.make(item), lotId: LotId.make(lot) }
    writer.write(lotStream(key), {
      type: "LotScrapped",
      data: { itemId: key.itemId, lotId: key.lotId, quantity: amount, scrapReason: "burr" }
    })
    const [{ epcList, quantityList }] = eventsOf(writer)
    return epcList?.[0] ?? quantityList[0].epcClass
  }
  expect(named("enterprise", "04012345123456", "998877")).toBe("https://id.gs1.org/01/04012345123456/10/998877")
  expect(named("enterprise", "04012345123456", "(21)25/7")).toBe("https://id.gs1.org/01/04012345123456/21/25%2F7")
  // Two plants may use one number for two lots, which GS1 doesn't allow; and a digit is wrong.
  expect(named("plant/ulm", "04012345123456", "998877")).toBe("urn:traveler:lot:plant%2Fulm:04012345123456:998877")
  expect(named("enterprise", "04012345123457", "998877")).toBe("urn:traveler:lot:enterprise:04012345123457:998877")
})
