// Acknowledgements against a model of the broker: each position once, never a tag that the broker no longer knows.

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { makeAckFrontier } from "../../../adapters/rabbitmq/ack-frontier.ts"

/** What RabbitMQ does: an unknown tag closes the channel. */
const makeChannel = (count: number) => {
  const unacknowledged = new Set(Array.from({ length: count }, (_, position) => position))
  const known = (position: number) => {
    if (!unacknowledged.has(position)) throw new Error(`PRECONDITION_FAILED - unknown delivery tag ${position + 1}`)
  }
  return {
    unacknowledged,
    single: (position: number) => {
      known(position)
      unacknowledged.delete(position)
    },
    multiple: (position: number) => {
      known(position)
      for (let each = 0; each <= position; each++) unacknowledged.delete(each)
    }
  }
}

describe("AckFrontier", () => {
  it("acknowledges up to the contiguous frontier at once", () => {
    const frontier = makeAckFrontier()
    frontier.mark([0, 1, 2, 4])
    expect(frontier.multiple()).toBe(2)
    expect(frontier.multiple()).toBeUndefined()
    expect(frontier.position()).toBe(3)
    expect(frontier.waiting()).toBe(1)
    frontier.mark([3])
    expect(frontier.multiple()).toBe(4)
  })

  it("tells stragglers once, and later a tag that the broker still knows", () => {
    const frontier = makeAckFrontier()
    frontier.mark([3, 1])
    expect(frontier.stragglers()).toEqual([1, 3])
    expect(frontier.stragglers()).toEqual([])
    frontier.mark([0])
    expect(frontier.position()).toBe(2)
    expect(frontier.multiple()).toBe(0)
    frontier.mark([2])
    expect(frontier.position()).toBe(4)
    expect(frontier.multiple()).toBe(2)
  })

  it("acknowledges exactly what is durable, in whatever order and groups it becomes so", () => {
    const step = fc.record({ take: fc.integer({ min: 1, max: 8 }), stragglers: fc.boolean(), again: fc.boolean() })
    const permutation = fc
      .integer({ min: 1, max: 60 })
      .chain((count) => fc.shuffledSubarray(Array.from({ length: count }, (_, position) => position)))
    fc.assert(
      fc.property(permutation, fc.array(step, { maxLength: 40 }), (order, steps) => {
        const channel = makeChannel(60)
        const frontier = makeAckFrontier()
        const done = new Set<number>()
        let from = 0
        for (const { take, stragglers, again } of steps) {
          const positions = order.slice(from, from + take)
          from += take
          frontier.mark(again ? [...positions, ...positions] : positions)
          for (const position of positions) done.add(position)
          const multiple = frontier.multiple()
          if (multiple !== undefined) channel.multiple(multiple)
          if (stragglers) for (const position of frontier.stragglers()) channel.single(position)
        }
        for (const position of frontier.stragglers()) channel.single(position)
        expect(channel.unacknowledged).toEqual(
          new Set(Array.from({ length: 60 }, (_, position) => position).filter((position) => !done.has(position)))
        )
      })
    )
  })
})
