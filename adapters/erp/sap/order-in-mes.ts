// Tells SAP that the MES has taken an order over: its function OrderReleasedByMES. Used by `books.ts` alone.
import { Effect, Option, Schema } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import type { OrderId } from "../../../core/plant/identifiers.ts"
import type { ErpFailure } from "../../../core/port/erp.ts"
import { Metadata, one } from "./answer.ts"
import { type Ask, technical } from "./ask.ts"
import { classify, isThereAlready } from "./classification.ts"
import { fingerprint, requestIdOf } from "./key.ts"
import { orderNumber } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { entity, options, text } from "./query.ts"
import { type Session, services } from "./session.ts"

const decoder = one(Schema.Struct({ __metadata: Metadata, ProductionPlant: Schema.String }))

/** What becomes of it is no document: without an answer it is told again, by the same RequestID. */
export const releasedToMes = Effect.fnUntraced(function* (
  { post }: Session,
  ask: Ask,
  plant: SapPlant,
  orderId: OrderId,
  revision: number,
  timeoutMillis: number
) {
  const number = yield* orderNumber(orderId)
  const path = services.orders + entity("A_ProductionOrder_2", { ManufacturingOrder: number })
  const order = Option.getOrUndefined(yield* ask(decoder, path))?.d
  if (order?.ProductionPlant !== plant.plant) {
    return yield* new DataQualityIssue({
      field: "orderId",
      value: orderId,
      reason: order === undefined ? "SAP has no such order" : `It is of plant ${order.ProductionPlant}`,
      nextStep: "Add the order to SAP, or cancel it"
    })
  }
  return yield* post(`${services.orders}/OrderReleasedByMES${options({ ManufacturingOrder: text(number) })}`, {
    headers: {
      RequestID: requestIdOf(fingerprint(`releasedToMes/${plant.plant}/${number}/${revision}`)),
      RepeatabilityCreation: new Date().toISOString(),
      "if-match": order.__metadata.etag ?? "*"
    },
    sendBefore: performance.now() + timeoutMillis
  }).pipe(
    Effect.asVoid,
    Effect.catch((failure): Effect.Effect<void, ErpFailure> => {
      if (failure._tag !== "Refused") return Effect.fail(technical(failure.reason))
      return isThereAlready(failure) ? Effect.void : Effect.fail(classify(failure))
    })
  )
})
