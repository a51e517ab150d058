// What an order's way to the MES waits for, who can mend it, and how.
import { describe, expect, it } from "vitest"
import type { ReleaseEvent } from "../../../../core/event/release.ts"
import { failure, Writer } from "../../../projections/events.ts"
import { aCase, caseId, decided, ofOrder, said, stream } from "./known.ts"

const step = { revision: 2, attempt: 1 }
const started: ReleaseEvent = {
  type: "ReleaseStarted",
  data: {
    revision: 2,
    policy: {
      checks: [{ check: "materialAvailable", withinSeconds: 60, withoutAnswer: "stop" }],
      acknowledgedWithinSeconds: 900
    }
  }
}
const passed: ReleaseEvent = { type: "ReleaseCheckPassed", data: { ...step, check: "materialAvailable" } }
const dispatched: ReleaseEvent = {
  type: "ProductionOrderDispatched",
  data: { ...step, acknowledgedWithinSeconds: 900 }
}
const acknowledged: ReleaseEvent = { type: "ReleaseAcknowledged", data: { ...step, by: "answer" } }
const reported: ReleaseEvent = { type: "ReleaseReported", data: step }
const stopped: ReleaseEvent = { type: "ReleaseStopped", data: { ...step, at: "checks", failure } }

const led = (...events: ReadonlyArray<ReleaseEvent>) => {
  const writer = new Writer()
  for (const event of events) writer.write(stream, event)
  return writer
}

describe("an order on its way to the MES waits", () => {
  it.each([
    ["an answer to the release check materialAvailable", "Traveler asks it again", [started]],
    ["its dispatch to the MES", "Traveler does it", [started, passed]],
    [
      "the MES's acknowledgement of revision 2",
      "the MES sends ProductionOrderAcknowledged; an integrator is asked where it hasn't come by 2026-11-23T06:15:02.000Z",
      [started, passed, dispatched]
    ],
    ["the ERP to hear that the MES has it", "Traveler tells it", [started, passed, dispatched, acknowledged]],
    ["the case about its release", "Traveler opens it", [started, stopped]]
  ] as const)("for %s: %s", (waitsFor, who, events) => {
    const [only, ...others] = said(ofOrder(led(...events)))
    expect(only).toContain(`waits for ${waitsFor}`)
    expect(only).toContain(who)
    expect(others).toEqual([])
  })

  it("for the person who decides on its case", () => {
    const row = aCase({
      subject: "release",
      field: "materialAvailable",
      reason: "The ERP has too little",
      nextStep: "Have it delivered; then: traveler exceptions resubmit ID",
      ownerRole: "supervisor"
    })
    expect(said(ofOrder(led(started, stopped), { cases: [row] }))).toEqual([
      `Order plant-1/4711 waits for a decision on its release, which stands at materialAvailable (The ERP has too little): a supervisor mends the cause (Have it delivered), then has it tried again with: npm run traveler -- exceptions resubmit ${caseId} ${decided}`
    ])
  })

  it("for nothing once it is there, or where its plant's orders go there some other way", () => {
    expect(ofOrder(led(started, passed, dispatched, acknowledged, reported)).reasons).toEqual([])
    expect(ofOrder(led()).reasons).toEqual([])
  })
})
