// The facts of a lot are a function of the set of its messages, never of the order they came in.
import fc from "fast-check"
import { expect, it } from "vitest"
import { lotDecider } from "../../../actors/lot/decider.ts"
import { plain, specification } from "../../harness/decider-specification.ts"
import * as store from "./store.ts"

const each = fc.integer({ min: 1, max: 100 })
const at = fc.integer({ min: 0, max: 20 })
const moves = [
  store.shipped,
  store.receivedBack,
  store.split,
  store.merged,
  store.transferred,
  store.adjusted,
  store.scrapped,
  store.sampled,
  store.derived,
  store.passedOn,
  store.returned,
  store.produced
]

const anything = fc.oneof(
  fc.tuple(fc.constantFrom(...moves), at, each).map(
    ([move, at, each]) =>
      (id: string) =>
        move(id, at, each)
  ),
  fc.tuple(each, fc.option(at)).map(
    ([each, expiry]) =>
      (id: string) =>
        store.received(id, each, expiry === null ? {} : { expiresAt: store.minute(expiry) })
  ),
  fc.tuple(fc.constantFrom("LotHeld" as const, "LotReleased" as const, "LotRejected" as const), at).map(
    ([type, at]) =>
      (id: string) =>
        store.judged(id, at, type)
  )
)

/** A consumption, perhaps with its reversal. */
const consumption = fc.tuple(at, each, fc.boolean()).map(([at, each, isReversed]) => (id: string) => {
  const consumed = store.consumed(id, at, each)
  return isReversed ? [consumed, store.lineReversed(`${id}/reversed`, consumed)] : [consumed]
})

/** Some of the reports are taken back, one of them perhaps twice, and one that never comes. */
const reversals = fc.array(fc.nat(14), { maxLength: 4 })

const histories = fc
  .tuple(fc.array(anything, { maxLength: 12, size: "max" }), fc.array(consumption, { maxLength: 4 }), reversals)
  .map(([made, consumptions, reversals]) => [
    ...made.map((make, index) => make(`m${index}`)),
    ...consumptions.flatMap((make, index) => make(`c${index}`)),
    ...reversals.map((of, index) => store.reversed(`r${index}`, `m${of}`))
  ])
const arrivals = histories.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }))
)

it("lead to the same facts and the same open breaches in any order", () => {
  fc.assert(
    fc.property(arrivals, ([all, shuffled]) => {
      const [first, second] = [all, shuffled].map((messages) => specification(lotDecider).when(...messages).state)
      expect(plain(second?.facts)).toEqual(plain(first?.facts))
      const open = (state = first) => Array.from(Object.keys(Object.fromEntries(state?.course.open ?? []))).sort()
      expect(open(second)).toEqual(open(first))
    }),
    { numRuns: 200 }
  )
}, 30_000)

const isReversalOf = (message: store.Made, id: string): boolean =>
  message.type === "LotReportReversed" && message.body.reverses.messageId === id

/** By the words of the rule, without the actor's code. */
it("count a use as a breach where the last word before it restricts", () => {
  fc.assert(
    fc.property(arrivals, ([all, shuffled]) => {
      const { facts } = specification(lotDecider).when(...shuffled).state
      const words = all
        .filter(({ type }) => type === "LotHeld" || type === "LotReleased" || type === "LotRejected")
        .filter(({ metadata }) => !all.some((message) => isReversalOf(message, metadata.messageId)))
        .toSorted(
          (a, b) =>
            a.metadata.occurredAt.localeCompare(b.metadata.occurredAt) ||
            (a.metadata.messageId < b.metadata.messageId ? -1 : 1)
        )
      const restricted = all.filter(({ type, metadata }) => {
        const word = words.findLast((word) => word.metadata.occurredAt <= metadata.occurredAt)
        const isReversed = all.some(
          (message) =>
            message.metadata.messageId === `${metadata.messageId}/reversed` || isReversalOf(message, metadata.messageId)
        )
        const isUse = (type === "LotShipped" || type === "LotConsumed") && !isReversed
        return isUse && word !== undefined && word.type !== "LotReleased"
      })
      expect(facts.restrictedUses).toBe(restricted.length)
    }),
    { numRuns: 200 }
  )
}, 30_000)
