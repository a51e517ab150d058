// What a lot waits for.
import { describe, expect, it } from "vitest"
import { sentence } from "../../../../adapters/cli/why/reason.ts"
import { rankOf } from "../../../../core/message/rank.ts"
import * as Decimal from "../../../../core/plant/decimal.ts"
import { MessageId, Source } from "../../../../core/plant/identifiers.ts"
import { Unit } from "../../../../core/plant/quantity.ts"
import type { BalanceRow } from "../../../../projections/lots/queries.ts"
import { at, quantity, Writer } from "../../../projections/events.ts"
import { aCase, breachCase, caseId, decided, lot, mes, ofLot, said, streamOfLot, suspectedTwice } from "./known.ts"

const { itemId, lotId } = lot
const none = Decimal.zero
const onHand = (text: string): BalanceRow => ({
  unit: Unit.make("KGM"),
  takenOver: none,
  received: none,
  receivedBack: none,
  produced: none,
  returned: none,
  consumed: none,
  derived: none,
  passedOn: none,
  adjusted: none,
  sampled: none,
  scrapped: none,
  shipped: none,
  onHand: Decimal.fromText(text)
})

const found = (breach: string, kind: "negativeBalance" | "usedWhileRestricted", extent: string) =>
  ({ type: "LotBreachFound", data: { breach, kind, since: 1, extent: Decimal.fromText(extent) } }) as const

