// The truth of a made-up plant is a fold over the set of what was heard: in any order, and with what is taken back.
import { describe, expect, it } from "vitest"
import { type MeantMessage, truthOf } from "../../../adapters/simulator/truth.ts"

const message = (messageId: string, means: MeantMessage["means"]): MeantMessage => ({
  exchange: "mes.events",
  type: "OperationConfirmed",
  messageId,
  body: {},
  at: 0,
  means
})

const report = (messageId: string, amount: number, takesBack?: string) =>
  message(messageId, {
    entries: [{ book: "orders", cell: "good", amount }],
    ...(takesBack === undefined ? {} : { takesBack })
  })
const reversal = (messageId: string, takesBack: string) => message(messageId, { entries: [], takesBack })
const word = (messageId: string, at: number, is: "held" | "released") =>
  message(messageId, { entries: [], word: { lot: "lot L", at, is } })

const good = (...messages: ReadonlyArray<MeantMessage>) => truthOf(messages).orders.good

describe("reports", () => {
  it("add up, each id once", () => {
    expect(good(report("1", 1_500), report("2", 250), report("2", 250))).toBe("1.75")
  })
  it("that come to nothing have no cell", () => {
    expect(good(report("1", 1_500), report("2", -1_500))).toBeUndefined()
  })
})

describe("a reversal", () => {
  it("takes its report back, whichever comes first", () => {
    expect(good(reversal("2", "1"), report("1", 1_000), report("3", 7_000))).toBe("7")
  })
  it("of a report that wasn't heard waits", () => {
    expect(good(reversal("2", "1"), report("3", 7_000))).toBe("7")
  })
})

describe("a correction", () => {
  it("takes its report's place", () => {
    expect(good(report("1", 1_000), report("2", 400, "1"))).toBe("0.4")
  })
  it("of a report that wasn't heard waits, and so does what reverses it", () => {
    expect(good(report("2", 400, "1"))).toBeUndefined()
    expect(good(report("2", 400, "1"), reversal("3", "2"), report("4", 1_000))).toBe("1")
  })
  it("that is reversed leaves nothing", () => {
    expect(good(report("1", 1_000), report("2", 400, "1"), reversal("3", "2"))).toBeUndefined()
  })
})

describe("words on a lot", () => {
  const status = (...messages: ReadonlyArray<MeantMessage>) => truthOf(messages).lots["lot L: status"]
  it("hold until the next one's time, whichever comes first", () => {
    expect(status(word("2", 20, "released"), word("1", 10, "held"))).toBe("released")
  })
  it("that are taken back hold no more", () => {
    expect(status(word("1", 10, "held"), word("2", 20, "released"), reversal("3", "2"))).toBe("held")
  })
})

describe("an order's plan", () => {
  const plan = (messageId: string, revision: number, amount: number) =>
    message(messageId, { entries: [], plan: { order: "order gear/PO-1", revision, amount, unit: "EA" } })
  const planned = (...messages: ReadonlyArray<MeantMessage>) => truthOf(messages).orders["order gear/PO-1: planned"]

  it("is that of the highest revision, whichever comes first", () => {
    expect(planned(plan("2", 2, 12_000), plan("1", 1, 10_000))).toBe("12 EA by revision 2")
    expect(planned(plan("1", 1, 10_000), plan("2", 2, 12_000))).toBe("12 EA by revision 2")
  })
  it("is the earlier one's where the later one isn't heard, and unknown where none is", () => {
    expect(planned(plan("1", 1, 10_000))).toBe("10 EA by revision 1")
    expect(planned()).toBeUndefined()
  })
  it("is nothing while its release isn't heard: a change waits for it", () => {
    expect(planned(plan("2", 2, 12_000))).toBeUndefined()
  })
})
