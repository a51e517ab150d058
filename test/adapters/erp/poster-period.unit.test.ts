// What becomes of a document whose posting date is in a closed period: a case, a later attempt, or a later date.
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { type ClosedPeriod, hasBegun, nextOpenDay } from "../../../adapters/erp/poster-period.ts"
import { sending } from "../../../adapters/erp/poster-send.ts"
import { usualTiming } from "../../../adapters/erp/poster-timing.ts"
import { BusinessRuleViolation } from "../../../core/failure.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { aPlant, confirmation } from "../../erp/documents.ts"
import { emptyErp, endpoint, postingOf } from "./alone.ts"

const closed = new BusinessRuleViolation({ field: "code", value: "CLOSED", reason: "Closed", nextStep: "Open it" })

/** It takes nothing, and says which periods are open. */
const erpThatOpens = (opens: ReadonlyArray<string>) =>
  emptyErp(() => Effect.fail(closed), {
    obstacleOf: ({ value }) => (value === "CLOSED" ? { is: "closedPeriod", opens } : undefined),
    settlesWithinMillis: 0
  })
const document = confirmation(aPlant(), "O-1", 2)
const posting = postingOf(orderStream(document.plant, document.orderId), document)

/** What attempt `attempt` comes to, at that time. */
const attempted = (
  closedPeriod: ClosedPeriod,
  { at = "2027-02-10T12:00:00Z", attempt = 1, opens = [] as ReadonlyArray<string> } = {}
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse(at))
    return yield* sending(erpThatOpens(opens), endpoint, usualTiming, { closedPeriod }).send(posting, attempt, 0)
  })

const moved = { type: "PostingDateMoved", from: "2026-11-23", rule: "fake/1", policy: "closedPeriod/nextOpenPeriod" }

it.effect("case: a supervisor is asked", () =>
  Effect.map(attempted("case"), (outcome) => expect(outcome).toMatchObject({ type: "PostingFailed", code: "CLOSED" }))
)

it.effect("wait: it is tried again, each time later, and is a case after twenty attempts", () =>
  Effect.gen(function* () {
    const now = Date.parse("2027-02-10T12:00:00Z")
    const first = yield* attempted("wait")
    expect(first).toMatchObject({ type: "PostingDeferred", class: "ClosedPeriod", policy: "closedPeriod/wait" })
    const pause = (outcome: typeof first) => (outcome.type === "PostingDeferred" ? outcome.until - now : 0)
    expect(pause(first)).toBeGreaterThanOrEqual(0.75 * usualTiming.periodMillis)
    expect(pause(yield* attempted("wait", { attempt: 12 }))).toBeGreaterThan(8 * 60 * 60 * 1_000)
    expect(yield* attempted("wait", { attempt: 20 })).toMatchObject({ type: "PostingFailed", code: "CLOSED" })
  })
)

it.effect("nextOpenPeriod: the first day of the next one that the ERP names, else of the following month", () =>
  Effect.gen(function* () {
    expect(yield* attempted("nextOpenPeriod")).toMatchObject({ ...moved, to: "2026-12-01" })
    const opens = ["2027-02-01", "2026-10-01", "2027-01-01"]
    expect(yield* attempted("nextOpenPeriod", { opens })).toMatchObject({ ...moved, to: "2027-01-01" })
  })
)

it.effect("nextOpenPeriod: on no day that is still to come, which it waits for", () =>
  Effect.gen(function* () {
    const early = yield* attempted("nextOpenPeriod", { at: "2026-11-23T12:00:00Z" })
    expect(early).toMatchObject({ type: "PostingDeferred", until: Date.parse("2026-12-01T00:00:00Z") })
    expect(yield* attempted("nextOpenPeriod", { at: "2026-12-01T00:00:00Z", attempt: 2 })).toMatchObject(moved)
  })
)

it.effect("nextOpenPeriod: one that the ERP hasn't opened yet is waited for", () =>
  Effect.map(attempted("nextOpenPeriod", { opens: ["2026-10-01"] }), (outcome) =>
    expect(outcome).toMatchObject({ type: "PostingDeferred", class: "ClosedPeriod" })
  )
)

it("a month's end has the next month's first day, a year's too", () => {
  expect(["2026-01-31", "2026-12-01", "2028-02-29"].map((day) => nextOpenDay(day, []))).toEqual([
    "2026-02-01",
    "2027-01-01",
    "2028-03-01"
  ])
  expect(nextOpenDay("2026-11-23", ["2026-11-23", "2026-11-24"])).toBe("2026-11-24")
})

it("a day has begun once it has anywhere on earth", () => {
  expect(hasBegun("2026-12-01", Date.parse("2026-11-30T09:59:59Z"))).toBe(false)
  expect(hasBegun("2026-12-01", Date.parse("2026-11-30T10:00:00Z"))).toBe(true)
})
