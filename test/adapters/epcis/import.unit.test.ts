// A partner's events: what of them becomes a message, and that they come back as they were.
import { Result } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { epcisDocument, type Original, type Originals } from "../../../adapters/epcis/document.ts"
import { preHashOf } from "../../../adapters/epcis/hash/event-hash.ts"
import { isObject, parseJson, writeJson } from "../../../adapters/epcis/json.ts"
import { type Imported, imported } from "../../../adapters/epcis/messages.ts"
import { readDocument } from "../../../adapters/epcis/read.ts"
import { reversible } from "../../../core/event/lot.ts"
import { encode } from "../../../core/journal/codec.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { recordedEvent } from "../../../core/journal/recorded.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import type { Publication } from "../../../core/port/broker.ts"
import { histories } from "./histories.ts"
import { examples, faultsOf, isAbsent, parsed } from "./official.ts"
import { sentBy, understood } from "./recorded.ts"

const ulm = PlantId.make("ulm")
const readAll = (text: string) => Result.getOrThrow(readDocument(text))
const importAll = (text: string) => Result.getOrThrow(imported(ulm, readAll(text)))
const hashes = (text: string) => readAll(text).map(({ hash }) => hash)

const asRecorded = (publication: Publication, index: number): ReadonlyArray<RecordedEvent> =>
  understood(publication).map(({ content, stream, type }) => {
    const row = {
      partition: 0,
      offset: index + 1,
      stream,
      version: index + 1,
      type,
      schemaVersion: 1,
      recordedAt: index
    }
    return recordedEvent({ ...row, content: encode(content), hash: new Uint8Array(32) })
  })

const typesOf = (found: ReadonlyArray<Imported>) => sentBy(found).map(({ type }) => type)
const bodiesOf = (found: ReadonlyArray<Imported>) =>
  sentBy(found).map(({ body }) => {
    const { epcis: _, ...said } = JSON.parse(new TextDecoder().decode(body))
    return said
  })

const original = ({ body }: Publication): Original => {
  const json = parseJson(new TextDecoder().decode(body))
  const carried = isObject(json) ? json.epcis : undefined
  if (!isObject(carried) || !isObject(carried.event)) throw new Error("It carries no event")
  return { event: carried.event, context: carried.context ?? null }
}

/** What the raw archive would give. */
const archived = (found: ReadonlyArray<Imported>): Originals =>
  new Map(sentBy(found).map((publication) => [hex(sha256(publication.body)), original(publication)]))

const exported = (found: ReadonlyArray<Imported>, originals?: Originals) =>
  epcisDocument(sentBy(found).flatMap(asRecorded), originals)

const said = (messages: string): string =>
  `{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","eventTime":"2026-11-23T05:00:00Z","eventTimeZoneOffset":"+01:00",${messages}}`

describe.skipIf(isAbsent)("GS1's examples (skipped where ../shared is absent)", () => {
  it.each(examples())("%s is read whole, and written again with the same hashes", (_name, text) => {
    const events = readAll(text)
    const again = writeJson({
      "@context": events[0]?.context ?? null,
      epcisBody: { eventList: events.map(({ event }) => event) }
    })
    expect(hashes(again)).toEqual(hashes(text))
    expect(JSON.parse(again).epcisBody.eventList).toEqual(JSON.parse(writeJson(parsed(text).events)))
  })

  const named = (name: string): string => examples().find(([found]) => found === name)?.[1] ?? ""

  it.each([
    ["Example_9.6.3-AggregationEvent", ["LotReceived", "LotReceived", "LotReceived"]],
    ["Example_9.6.3-AggregationEventWithDigitalLink", ["LotReceived", "LotReceived", "LotReceived"]],
    ["Example_9.6.4-TransformationEvent", ["MaterialConsumed", "MaterialProduced"]],
    ["Example_9.6.4-TransformationEventWithDigitalLink", ["MaterialConsumed", "MaterialProduced"]],
    [
      "transformation_event_all_possible_fields",
      ["MaterialConsumed", "ReportReversed", "MaterialProduced", "ReportReversed"]
    ]
  ])("%s goes through the journal and keeps its hash", (name, types) => {
    const text = named(name)
    const found = importAll(text)
    expect(typesOf(found)).toEqual(types)
    const document = exported(found, archived(found))
    expect(faultsOf(document)).toEqual([])
    expect(hashes(document)).toEqual(hashes(text))
    // Twice the same file is twice the same messages.
    expect(sentBy(importAll(text))).toEqual(sentBy(found))
  })

  it("an example says what it is about in the plant's words", () => {
    const [consumed, produced] = bodiesOf(importAll(named("Example_9.6.4-TransformationEvent")))
    expect(consumed).toMatchObject({
      orderId: "ni:///sha-256;c794227acf3a4d9be9ba1f8340425782f88a0f4e3f35b533a8bf8f1bc206a379?ver=CBV2.0",
      occurredAt: "2013-10-31T16:58:56.591+02:00",
      materials: [
        { scope: "enterprise", itemId: "04012345111224", lotId: "(21)25", quantity: { value: "1", unit: "EA" } },
        { scope: "enterprise", itemId: "04000001654321", lotId: "(21)99886655" },
        { scope: "enterprise", itemId: "04012345111118", lotId: "4444", quantity: { value: "10", unit: "KGM" } },
        { scope: "enterprise", itemId: "00614141777778", lotId: "987", quantity: { value: "30", unit: "EA" } },
        { itemId: "04012345666663", quantity: { value: "220", unit: "EA" } }
      ]
    })
    expect(consumed.materials[4]).not.toHaveProperty("lotId")
    expect(produced.materials).toHaveLength(4)
  })

  it("what no lot is said of is named, and the rest is recorded", () => {
    const [found] = importAll(named("Example_9.6.3-AggregationEvent"))
    expect(found?.unsaid).toEqual([{ what: "04012345987652", why: "It doesn't say which lot" }])
  })

  it("an event that its sender took back is recorded and taken back", () => {
    const text = named("transformation_event_all_possible_fields")
    const found = importAll(text)
    const [fact, back] = sentBy(found)
    expect(JSON.parse(new TextDecoder().decode(back?.body))).toMatchObject({
      reverses: { messageId: fact?.messageId },
      reason: "incorrect_data",
      occurredAt: "2013-11-07T14:00:00.000+01:00"
    })
    // Sent before it was in error, it is the same message: its second coming is a duplicate.
    const before = parseJson(text.replace(/"errorDeclaration": \{[^}]*\},/, ""))
    expect(sentBy(importAll(writeJson(before)))[0]).toEqual(fact)
  })
})

