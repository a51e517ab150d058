// A state as of a moment is what its view showed at that moment: of a journal that ended there, and of the whole one.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import fc from "fast-check"
import { expect } from "vitest"
import { eventsUntil, type Moment } from "../../core/journal/as-of.ts"
import { equipmentOf, lotStream, orderOf, orderStream } from "../../core/journal/stream.ts"
import { OrderId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { equipmentAfter } from "../../projections/equipment/as-of.ts"
import { equipmentAt, equipmentBetween, workCenters } from "../../projections/equipment/queries.ts"
import { lotAfter } from "../../projections/lots/as-of.ts"
import { lotByKey } from "../../projections/lots/queries.ts"
import { orderAfter } from "../../projections/orders/as-of.ts"
import { orderById } from "../../projections/orders/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { plant } from "./events.ts"
import { filled } from "./follow.ts"
import type { History } from "./journal.ts"
import { LotHistory, lotCalled, lotSteps } from "./lot-history.ts"
import { RandomHistory, steps } from "./random-history.ts"

/** The row without what tells which event came last. */
const shown = <Row extends { readonly version: number; readonly updatedAt: Date }>(row: Row | undefined) => {
  if (row === undefined) return undefined
  const { updatedAt: _, version: __, ...state } = row
  return state
}

/** A journal that ended after so many of its events, and when that was. */
const cutAt = ({ events, partitions }: History, count: number) => ({
  history: { partitions, events: events.slice(0, count) },
  moment: { at: events[count - 1]?.recordedAt ?? 0 }
})

const viewsAgree = Effect.fnUntraced(function* ({ events }: History, moment: Moment) {
  const of = (stream: string) =>
    eventsUntil(
      events.filter((event) => event.stream === stream),
      moment,
      "journal"
    )
  const orders = new Set(events.filter(({ stream }) => stream.startsWith("order/")).map(({ stream }) => stream))
  for (const stream of orders) {
    const orderId = OrderId.make(orderOf(stream))
    const known = of(orderStream(plant, orderId))
    const view = shown(yield* orderById(plant, orderId))
    expect(view).toEqual(known.length === 0 ? undefined : orderAfter(plant, orderId, known, "journal"))
  }
  for (const number of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const key = lotCalled(number)
    const known = of(lotStream(key))
    expect(shown(yield* lotByKey(key))).toEqual(known.length === 0 ? undefined : lotAfter(key, known))
  }
  const day = 24 * 60 * 60 * 1_000
  for (const { plant, workCenterId } of yield* workCenters({})) {
    const known = eventsUntil(
      events.filter(({ stream }) => stream.startsWith(equipmentOf(plant, workCenterId))),
      moment,
      "journal"
    )
    const at = (events.at(-1)?.recordedAt ?? 0) + day
    const time = (millis: number) => OccurredAt.make(new Date(millis).toISOString())
    expect(equipmentAfter(known, at)).toEqual({
      ...(yield* equipmentAt(plant, workCenterId, time(at))),
      ...(yield* equipmentBetween(plant, workCenterId, time(at - 7 * day), time(at)))
    })
  }
})

it.live(
  "what a journal tells of a moment equals the views that followed it until then, and at its end the views of now",
  () =>
    Effect.gen(function* () {
      const run = Effect.runPromiseWith(yield* Effect.context<SqlClient.SqlClient>())
      const property = fc.asyncProperty(
        steps(150),
        lotSteps,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (orders, lots, share) => {
          for (const { writer } of [new RandomHistory(orders), new LotHistory(lots)]) {
            const part = cutAt(writer, Math.ceil(writer.events.length * share))
            for (const { history, moment } of [part, cutAt(writer, writer.events.length)]) {
              await run(filled(history, {}))
              await run(viewsAgree(writer, moment))
            }
          }
        }
      )
      yield* Effect.promise(() => fc.assert(property, { numRuns: 2, endOnFailure: true }))
    }).pipe(Effect.provide(temporaryClient)),
  60_000
)
