// Takes a plant over: what its ERP has of open orders and of lots goes to the plant's inbox as messages of that ERP. Used by
// `plants takeover`.
import { Effect } from "effect"
import { DataQualityIssue } from "../../core/failure.ts"
import { lotStream } from "../../core/journal/stream.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import { Broker } from "../../core/port/broker.ts"
import { Erp } from "../../core/port/erp.ts"
import { lotsKnown } from "../../projections/lots/queries.ts"
import { ordersBegun } from "../../projections/orders/queries.ts"
import { publicationOf } from "../erp/capture.ts"
import { orderTakenOver, stockTakenOver } from "../erp/takeover.ts"
import { addPlant } from "../postgres/plants.ts"

const cannotTell = (erp: string, what: string) =>
  new DataQualityIssue({
    field: "erp",
    value: erp,
    reason: `It can't tell ${what}, so nothing can be taken over from it`,
    nextStep: "Begin with orders that are released from now on"
  })

/** So many messages are with the broker at once. */
const part = 500

/**
 * Reads what the ERP has, then publishes it: what the journal knows something of already is left alone, since that would
 * count twice. The orders' releases come by capture. How many orders and lots there were, and how many were left alone.
 */
export const takeOver = Effect.fnUntraced(function* (plant: PlantId, at: OccurredAt) {
  const erp = yield* Erp
  const broker = yield* Broker
  for (const book of ["openOrders", "documentsOf", "stock"] as const) {
    if (!erp.capabilities.books.has(book)) return yield* cannotTell(erp.name, book)
  }
  const releases = yield* erp.openOrders(plant)
  const begun = yield* ordersBegun(plant)
  // One of which nothing but a part was taken over was left half-way.
  const notReported = releases.filter(({ orderId }) => begun.get(orderId)?.isReported !== true)
  const toldOf = yield* Effect.forEach(
    notReported,
    ({ orderId }) =>
      Effect.map(erp.documentsOf(plant, orderId), (documents) => {
        const known = begun.get(orderId)?.takenOver ?? []
        const changes = orderTakenOver(orderId, documents, at).filter(({ id }) => !known.includes(id))
        return {
          isNew: known.length === 0 || changes.length > 0,
          changes,
          unsaid: documents.flatMap(({ document, unsaid }) => (unsaid === undefined ? [] : [`${document}: ${unsaid}`]))
        }
      }),
    { concurrency: erp.capabilities.concurrency }
  )
  const newOrders = toldOf.filter(({ isNew }) => isNew)
  const stock = yield* erp.stock(plant)
  const ofLots = stockTakenOver(plant, stock, at)
  const known = new Set((yield* lotsKnown(ofLots.map(({ lot }) => lot))).map(lotStream))
  const newLots = ofLots.filter(({ lot }) => !known.has(lotStream(lot)))
  yield* broker.declarePlant(plant)
  yield* addPlant(plant)
  const changes = [...newOrders.flatMap(({ changes }) => changes), ...newLots.map(({ change }) => change)]
  for (let from = 0; from < changes.length; from += part) {
    yield* broker.publish(changes.slice(from, from + part).map((change) => publicationOf(erp.name, plant, change)))
  }
  return {
    orders: newOrders.length,
    ordersLeftAlone: releases.length - newOrders.length,
    lots: newLots.length,
    lotsLeftAlone: ofLots.length - newLots.length,
    withoutLot: stock.length - ofLots.length,
    /** What the ERP's documents say beyond that, in its own words: it isn't taken over. */
    unsaid: newOrders.flatMap(({ unsaid }) => unsaid),
    messages: changes.length
  }
})
