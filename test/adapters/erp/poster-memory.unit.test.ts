// What was posted is remembered until the view must have heard of it, and is news once, or a while later again.
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { postedLately } from "../../../adapters/erp/poster-memory.ts"
import { PostingKey } from "../../../core/plant/identifiers.ts"

const [one, two] = [PostingKey.make("order/ulm/1/1/confirmation"), PostingKey.make("order/ulm/2/1/confirmation")]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"], now: 1_000 })
  vi.advanceTimersByTime(1_000)
})
afterEach(() => {
  vi.useRealTimers()
})

it("is remembered for three seconds", () => {
  const posted = postedLately()
  expect(posted.take().all).toEqual([])
  posted.add(one)
  vi.advanceTimersByTime(2_000)
  posted.add(two)
  expect(posted.take().all).toEqual([one, two])
  vi.advanceTimersByTime(2_000)
  expect(posted.take()).toEqual({ all: [two], news: [two] })
})

it("is news once, and again after half a second", () => {
  const posted = postedLately()
  posted.take()
  posted.add(one)
  expect(posted.take()).toEqual({ all: [one], news: [one] })
  posted.add(two)
  expect(posted.take()).toEqual({ all: [one, two], news: [two] })
  expect(posted.take()).toEqual({ all: [one, two], news: [] })
  vi.advanceTimersByTime(500)
  expect(posted.take()).toEqual({ all: [one, two], news: [one, two] })
})
