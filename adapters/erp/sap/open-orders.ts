// Orders of a plant that are released in SAP and not complete. Used by `books.ts` alone.
import { Effect, Schema } from "effect"
import { ProductionOrderReleased } from "../../../core/message/order.ts"
import { many } from "./answer.ts"
import { type Ask, technical } from "./ask.ts"
import { padded } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { allOf } from "./pages.ts"
import { text } from "./query.ts"
import { partsOfOrder, releaseOf, SapOrder, statusOf } from "./release.ts"
import { services } from "./session.ts"

const decoder = many(SapOrder)
const decodeRelease = Schema.decodeUnknownEffect(ProductionOrderReleased)

const isOpen = (order: SapOrder): boolean => {
  const { isClosed, isCompleted, isDeleted } = statusOf(order)
  return !isCompleted && !isClosed && !isDeleted
}

export const openOrders = Effect.fnUntraced(function* (ask: Ask, plant: SapPlant) {
  const released = yield* allOf(ask, {
    path: `${services.orders}/A_ProductionOrder_2`,
    filter: `ProductionPlant eq ${text(plant.plant)} and OrderIsReleased eq 'X' and OrderIsTechnicallyCompleted eq ''`,
    expand: partsOfOrder,
    decoder,
    place: [["ManufacturingOrder", ({ ManufacturingOrder }) => padded.order(ManufacturingOrder)]]
  })
  return yield* Effect.forEach(released.filter(isOpen), (order) =>
    Effect.mapError(decodeRelease(releaseOf(order, plant)), ({ message }) =>
      technical(`Order ${order.ManufacturingOrder} can't be said: ${message}`)
    )
  )
})
