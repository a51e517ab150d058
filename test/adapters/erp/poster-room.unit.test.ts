// How the poster's ways of finding what may be sent share its room.
import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { makeRoom } from "../../../adapters/erp/poster-room.ts"
import { StreamName } from "../../../core/journal/stream.ts"

const stream = (number: number) => StreamName(`order/ulm/${number}`)

it("one share leaves a quarter of the room to the other, which can then take no more than that", () => {
  const room = makeRoom(16)
  const [one, other] = [room.share(), room.share()]
  for (let number = 0; one.free() > 0; number++) one.add(stream(number))
  expect(room.streams.size).toBe(12)
  expect(other.free()).toBe(4)
  for (let number = 20; other.free() > 0; number++) other.add(stream(number))
  expect(room.streams.size).toBe(16)
  room.delete(stream(0))
  expect([one.free(), other.free()]).toEqual([1, 1])
})

it("what is asked for is in hand outside of all shares", () => {
  const room = makeRoom(4)
  const share = room.share()
  for (let number = 0; number < 3; number++) room.add(stream(number))
  expect(room.has(stream(2))).toBe(true)
  expect(share.free()).toBe(1)
})

it.effect("whoever has no room waits until some is left", () =>
  Effect.gen(function* () {
    const room = makeRoom(16)
    const share = room.share()
    for (let number = 0; number < 12; number++) share.add(stream(number))
    const waiting = yield* Effect.forkChild(share.room)
    yield* Effect.yieldNow
    room.delete(stream(0))
    yield* Effect.yieldNow
    expect(waiting.pollUnsafe()).toBeUndefined()
    room.delete(stream(1))
    yield* Fiber.join(waiting)
    expect(share.free()).toBe(2)
  })
)