it("what Traveler wrote says the same once it was read and recorded again", () => {
  const content = (document: string) => {
    const { events, namespaces } = parsed(document)
    return events.map(({ "traveler:event": _place, ...event }) => preHashOf(event, namespaces))
  }
  const compared = new Set<string>()
  fc.assert(
    fc.property(histories(10), (history) => {
      // What the core itself sent of a lot of the whole enterprise names no plant, and the import has one.
      for (const event of history.filter(({ metadata }) => !metadata.source.startsWith("traveler/"))) {
        const document = epcisDocument([event])
        const found = Result.getOrThrow(imported(PlantId.make("plant-1"), readAll(document)))
        const recorded = sentBy(found).flatMap(asRecorded)
        if (recorded.length < sentBy(found).length || sentBy(found).length === 0) continue
        compared.add(event.type)
        expect(content(epcisDocument(recorded)), event.type).toEqual(content(document))
      }
    })
  )
  const orders = ["MaterialConsumed", "MaterialProduced", "MaterialReturned"]
  const leftOut = ["LotTakenOver", "LotReleased"]
  expect([...compared].toSorted()).toEqual(
    [...orders, ...reversible.filter((type) => !leftOut.includes(type))].toSorted()
  )
})

describe("a partner's event is written as it came only while the journal says the same", () => {
  const twoLots = said(
    `"type":"ObjectEvent","action":"OBSERVE","bizStep":"receiving","quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.A","quantity":5},{"epcClass":"urn:epc:class:lgtin:4012345.012345.B","quantity":7}]`
  )
  const reversalOf = (publication: Publication | undefined): Publication => {
    if (publication === undefined) throw new Error("Nothing was sent")
    const { itemId, lotId, scope } = JSON.parse(new TextDecoder().decode(publication.body))
    const reverses = { messageId: publication.messageId }
    const body = { itemId, lotId, scope, occurredAt: "2026-11-23T07:00:00Z", reverses, reason: "Miscounted" }
    return {
      ...publication,
      type: "LotReportReversed",
      routingKey: "ulm.LotReportReversed",
      messageId: `back/${publication.messageId}`,
      body: new TextEncoder().encode(JSON.stringify(body))
    }
  }
  /** As the lots' actors record it: each message of the event at the version that its reversal names. */
  const withReversals = (facts: ReadonlyArray<RecordedEvent>, backs: ReadonlyArray<Publication>) =>
    backs.map((publication): RecordedEvent => {
      const [recorded] = understood(publication)
      const fact = facts.find(({ stream }) => stream === recorded?.stream)
      if (recorded === undefined || fact === undefined) throw new Error("It takes back nothing")
      const takesBack = { type: "LotReceived" as const, quantities: [] }
      const content = {
        ...recorded.content,
        data: { ...Object(recorded.content.data), version: fact.version, takesBack }
      }
      const row = { partition: 0, offset: 100, stream: fact.stream, version: 100, schemaVersion: 1, recordedAt: 100 }
      return recordedEvent({ ...row, type: recorded.type, content: encode(content), hash: new Uint8Array(32) })
    })
  const eventsOf = (document: string): ReadonlyArray<{ readonly [name: string]: unknown }> =>
    JSON.parse(document).epcisBody.eventList

  const found = importAll(twoLots)
  const facts = sentBy(found).flatMap(asRecorded)
  const [first, second] = sentBy(found)

  it.each([
    ["first", [first], [true, false]],
    ["second", [second], [false, true]]
  ])("the %s of its two lots taken back alone: each lot is told for itself", (_name, backs, declared) => {
    const written = eventsOf(epcisDocument([...facts, ...withReversals(facts, backs.map(reversalOf))], archived(found)))
    expect(written.map((event) => "errorDeclaration" in event)).toEqual(declared)
    expect(written.map(({ quantityList }) => quantityList)).toMatchObject([[{ quantity: 5 }], [{ quantity: 7 }]])
  })

  it("both of them taken back: it is declared once, as it came", () => {
    const backs = withReversals(facts, [first, second].map(reversalOf))
    const document = epcisDocument([...facts, ...backs], archived(found))
    expect(hashes(document)).toEqual(hashes(twoLots))
    expect(eventsOf(document)[0]).toHaveProperty("errorDeclaration")
  })

  it("the raw message of one of its lots is gone: nothing is told twice", () => {
    const [kept] = archived(found)
    const written = eventsOf(epcisDocument(facts, new Map(kept === undefined ? [] : [kept])))
    expect(written.map(({ quantityList }) => quantityList)).toMatchObject([[{ quantity: 5 }], [{ quantity: 7 }]])
  })

  it("one of them was repaired: what was wrong is not told again", () => {
    const corrects = (event: RecordedEvent | undefined): ReadonlyArray<RecordedEvent> =>
      event === undefined ? [] : [{ ...event, metadata: { ...event.metadata, corrects: event.metadata } }]
    const [one, other] = facts
    const written = eventsOf(
      epcisDocument([...corrects(one), ...(other === undefined ? [] : [other])], archived(found))
    )
    expect(written.map(({ quantityList }) => quantityList)).toMatchObject([[{ quantity: 5 }], [{ quantity: 7 }]])
  })

  it("its own context goes with its document's", () => {
    const text = said(
      '"type":"ObjectEvent","action":"OBSERVE","bizStep":"receiving","acme:note":"cold","other:note":"dry","quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.A","quantity":5}]'
    )
    const event = parseJson(text)
    const standard = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
    const whole = writeJson({
      "@context": [standard, { acme: "https://acme.example/" }],
      type: "EPCISDocument",
      epcisBody: {
        eventList: [{ ...(isObject(event) ? event : {}), "@context": [{ other: "https://other.example/" }] }]
      }
    })
    const one = importAll(whole)
    expect(hashes(exported(one, archived(one)))).toEqual(hashes(whole))
  })
})

