// A difference as it is told: its id, its age, its value, and the command that mends it.
import { describe, expect, it } from "vitest"
import { idOf, sameIn, told } from "../../../adapters/reconciliation/differences.ts"
import type { Finding } from "../../../adapters/reconciliation/finding.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { type DifferenceKind, shownQuantities } from "../../../core/message/reconciliation.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { CaseId, ItemId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"

const plant = PlantId.make("ulm")
const stream = orderStream(plant, OrderId.make("4711"))
const steel = ItemId.make("STEEL")
const price = { itemId: steel, unit: Unit.make("KGM"), value: fromText("150"), currency: "EUR", per: fromText("100") }

const finding = (some: Partial<Finding> = {}): Finding => ({
  ...{ stream, kind: "failed", about: `${stream}/3/confirmation` },
  ...{ reported: { "10: good EA": fromText("5") }, journal: { "10: good EA": fromText("0") }, erp: {} },
  items: [],
  ...some
})

const known = {
  ...{
    plant,
    now: Date.parse("2026-11-24T02:00:00Z"),
    before: new Map(),
    prices: new Map([["STEEL", price]]),
    cases: []
  }
}

const row = (some: Partial<CaseRow>): CaseRow => ({
  ...{
    id: CaseId.make("0123456789abcdef0123456789abcdef"),
    state: "open",
    resolution: null,
    subject: "posting",
    plant
  },
  ...{ waiting: stream, failureClass: "BusinessRuleViolation", field: "code", value: "PERIOD", reason: "Closed" },
  ...{ nextStep: "Open it", ownerRole: "supervisor", attempts: 0, digest: null, source: null, messageId: null },
  ...{ messageType: null, contentType: null, queue: null, sequence: null, recorded: null, breach: null, posting: null },
  ...{ decidedBy: null, decisionReason: null, openedAt: new Date(0), updatedAt: new Date(0), traceparent: null },
  ...some
})

describe("a difference", () => {
  it("is the same for as long as it is about the same, and another once it says other quantities", () => {
    expect(idOf(finding())).toBe(idOf(finding({ since: 3 })))
    expect(idOf(finding())).not.toBe(idOf(finding({ kind: "withheld" })))
    expect(shownQuantities(finding())).toBe(shownQuantities(finding({ items: [], since: 3 })))
    const more = { "10: good EA": fromText("6") }
    expect(shownQuantities(finding())).not.toBe(shownQuantities(finding({ reported: more })))
  })

  it("is there at a second look, too, where both sides have gone on by as much meanwhile", () => {
    const stock = (journal: string, erp: string, beyond: string) =>
      finding({
        ...{ kind: "stock", about: "KGM", beyond: { KGM: fromText(beyond) } },
        ...{ journal: { KGM: fromText(journal) }, erp: { KGM: fromText(erp) } }
      })
    expect(sameIn([stock("87", "92", "5")])(stock("80", "85", "5"))).toBe(true)
    expect(sameIn([stock("87", "92", "5")])(stock("87", "86", "-1"))).toBe(false)
    expect(sameIn([])(stock("87", "92", "5"))).toBe(false)
  })

  it("is there since its oldest document, else since the run that saw it first", () => {
    const since = Date.parse("2026-11-23T06:00:00Z")
    expect(told(finding({ since }), known).since).toBe("2026-11-23T06:00:00.000Z")
    expect(told(finding(), known).since).toBe("2026-11-24T02:00:00.000Z")
    const first = OccurredAt.make("2026-11-20T02:00:00.000Z")
    expect(told(finding(), { ...known, before: new Map([[idOf(finding()), first]]) }).since).toBe(first)
  })

  it("is worth what its items are at standard price, in the unit in which they are kept", () => {
    const moved = (value: string, unit = "KGM") => ({ itemId: steel, unit, value: fromText(value) })
    expect(told(finding({ items: [moved("5"), moved("0.333")] }), known).value).toEqual({ value: "8", currency: "EUR" })
    expect(told(finding({ items: [moved("5", "EA")] }), known)).not.toHaveProperty("value")
    expect(told(finding(), known)).not.toHaveProperty("value")
  })

  const id = CaseId.make("0123456789abcdef0123456789abcdef")
  const decided = "--by NAME --reason TEXT"
  it.each<[DifferenceKind, Partial<CaseRow>, string]>([
    ["failed", { posting: `${stream}/3/confirmation` }, `exceptions resubmit ${id} ${decided}`],
    ["failed", {}, `why posting ${stream}/3/confirmation`],
    ["withheld", { subject: "breach" }, `exceptions waive ${id} ${decided}`],
    ["withheld", { subject: "message" }, `exceptions resubmit ${id} --body FILE ${decided}`],
    ["deferred", {}, `why posting ${stream}/3/confirmation`],
    ["inDoubt", {}, "postings --plant ulm --wait"],
    ["onItsWay", {}, "postings --plant ulm --wait"],
    ["omitted", {}, `reconcile repair ${idOf(finding({ kind: "omitted" }))} ${decided}`],
    ["gone", {}, `reconcile repair ${idOf(finding({ kind: "gone" }))} ${decided}`]
  ])("that is %s is mended by its command", (kind, some, repair) => {
    expect(told(finding({ kind }), { ...known, cases: [row(some)] }).repair).toBe(repair)
  })

  it("about a message is mended by its case", () => {
    const parked = finding({ kind: "parkedMessage", about: id })
    const cases = [row({ subject: "message", failureClass: "TechnicalFailure" })]
    expect(told(parked, { ...known, cases }).repair).toBe(`exceptions resubmit ${id} ${decided}`)
    const waiting = finding({ kind: "waitingDirective", about: "m-1" })
    const overdue = [row({ subject: "directive", messageId: "m-1" })]
    expect(told(waiting, { ...known, cases: overdue }).repair).toBe(`exceptions waive ${id} ${decided}`)
    expect(told(waiting, known).repair).toBe("why order ulm/4711")
  })
})
