// What a message waits for, or what it came to.
import { describe, expect, it } from "vitest"
import { carries, whyMessage } from "../../../../adapters/cli/why/message.ts"
import { sentence } from "../../../../adapters/cli/why/reason.ts"
import { MessageId, Source } from "../../../../core/plant/identifiers.ts"
import type { CaseRow } from "../../../../projections/exceptions/queries.ts"
import { at, failure, subjectOf, Writer } from "../../../projections/events.ts"
import { about, aCase, caseId, decided, lot, mes, orderId, stream, streamOfLot, suspectedTwice } from "./known.ts"

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

  it("what it names, though it let another directive go on in its own turn", () => {
    const writer = new Writer()
    const body = { orderId, occurredAt: at(0) }
    const closing = { type: "ProductionOrderClosed", body, waitsFor: "gap" } as const
    writer.write(stream, { type: "MessageDeferred", data: closing }, { messageId: "mes/17" })
    const directive = { source: Source.make(mes), messageId: MessageId.make("mes/9") }
    writer.write(stream, { type: "DirectiveWentOn", data: { directive } }, { messageId: "mes/17", part: 1 })
    expect(saidOf(writer)).toContain("waits for what is known to be missing, before ProductionOrderClosed mes/17")
    const data = { orderId, reason: "Settled" }
    writer.write(stream, { type: "ProductionOrderClosed", data }, { messageId: "mes/17", part: undefined })
    expect(saidOf(writer)).toContain("waits for nothing: ")
  })

  it("nothing, where what it waited for came with it", () => {
    const writer = new Writer()
    const body = { orderId, occurredAt: at(0) }
    const closing = { type: "ProductionOrderClosed", body, waitsFor: "gap" } as const
    writer.write(stream, { type: "MessageDeferred", data: closing }, { messageId: "mes/17" })
    const noted = { type: "MessageNoted", data: { type: "ProductionOrderClosed", reason: "Closed before" } } as const
    writer.write(stream, noted, { messageId: "mes/17", part: 1 })
    expect(saidOf(writer)).toContain("waits for nothing: ")
  })

  it("the report that it takes back, where it is a lot's reversal", () => {
    const writer = new Writer()
    const { itemId, lotId } = lot
    const body = { itemId, lotId, occurredAt: at(0), reverses: { messageId: MessageId.make("wms/9") }, reason: "Twice" }
    writer.write(
      streamOfLot,
      { type: "LotReversalDeferred", data: { body, waitsFor: `${mes}\nwms/9` } },
      { messageId: "mes/17" }
    )
    expect(saidOf(writer)).toContain(
      `waits for report wms/9 of ${mes}, which LotReportReversed mes/17 takes back: an integrator has it sent; `
    )
  })

  it("a decision on whether it was sent twice, after all else that it waits for", () => {
    const writer = started()
    suspectedTwice(writer, stream, "mes/17")
    const row = aCase({ recorded: true, field: "message-id", value: "(another)" })
    const question = `a decision on whether message mes/17 of ${mes} is one report that was sent twice`
    expect(saidOf(writer, [row])).toBe(
      `Message mes/17 of ${mes} waits for ${question}: ` +
        `a steward reverses one of the two where it is, then waives it with: npm run traveler -- exceptions waive ${caseId} ${decided}`
    )
    expect(saidOf(writer)).toContain("waits for the case about whether message mes/17 is one report that was sent ")
    const document = { waitsFor: "its turn", who: "Traveler", how: "sends it" }
    const known = { message, events: writer.events.filter((event) => carries(event, "mes/17")), cases: [row] }
    expect(whyMessage({ ...known, documents: [document] }).reasons.map(({ waitsFor }) => waitsFor)).toEqual([
      "its turn",
      question
    ])
    expect(saidOf(writer, [{ ...row, state: "closed", resolution: "waived" }])).toContain(
      "waits for nothing: its case "
    )
  })

  it("what it waits for as a directive, where it may have been sent twice as well", () => {
    const writer = new Writer()
    const body = { orderId, occurredAt: at(0) }
    writer.write(
      stream,
      { type: "MessageDeferred", data: { type: "ProductionOrderClosed", body, waitsFor: "gap" } },
      { messageId: "mes/17" }
    )
    suspectedTwice(writer, stream, "mes/17")
    expect(saidOf(writer, [aCase({ recorded: true })])).toContain("waits for what is known to be missing, before ")
  })

  it("nothing, where another body came under its id and is parked by a name of its own", () => {
    const writer = started()
    const another = subjectOf("mes/17#ab")
    writer.write(stream, { type: "MessageParked", data: { failure, subject: another } }, { messageId: "mes/17" })
    expect(saidOf(writer)).toContain("waits for nothing: it became version 2 (OperationStarted) of ")
    const events = writer.events.filter((event) => carries(event, "mes/17#ab"))
    const why = whyMessage({ message: another.message, events, cases: [], documents: [] })
    expect(why.reasons.map(({ waitsFor }) => waitsFor)).toEqual(["the case about message mes/17#ab"])
    const row = aCase({ messageId: "mes/17#ab", field: "message-id", value: "mes/17", reason: "Handled before" })
    expect(whyMessage({ message: another.message, events, cases: [row], documents: [] }).reasons[0]?.waitsFor).toBe(
      'a decision on it, parked because of message-id "mes/17" (Handled before)'
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
