// Which lots a message's trace tells of.
import { expect, it } from "vitest"
import { lotsTouched } from "../../actors/lots-touched.ts"
import { orderStream } from "../../core/journal/stream.ts"
import { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import type { Incoming } from "../../core/port/door.ts"
import * as store from "./lot/store.ts"
import { moved } from "./order/floor.ts"

const understood = ({ metadata: _, ...message }: ReturnType<typeof store.split>): Incoming["content"] => ({
  _tag: "Understood",
  message
})

it("a split: the lot goes into its parts; a merge: its sources into it; a transfer: one into the other", () => {
  expect(lotsTouched(store.stream, understood(store.split("a", 1, 5, 6)))).toEqual([
    { lotId: "L-1", role: "consumed" },
    { lotId: "L-1/0", role: "produced" },
    { lotId: "L-1/1", role: "produced" }
  ])
  expect(lotsTouched(store.stream, understood(store.merged("a", 1, 5)))).toEqual([
    { lotId: "L-0/0", role: "consumed" },
    { lotId: "L-1", role: "produced" }
  ])
  expect(lotsTouched(store.stream, understood(store.transferred("a", 1, 5)))).toEqual([
    { lotId: "L-1", role: "consumed" },
    { lotId: "L-2", role: "produced" }
  ])
})

it("an order's material: what it took, gave back and made", () => {
  const orders = orderStream(PlantId.make("ulm"), OrderId.make("1"))
  const roles = { MaterialConsumed: "consumed", MaterialReturned: "subject", MaterialProduced: "produced" } as const
  for (const type of ["MaterialConsumed", "MaterialReturned", "MaterialProduced"] as const) {
    const { metadata: _, ...message } = moved(type, { id: "a" })
    expect(lotsTouched(orders, { _tag: "Understood", message })).toEqual([{ lotId: "L-1", role: roles[type] }])
  }
})

it("anything else: the lot alone; a message about an order: none", () => {
  const content = understood(store.shipped("a", 1, 5))
  expect(lotsTouched(store.stream, content)).toEqual([{ lotId: "L-1", role: "subject" }])
  expect(lotsTouched(orderStream(PlantId.make("ulm"), OrderId.make("1")), content)).toEqual([])
})
