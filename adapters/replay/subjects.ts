// The subjects that can be replayed, each with its events from the journal. Used by `replay order`, `replay lot` and
// `replay equipment`.
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { eventsThatCount } from "../../core/journal/as-of.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { Journal } from "../../core/journal/journal.ts"
import { equipmentOf, lotStream, orderStream, type StreamName } from "../../core/journal/stream.ts"
import type { OrderId, PlantId, WorkCenterId } from "../../core/plant/identifiers.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { type EquipmentAsOf, equipmentAfter } from "../../projections/equipment/as-of.ts"
import { expiredBy, type LotAsOf, lotAfter } from "../../projections/lots/as-of.ts"
import { type OrderAsOf, orderAfter } from "../../projections/orders/as-of.ts"
import { lotTags, orderTags } from "../telemetry/jaeger.ts"
import type { Subject } from "./subject.ts"

type Words<State> = Subject<State>["words"]

export const orderSubject = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId, words: Words<OrderAsOf>) {
  const journal = yield* Journal
  const events = yield* journal.readStream(orderStream(plant, orderId), 0)
  return {
    kind: "order",
    name: `Order ${orderId} at plant ${plant}`,
    key: { plant, orderId },
    about: { plantId: plant, orderId },
    tags: orderTags(plant, orderId),
    events,
    stateOf: (until, _, line) => orderAfter(plant, orderId, eventsThatCount(until, line), line),
    compared: (state) => state,
    words
  } satisfies Subject<OrderAsOf>
})

export const lotSubject = Effect.fnUntraced(function* (key: LotKey, words: Words<LotAsOf>) {
  const journal = yield* Journal
  const events = yield* journal.readStream(lotStream(key), 0)
  const { itemId, lotId, scope } = key
  return {
    kind: "lot",
    name: `Lot ${lotId} of ${itemId} (${scope})`,
    key: { scope, itemId, lotId },
    about: { lotId },
    tags: lotTags(lotId),
    events,
    stateOf: (until, at, line) => {
      const lot = lotAfter(key, eventsThatCount(until, line))
      return line === "plant" ? expiredBy(lot, at) : lot
    },
    compared: (state) => state,
    words
  } satisfies Subject<LotAsOf>
})

/** A stream of a work center is one of its days. */
const daysOf = Effect.fnUntraced(function* (plant: PlantId, workCenter: WorkCenterId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly name: StreamName }>`
    select name from stream where starts_with(name, ${equipmentOf(plant, workCenter)}) order by name`
  return rows.map(({ name }) => name)
})

const asRecorded = (left: RecordedEvent, right: RecordedEvent): number =>
  left.recordedAt - right.recordedAt || left.partition - right.partition || left.offset - right.offset

export const equipmentSubject = Effect.fnUntraced(function* (
  plant: PlantId,
  workCenterId: WorkCenterId,
  words: Words<EquipmentAsOf>
) {
  const journal = yield* Journal
  const days = yield* Effect.forEach(yield* daysOf(plant, workCenterId), (day) => journal.readStream(day, 0), {
    concurrency: 4
  })
  return {
    kind: "equipment",
    name: `Work center ${workCenterId} at plant ${plant}`,
    key: { plant, workCenterId },
    about: { plantId: plant },
    tags: undefined,
    events: days.flat().sort(asRecorded),
    stateOf: (until, at) => equipmentAfter(until, at),
    compared: ({ cleanBreaks: _, intervals: __, ...doing }) => doing,
    words
  } satisfies Subject<EquipmentAsOf>
})
