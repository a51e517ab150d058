// What SAP's books hold, whoever wrote it, and what it is told of its orders. Used by `client.ts` alone.
import { Effect, Option } from "effect"
import type { ItemId, OrderId, PlantId } from "../../../core/plant/identifiers.ts"
import type { ErpBooks } from "../../../core/port/erp.ts"
import { type Ask, technical } from "./ask.ts"
import type { Standing } from "./held.ts"
import type { HoldingConfirmations } from "./held-confirmation.ts"
import type { HoldingGoods } from "./held-goods.ts"
import { orderNumber } from "./numbers.ts"
import { openOrders } from "./open-orders.ts"
import { type Plants, unknownPlant } from "./options.ts"
import { orderAt } from "./order.ts"
import { releasedToMes } from "./order-in-mes.ts"
import type { Session } from "./session.ts"
import { available, stockOf } from "./stock.ts"

interface Holding {
  readonly confirmations: HoldingConfirmations
  readonly goods: HoldingGoods
}

const byAge = (left: Standing, right: Standing): number => left.at - right.at

export const booksOf = (
  session: Session,
  ask: Ask,
  { confirmations, goods }: Holding,
  plants: Plants,
  timeoutMillis: number
): ErpBooks => {
  const plantOf = (id: PlantId) => {
    const plant = plants.of(id)
    return plant === undefined
      ? Effect.fail(technical(`The settings of SAP don't say which plant ${id} is`))
      : Effect.succeed(plant)
  }
  return {
    documentsOf: Effect.fnUntraced(function* (id: PlantId, orderId: OrderId) {
      const plant = yield* plantOf(id)
      const number = Option.getOrUndefined(yield* Effect.option(orderNumber(orderId)))
      const order = number === undefined ? Option.none() : yield* orderAt(ask, number)
      // SAP's order numbers are of the whole client: one of another plant is another order.
      if (number === undefined || Option.isNone(order) || order.value.ProductionPlant !== plant.plant) return []
      const confirmed = yield* confirmations.ofOrder(number, plant)
      const moved = yield* goods.ofOrder(number, confirmed.goods)
      return [...confirmed.standing, ...moved].toSorted(byAge).map(({ held }) => held)
    }),
    openOrders: (id: PlantId) => Effect.flatMap(plantOf(id), (plant) => openOrders(ask, plant)),
    stock: (id: PlantId) => Effect.flatMap(plantOf(id), (plant) => stockOf(ask, id, plant)),
    available: (id: PlantId, items: ReadonlyArray<ItemId>) =>
      Effect.flatMap(plantOf(id), (plant) => available(ask, plant, items)),
    releasedToMes: Effect.fnUntraced(function* (id: PlantId, orderId: OrderId, revision: number) {
      const plant = plants.of(id)
      if (plant === undefined) return yield* unknownPlant(id)
      return yield* releasedToMes(session, ask, plant, orderId, revision, timeoutMillis)
    })
  }
}
