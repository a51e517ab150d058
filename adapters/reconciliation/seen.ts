// What a comparison needs of the journal, the views and the ERP. Used by `run.ts` alone.
import { Effect, Schedule } from "effect"
import { Journal } from "../../core/journal/journal.ts"
import { category, orderStream, type StreamName } from "../../core/journal/stream.ts"
import type { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { plantScope } from "../../core/plant/lot.ts"
import { Erp } from "../../core/port/erp.ts"
import { balancesOfLots } from "../../projections/lots/queries.ts"
import { movementsOutside, type PostingRow } from "../../projections/postings/queries.ts"
import { acknowledgedAt } from "../../projections/reconciliation/queries.ts"
import { type Cells, none, plus } from "./cells.ts"
import { isLeftToPeople } from "./finding.ts"
import { compareLots } from "./lots.ts"
import { acknowledgedStock, compareOrder } from "./order.ts"
import { viewsAreThere } from "./views.ts"

const pageSize = 1_000

/** One of many thousand questions that isn't answered doesn't end a run. */
const askedAgain = { schedule: Schedule.spaced("3 seconds"), times: 10 }

export const compareOrderNow = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId) {
  const erp = yield* Erp
  const journal = yield* Journal
  const { books, inItsWords } = erp.capabilities
  const held = books.has("documentsOf") ? yield* Effect.retry(erp.documentsOf(plant, orderId), askedAgain) : undefined
  const events = yield* journal.readStream(orderStream(plant, orderId), 0)
  return compareOrder({ plant, orderId, events, held, inItsWords })
})

/** Versions of a lot's reports that were taken back. */
const reversedIn = Effect.fnUntraced(function* (stream: StreamName) {
  const journal = yield* Journal
  const events = yield* journal.readStream(stream, 0)
  return new Set(events.flatMap((event) => (event.type === "LotReportReversed" ? [event.data.version] : [])))
})

/** What ended without a document says something for as long as its report counts. */
const counting = Effect.fnUntraced(function* (rows: ReadonlyArray<PostingRow>) {
  const takenBack = new Set(rows.map(({ reverses }) => reverses))
  const ended = rows.filter(
    ({ key, reverses, state, stream }) =>
      isLeftToPeople({ state }) && category(stream) === "lot" && reverses === null && !takenBack.has(key)
  )
  if (ended.length === 0) return rows
  const streams = [...new Set(ended.map(({ stream }) => stream))]
  const reversed = new Map(
    yield* Effect.forEach(streams, (stream) =>
      Effect.map(reversedIn(stream), (versions) => [stream, versions] as const)
    )
  )
  return rows.filter((row) => !(ended.includes(row) && reversed.get(row.stream)?.has(row.version) === true))
})

const outsideNow = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>) {
  const all: Array<PostingRow> = []
  while (true) {
    const page = yield* movementsOutside(plants, all.at(-1)?.key ?? "", pageSize)
    all.push(...page)
    if (page.length < pageSize) return yield* counting(all)
  }
})

/** By the orders of which people took documents as they are. */
const acknowledgedNow = Effect.fnUntraced(function* (plant: PlantId) {
  const journal = yield* Journal
  let cells: Cells = none
  for (const orderId of new Set((yield* acknowledgedAt(plant)).map((one) => one.orderId))) {
    const events = yield* journal.readStream(orderStream(plant, orderId), 0)
    cells = plus(cells, acknowledgedStock({ plant, orderId, events }))
  }
  return cells
})

const stockNow = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>) {
  const erp = yield* Erp
  if (!erp.capabilities.books.has("stock")) return undefined
  return new Map(
    yield* Effect.forEach(plants, (plant) =>
      Effect.map(Effect.retry(erp.stock(plant), askedAgain), (lines) => [plant, lines] as const)
    )
  )
})

/** The ERP is asked first: what it books meanwhile, the views may show. */
export const compareLotsNow = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>, told: Cells) {
  const held = yield* stockNow(plants)
  yield* viewsAreThere
  const acknowledged = yield* Effect.forEach(plants, acknowledgedNow)
  return compareLots({
    plants,
    held,
    told,
    balances: yield* balancesOfLots(plants.map(plantScope), true),
    outside: yield* outsideNow(plants),
    acknowledged: plus(...acknowledged)
  })
})