describe("a lot waits for", () => {
  it("nothing, where nothing is wrong with it", () => {
    const writer = new Writer()
    writer.write(streamOfLot, { type: "LotReleased", data: { itemId, lotId, reason: "Good" } })
    expect(sentence(ofLot(writer, { balances: [onHand("5")] }))).toBe(
      "Lot plant/plant-1/STEEL/L-1 waits for nothing: it is released, with 5 KGM in stock, and it has asked for no document."
    )
  })

  it("what it has given and never had, as much as is missing by now", () => {
    const writer = new Writer()
    writer.write(streamOfLot, found("negativeBalance/KGM", "negativeBalance", "3"))
    const cases = [breachCase("negativeBalance/KGM", "Lot L-1 of STEEL has given 3 KGM more than it had")]
    expect(said(ofLot(writer, { cases, balances: [onHand("-4")] }))).toEqual([
      "Lot plant/plant-1/STEEL/L-1 waits for 4 KGM that it has given and never had, by a decision on the breach " +
        "negativeBalance/KGM (Lot L-1 of STEEL has given 3 KGM more than it had): a supervisor has what came into the lot reported or the lot counted (LotAdjusted), " +
        `or waives it with: npm run traveler -- exceptions waive ${caseId} ${decided}`
    ])
  })

  it("what came into it, for as long as that may be on its way, and then for a person", () => {
    const writer = new Writer()
    const breach = found("negativeBalance/KGM", "negativeBalance", "3")
    writer.write(streamOfLot, breach)
    expect(said(ofLot(writer, { balances: [onHand("-3")] }))).toEqual([
      "Lot plant/plant-1/STEEL/L-1 waits for what came into it, which may be on its way: " +
        "Traveler asks a supervisor at 2026-11-23T06:01:00.000Z where it hasn't come"
    ])
    writer.write(streamOfLot, { ...breach, type: "LotBreachOverdue" })
    expect(ofLot(writer).reasons[0]?.waitsFor).toBe("the case about the breach negativeBalance/KGM")
  })

  it("a decision on its use while it was held, then for another word on its use", () => {
    const writer = new Writer()
    writer.write(
      streamOfLot,
      {
        type: "LotHeld",
        data: { itemId, lotId, reason: "Crack", signature: { role: "quality engineer", meaning: "approval" } }
      },
      { messageId: "q/1" }
    )
    writer.write(streamOfLot, found("usedWhileRestricted", "usedWhileRestricted", "1"))
    const cases = [breachCase("usedWhileRestricted", "Lot L-1 of STEEL was used once while it was held or rejected")]
    expect(said(ofLot(writer, { cases }))).toEqual([
      expect.stringContaining("has the lot's release reported (LotReleased), or waives it with: "),
      `Lot plant/plant-1/STEEL/L-1 waits for another word on its use, since it is held (Crack) by message q/1 of ${mes}: ` +
        "a person in the role quality engineer has LotReleased or LotRejected sent"
    ])
  })

  it("another word on its use, for the reason of the word that holds since a later one was taken back", () => {
    const writer = new Writer()
    const rejected = writer.write(
      streamOfLot,
      { type: "LotRejected", data: { itemId, lotId, reason: "Carbon" } },
      { messageId: "q/1" }
    )
    const word = writer.events[rejected - 1]
    if (word === undefined) throw new Error("It was written")
    writer.write(streamOfLot, { type: "LotReleased", data: { itemId, lotId, reason: "Good" } }, { messageId: "q/2" })
    writer.write(streamOfLot, {
      type: "LotReportReversed",
      data: {
        itemId,
        lotId,
        reverses: { messageId: MessageId.make("q/2") },
        reason: "Wrong lot",
        version: 2,
        takesBack: { type: "LotReleased", quantities: [] },
        nowHolds: { ...rankOf(word.metadata), disposition: "rejected" }
      }
    })
    expect(ofLot(writer, { balances: [onHand("5")] }).reasons[0]?.waitsFor).toBe(
      `another word on its use, since it is rejected (Carbon) by message q/1 of ${mes}`
    )
  })

  it("its scrapping, where it was rejected, for as long as there is any of it", () => {
    const writer = new Writer()
    writer.write(streamOfLot, { type: "LotRejected", data: { itemId, lotId, reason: "Carbon" } })
    expect(ofLot(writer, { balances: [onHand("0")] }).reasons).toEqual([])
    expect(said(ofLot(writer, { balances: [onHand("5")] }))[0]).toMatch(
      /it is rejected \(Carbon\).*: a quality engineer has it scrapped \(LotScrapped\)/
    )
  })

  it("a decision on what is left of it once it has expired", () => {
    const writer = new Writer()
    const expiresAt = at(60)
    writer.write(streamOfLot, {
      type: "LotReceived",
      data: { itemId, lotId, quantity: quantity("5", "KGM"), expiresAt }
    })
    writer.write(streamOfLot, { type: "LotExpired", data: { ...lot, expiresAt } })
    expect(said(ofLot(writer, { balances: [onHand("5")] }))[0]).toContain(
      "waits for a decision on the 5 KGM in stock, since it expired 2026-11-23T07:00:00.000Z: a quality engineer "
    )
    expect(ofLot(writer, { balances: [onHand("0")] }).reasons).toEqual([])
  })

  it("a message about it that is parked, or for its case to be opened", () => {
    const writer = new Writer()
    writer.park(streamOfLot, "mes/17")
    expect(said(ofLot(writer, { cases: [aCase()] }))).toEqual([expect.stringContaining("waits for message mes/17 of ")])
    expect(said(ofLot(writer))).toEqual([
      expect.stringContaining(`waits for the case about parked message mes/17 of ${mes}: Traveler opens it `)
    ])
    const message = { source: Source.make(mes), messageId: MessageId.make("mes/17") }
    writer.write(streamOfLot, { type: "ParkedMessageSettled", data: { message, caseId, resolution: "waived" } })
    expect(ofLot(writer, { cases: [aCase({ state: "closed", resolution: "waived" })] }).reasons).toEqual([])
  })

  it("last a decision on a message that may have been sent twice", () => {
    const writer = new Writer()
    suspectedTwice(writer, streamOfLot, "mes/17")
    writer.write(streamOfLot, { type: "LotHeld", data: { itemId, lotId, reason: "Crack" } })
    const { reasons } = ofLot(writer, { cases: [aCase({ recorded: true })] })
    expect(reasons.map(({ waitsFor }) => waitsFor)).toEqual([
      expect.stringMatching(/^another word on its use/),
      `a decision on whether message mes/17 of ${mes} is one report that was sent twice`
    ])
  })

  it("the report that a reversal takes back", () => {
    const writer = new Writer()
    const body = { itemId, lotId, occurredAt: at(0), reverses: { messageId: MessageId.make("wms/9") }, reason: "Twice" }
    writer.write(
      streamOfLot,
      { type: "LotReversalDeferred", data: { body, waitsFor: `${mes}\nwms/9` } },
      { messageId: "wms/10" }
    )
    const waiting = `report wms/9 of ${mes}, which LotReportReversed wms/10 takes back`
    expect(ofLot(writer).reasons.map(({ waitsFor }) => waitsFor)).toEqual([waiting])
    suspectedTwice(writer, streamOfLot, "wms/10")
    expect(ofLot(writer).reasons.map(({ waitsFor }) => waitsFor)).toEqual([waiting])
    writer.write(
      streamOfLot,
      { type: "MessageNoted", data: { type: "LotReportReversed", reason: "Waived" } },
      { messageId: "wms/10" }
    )
    expect(ofLot(writer).reasons).toEqual([])
  })
})
