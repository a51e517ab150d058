// The identity of an EPCIS event: the vectors of the reference implementation, and what must make no difference to it.
import { globSync } from "node:fs"
import { basename, join } from "node:path"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { eventHash, preHashOf } from "../../../adapters/epcis/hash/event-hash.ts"
import { standardNamespaces } from "../../../adapters/epcis/hash/values.ts"
import type { JsonObject } from "../../../adapters/epcis/json.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import { isAbsent, parsed, read, vectors } from "./official.ts"

const ni = (text: string) => `ni:///sha-256;${hex(sha256(new TextEncoder().encode(text)))}?ver=CBV2.0`

const lines = (path: string): ReadonlyArray<string> => {
  const [text = ""] = globSync(path).map((found) => read(found))
  return text.trim().split("\n")
}

/** Two documents are hashed without what a repository has added to their first event: its own marks. */
const marks = ["example:captureID", "repository-x:hash"]
const without = (event: JsonObject, names: ReadonlyArray<string>): JsonObject =>
  Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name)))

const documents = isAbsent ? [] : globSync(join(vectors, "examples/*.jsonld")).sort()

describe.skipIf(isAbsent)("vectors (skipped where ../shared is absent)", () => {
  it.each(documents.map((path) => basename(path, ".jsonld")))("%s", (name) => {
    const path = join(vectors, "examples", name)
    const { namespaces, events } = parsed(read(`${path}.jsonld`))
    const hashed = name.includes("IgnoreFields") ? events.map((event) => without(event, marks)) : events
    const hashes = lines(`${path}.hashes`)
    expect(hashed.map((event) => eventHash(event, namespaces))).toEqual(hashes)
    // Three of the lines are garbled, as their own hash says, and one file is missing; the others are compared as they stand.
    const texts = lines(`${path}.prehashes`)
    const whole = hashes.map((hash, place) => (ni(texts[place] ?? "") === hash ? texts[place] : undefined))
    const ours = hashed.map((event) => preHashOf(event, namespaces))
    expect(ours.filter((_, place) => whole[place] !== undefined)).toEqual(whole.filter((text) => text !== undefined))
  })

  it("all of them are there", () => {
    expect(documents.length).toBe(22)
  })

  it("what is expected equal is", () => {
    const { namespaces, events } = parsed(read(vectors, "expected_equal/ReferenceEventHashAlgorithm.json"))
    expect(new Set(events.map((event) => eventHash(event, namespaces))).size).toBe(1)
    expect(events.length).toBe(2)
  })
})

const hashOf = (text: string): string => {
  const { namespaces, events } = parsed(text)
  return eventHash(events[0] ?? {}, namespaces)
}

interface Said {
  readonly quantity: string
  readonly time: string
  readonly epcClass: string
  readonly bizStep: string
}
const said: Said = {
  quantity: "200.5",
  time: "2026-11-23T06:00:00.000Z",
  epcClass: "urn:epc:class:lgtin:4012345.012345.998877",
  bizStep: "receiving"
}

const documentOf = ({ bizStep, epcClass, quantity, time }: Said, prefix = "acme"): string =>
  `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"${prefix}":"https://acme.example/"}],
    "type":"EPCISDocument","epcisBody":{"eventList":[{"type":"ObjectEvent","action":"OBSERVE","eventTime":"${time}",
    "eventTimeZoneOffset":"+01:00","bizStep":"${bizStep}","${prefix}:note":"x",
    "quantityList":[{"epcClass":"${epcClass}","quantity":${quantity},"uom":"KGM"}]}]}}`

const same = (change: Partial<Said>, prefix?: string) =>
  expect(hashOf(documentOf({ ...said, ...change }, prefix))).toBe(hashOf(documentOf(said)))
const other = (change: Partial<Said>) =>
  expect(hashOf(documentOf({ ...said, ...change }))).not.toBe(hashOf(documentOf(said)))

describe("the same event, written in another way", () => {
  it("numbers with more zeros or an exponent", () => {
    same({ quantity: "200.500" })
    same({ quantity: "2.005e2" })
    same({ quantity: "20050E-2" })
    other({ quantity: "200.51" })
    other({ quantity: "-200.5" })
  })

  it("every digit of a number counts, also those that a float has not", () => {
    const many = "123456789012345678.000000000001"
    expect(hashOf(documentOf({ ...said, quantity: many }))).not.toBe(
      hashOf(documentOf({ ...said, quantity: "123456789012345678" }))
    )
    expect(hashOf(documentOf({ ...said, quantity: `${many}000` }))).toBe(
      hashOf(documentOf({ ...said, quantity: many }))
    )
  })

  it("times in another zone, or of another precision", () => {
    same({ time: "2026-11-23T07:00:00+01:00" })
    same({ time: "2026-11-23T06:00:00.0004Z" })
    other({ time: "2026-11-23T06:00:00.0005Z" })
  })

  it("identifiers as EPC URI and as Digital Link of any domain", () => {
    same({ epcClass: "https://id.gs1.org/01/04012345123456/10/998877" })
    same({ epcClass: "https://acme.example/some/gtin/4012345123456/lot/998877?linkType=all" })
    other({ epcClass: "https://acme.example/01/04012345123456" })
  })

  it("words of the vocabulary as URN, URI and compact URI", () => {
    same({ bizStep: "urn:epcglobal:cbv:bizstep:receiving" })
    same({ bizStep: "https://ref.gs1.org/cbv/BizStep-receiving" })
    same({ bizStep: "cbv:BizStep-receiving" })
  })

  it("another prefix for the same namespace", () => same({}, "other"))

  it("any order of its fields", () => {
    const { namespaces, events } = parsed(documentOf(said))
    const [event = {}] = events
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(event), { minLength: Object.keys(event).length }), (entries) => {
        expect(eventHash(Object.fromEntries(entries), namespaces)).toBe(eventHash(event, namespaces))
      })
    )
  })

  it("what is said of it later, and to people", () => {
    const { namespaces, events } = parsed(documentOf(said))
    const [event = {}] = events
    const more = {
      eventID: "urn:uuid:1",
      recordTime: "2026-11-24T00:00:00Z",
      "rdfs:comment": "hello",
      errorDeclaration: { declarationTime: "2026-11-24T00:00:00Z" }
    }
    expect(eventHash({ ...event, ...more }, namespaces)).toBe(eventHash(event, namespaces))
  })
})

it("texts are sorted by their bytes, which isn't JavaScript's own order", () => {
  const event = { type: "ObjectEvent", epcList: ["urn:x:\u{1F600}", "urn:x:\uFFFD"] }
  expect(preHashOf(event, standardNamespaces)).toBe("eventType=ObjectEventepcListepc=urn:x:\uFFFDepc=urn:x:\u{1F600}")
})
