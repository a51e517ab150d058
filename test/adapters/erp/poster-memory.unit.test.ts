// What was posted is remembered until the view must have heard of it.
import { expect, it, vi } from "vitest"
import { postedLately } from "../../../adapters/erp/poster-memory.ts"
import { PostingKey } from "../../../core/plant/identifiers.ts"

const [one, two] = [PostingKey.make("order/ulm/1/1/confirmation"), PostingKey.make("order/ulm/2/1/confirmation")]

it("is remembered for three seconds", () => {
  vi.useFakeTimers({ toFake: ["performance"] })
  const posted = postedLately()
  expect(posted.recent()).toEqual([])
  posted.add(one)
  vi.advanceTimersByTime(2_000)
  posted.add(two)
  expect(posted.recent()).toEqual([one, two])
  vi.advanceTimersByTime(2_000)
  expect(posted.recent()).toEqual([two])
  vi.useRealTimers()
})
