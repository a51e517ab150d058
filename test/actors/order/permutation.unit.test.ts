// The facts of an order are a function of the set of its messages, never of the order they came in.
import { HashMap } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { orderDecider } from "../../../actors/order/decider.ts"
import type { OrderFacts } from "../../../actors/order/facts.ts"
import { messageKey } from "../../../core/message/metadata.ts"
import type { Amounts } from "../../../core/message/order.ts"
import { compareRanks, rankOf } from "../../../core/message/rank.ts"
import type { OperationId } from "../../../core/plant/identifiers.ts"
import { accumulate, none, type Sums } from "../../../core/plant/quantity.ts"
import { plain, specification } from "../../harness/decider-specification.ts"
import { arrivals, complete, keyOf, type PlantMessage, wild, withoutDuplicates } from "./histories.ts"
import { aboutOneOf, saidAfterEach, type Word } from "./words.ts"

const factsAfter = (messages: ReadonlyArray<PlantMessage>): OrderFacts =>
  specification(orderDecider).when(...messages).state.facts

describe.each([
  ["any messages, naming anything", wild],
  ["messages that leave no gap, ends included", complete]
] as const)("%s", (_, set) => {
  it("lead to the same facts in any order, with any duplicates", () => {
    fc.assert(
      fc.property(arrivals(set), ([all, shuffled, again]) => {
        const expected = factsAfter(all)
        const actual = factsAfter(withoutDuplicates([...again, ...shuffled]))
        expect(plain(actual)).toEqual(plain(expected))
      }),
      { numRuns: 100 }
    )
  }, 30_000)
})

it("what the ERP says, and what people decide on documents, changes no facts", () => {
  const onDocuments = ({ says }: Word) => says !== "overdue" && says !== "directiveWaived"
  fc.assert(
    fc.property(arrivals(wild), saidAfterEach, ([all, shuffled], said) => {
      const order = specification(orderDecider)
      shuffled.forEach((message, index) => {
        order.when(message)
        for (const [nth, word] of (said[index] ?? []).filter(onDocuments).entries()) {
          order.when(aboutOneOf(order.state.course, word, `word ${index}/${nth}`))
        }
      })
      expect(plain(order.state.facts)).toEqual(plain(factsAfter(all)))
    }),
    { numRuns: 100 }
  )
}, 30_000)

it("messages that leave no gap leave nothing waiting", () => {
  fc.assert(
    fc.property(arrivals(complete), ([, shuffled]) => {
      const { course } = specification(orderDecider).when(...shuffled).state
      expect(HashMap.size(course.deferred)).toBe(0)
    })
  )
})

/** Computed from the whole set at once, by the words of the rule, without the actor's code. */
const countedReports = (all: ReadonlyArray<PlantMessage>) => {
  const byKey = new Map(all.map((one) => [keyOf(one.metadata), one]))
  const targetOf = (one: PlantMessage): string | undefined => {
    if (one.type !== "ReportReversed" && one.type !== "ReportCorrected") return undefined
    const { messageId, source = (one.metadata.corrects ?? one.metadata).source } =
      one.type === "ReportReversed" ? one.body.reverses : one.body.corrects
    return messageKey({ source, messageId })
  }
  const naming = (type: PlantMessage["type"], key: string) =>
    all.filter((one) => one.type === type && targetOf(one) === key && keyOf(one.metadata) !== key)
  const ofRank = (one: PlantMessage) => rankOf(one.metadata)
  const onLine = (one: PlantMessage, seen: ReadonlySet<string> = new Set()): boolean => {
    const key = keyOf(one.metadata)
    if (seen.has(key)) return false
    // What the ERP had before is counted, and nobody corrects it.
    if (one.type === "OperationTakenOver") return false
    if (one.type !== "ReportCorrected") return "operationId" in one.body
    const target = targetOf(one) ?? ""
    const corrected = byKey.get(target)
    if (corrected === undefined || target === key) return false
    const [best] = naming("ReportCorrected", target).sort((a, b) => compareRanks(ofRank(b), ofRank(a)))
    return best === one && onLine(corrected, new Set([...seen, key]))
  }
  return all.filter((one) => {
    const key = keyOf(one.metadata)
    if (one.type === "OperationTakenOver") return true
    return onLine(one) && naming("ReportReversed", key).length === 0 && naming("ReportCorrected", key).length === 0
  })
}

interface Totals {
  reports: number
  finals: number
  good: Sums
  scrap: Sums
  nonconforming: Sums
  labor: Sums
}

it("the sums are those of the reports that count", () => {
  fc.assert(
    fc.property(arrivals(wild), ([all, shuffled]) => {
      const totals = new Map<OperationId, Totals>()
      for (const { type, body } of countedReports(all)) {
        if (!("operationId" in body) || "materials" in body) continue
        const total = totals.get(body.operationId) ?? {
          reports: 0,
          finals: 0,
          good: none,
          scrap: none,
          nonconforming: none,
          labor: none
        }
        const amounts: Amounts & { readonly operationId: OperationId; readonly final?: boolean } = body
        if (type !== "OperationStarted") total.reports++
        if (amounts.final === true) total.finals++
        total.good = accumulate(total.good, amounts.yield, 1)
        total.scrap = accumulate(total.scrap, amounts.scrap, 1)
        total.nonconforming = accumulate(total.nonconforming, amounts.nonconforming, 1)
        total.labor = accumulate(total.labor, amounts.laborTime, 1)
        totals.set(body.operationId, total)
      }
      const operations = HashMap.toEntries(factsAfter(shuffled).operations)
      expect(operations.length).toBe(totals.size)
      for (const [operationId, operation] of operations) expect(operation).toMatchObject(totals.get(operationId) ?? {})
    }),
    { numRuns: 100 }
  )
}, 30_000)
