// What a message waits for, or what it came to.
import { describe, expect, it } from "vitest"
import { carries, whyMessage } from "../../../../adapters/cli/why/message.ts"
import { sentence } from "../../../../adapters/cli/why/reason.ts"
import { MessageId, Source } from "../../../../core/plant/identifiers.ts"
import type { CaseRow } from "../../../../projections/exceptions/queries.ts"
import { at, Writer } from "../../../projections/events.ts"
import { about, aCase, caseId, mes, orderId, stream } from "./known.ts"

const message = { source: Source.make(mes), messageId: MessageId.make("mes/17") }

const saidOf = (
  writer: Writer,
  cases: ReadonlyArray<CaseRow> = [],
  documents: Parameters<typeof whyMessage>[0]["documents"] = []
) =>
  sentence(whyMessage({ message, events: writer.events.filter((event) => carries(event, "mes/17")), cases, documents }))

const started = (writer = new Writer()) => {
  writer.write(stream, { type: "OperationStarted", data: about }, { messageId: "mes/16" })
  writer.write(stream, { type: "OperationStarted", data: about }, { messageId: "mes/17" })
  return writer
}

describe("a message waits for", () => {
  it("nothing, once it is an event of its order", () => {
    expect(saidOf(started())).toBe(
      `Message mes/17 of ${mes} waits for nothing: it became version 2 (OperationStarted) of ${stream}, and the same again changes nothing.`
    )
  })

  it("nothing, where it changed nothing", () => {
    const writer = new Writer()
    writer.write(
      stream,
      { type: "MessageNoted", data: { type: "ReportReversed", reason: "Reversed before" } },
      { messageId: "mes/17" }
    )
    expect(saidOf(writer)).toContain(`waits for nothing: it changed nothing (Reversed before) in ${stream}.`)
  })

  it("its document, which is withheld", () => {
    const [document] = [{ waitsFor: "a decision", who: "a supervisor", how: "waives it" }]
    expect(saidOf(started(), [], [document])).toBe(
      `Message mes/17 of ${mes} waits for a decision: a supervisor waives it`
    )
  })

  it("a steward, where it is parked", () => {
    const writer = new Writer()
    writer.park(stream, "mes/17")
    expect(saidOf(writer, [aCase()])).toMatch(
      /waits for its repair, parked because of occurredAt .*: a steward corrects it with: /
    )
    expect(saidOf(writer)).toMatch(/waits for the case about message mes\/17: Traveler opens it/)
  })

  it("what it names, where it is a directive", () => {
    const writer = new Writer()
    const body = { orderId, occurredAt: at(0) }
    writer.write(
      stream,
      { type: "MessageDeferred", data: { type: "ProductionOrderClosed", body, waitsFor: "gap" } },
      { messageId: "mes/17" }
    )
    expect(saidOf(writer)).toContain(
      "waits for what is known to be missing, before ProductionOrderClosed mes/17 can hold: "
    )
  })

  it("nothing more, once its case is closed", () => {
    const writer = new Writer()
    writer.park(stream, "mes/17")
    const closed = aCase({ state: "closed", resolution: "waived", decisionReason: "A test" })
    expect(saidOf(writer, [closed])).toContain(
      `waits for nothing: its case ${caseId} was waived (A test); it became version 1 `
    )
  })
})