describe("what isn't as the standard has it is named", () => {
  const failure = (text: string) => Result.getOrThrow(Result.flip(readDocument(text)))

  it.each([
    ["not JSON", "{", "document", ""],
    ["no context", '{"type":"EPCISDocument","epcisBody":{"eventList":[]}}', "@context", "(none)"],
    ["another type", said('"type":"Event"'), "event.type", "Event"],
    [
      "a quantity of more digits than there are",
      said('"type":"ObjectEvent","quantityList":[{"epcClass":"urn:x:y","quantity":0.1000000000000000055}]'),
      "event.quantityList[0].quantity",
      "0.1000000000000000055"
    ],
    [
      "a quantity that is a text",
      said('"type":"ObjectEvent","quantityList":[{"epcClass":"urn:x:y","quantity":"1"}]'),
      "event.quantityList[0].quantity",
      "1"
    ],
    [
      "a time without a zone",
      said('"type":"ObjectEvent"').replace("00Z", "00"),
      "event.eventTime",
      "2026-11-23T05:00:00"
    ]
  ])("%s", (_name, text, field, value) => {
    expect(failure(text)).toMatchObject({ field, value, nextStep: expect.stringContaining("docs/epcis.md") })
  })
})

describe("an event that means nothing here is left out, with its reason", () => {
  const lot = '"quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.012345.998877","quantity":200.5,"uom":"KGM"}]'
  it.each([
    ["packing", said(`"type":"ObjectEvent","action":"ADD","bizStep":"packing",${lot}`), "packing"],
    [
      "shipped to nobody",
      said(`"type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping",${lot}`),
      "destinationList"
    ],
    [
      "a partner's release",
      said(`"type":"ObjectEvent","action":"OBSERVE","bizStep":"inspecting","disposition":"conformant",${lot}`),
      "inspecting"
    ],
    [
      "a release by a partner's Traveler, or by who says so",
      said(
        `"type":"ObjectEvent","action":"OBSERVE","bizStep":"inspecting","disposition":"conformant","traveler:event":"lot/enterprise/04012345123456/998877/3","traveler:reason":"In order",${lot}`
      ),
      "inspecting"
    ],
    [
      "a pallet",
      said(
        '"type":"ObjectEvent","action":"OBSERVE","bizStep":"receiving","epcList":["urn:epc:id:sscc:4012345.0000000333"]'
      ),
      "urn:epc:id:sscc:4012345.0000000333"
    ],
    [
      "a sensor in a container",
      said('"type":"AssociationEvent","action":"ADD","parentID":"urn:x:y"'),
      "AssociationEvent"
    ]
  ])("%s", (_name, text, what) => {
    const [found] = importAll(text)
    expect(found?.publications).toEqual([])
    expect(found?.unsaid.map((one) => one.what)).toEqual([what])
  })
})
