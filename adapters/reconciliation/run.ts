// Holds the three columns against each other, plant by plant: what the MES reported, what the journal holds as being in the
// ERP, what the ERP has. Used by `traveler reconcile` and by the nightly run.
import { Clock, Effect } from "effect"
import { orderOf, orderStream, StreamName } from "../../core/journal/stream.ts"
import type { Difference, PlantReconciled } from "../../core/message/reconciliation.ts"
import { shownQuantities } from "../../core/message/reconciliation.ts"
import type { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { Erp } from "../../core/port/erp.ts"
import { type CaseRow, casesWaitedForBy } from "../../projections/exceptions/queries.ts"
import { standardPrices } from "../../projections/master-data/queries.ts"
import { ordersTouched } from "../../projections/orders/queries.ts"
import { acceptedAt, differencesOf } from "../../projections/reconciliation/queries.ts"
import { plants as servedPlants } from "../postgres/plants.ts"
import { type Cells, none, plus } from "./cells.ts"
import { idOf, sameIn, told } from "./differences.ts"
import { type Finding, nothingShown } from "./finding.ts"
import type { LotsCompared } from "./lots.ts"
import type { OrderCompared } from "./order.ts"
import { compareLotsNow, compareOrderNow } from "./seen.ts"

interface Range {
  /** All that are served where absent. */
  readonly plant?: PlantId
  /** Orders that are over and haven't changed since are left out: milliseconds since 1970. */
  readonly since: number
}

export type Reconciled = typeof PlantReconciled.Type

/** Nobody goes through more; what is older is told first, so what was told before stays told. */
const mostDifferences = 5_000

/** Orders whose streams and documents are read at once, whatever the ERP takes. */
const mostAtOnce = 16
const pageSize = 200

/** So long a second look waits: what was on its way is through, or on its way still. */
const secondLook = "1 second"

/** By what the ERP's books say: while a document is on its way it may only seem so. */
const isOfBooks = ({ kind }: Finding): boolean =>
  kind === "gone" || kind === "changed" || kind === "postedByOthers" || kind === "notInErp" || kind === "stock"

/** It was found before, so it is there for longer than anything is on its way. */
type IsKnown = (finding: Finding) => boolean

const knownBefore = (before: ReadonlyArray<Difference>): IsKnown => {
  const seen = new Set(before.map((difference) => `${difference.id} ${shownQuantities(difference)}`))
  return (finding) => seen.has(`${idOf(finding)} ${shownQuantities(finding)}`)
}

interface OrdersCompared {
  readonly orders: number
  readonly equal: number
  readonly findings: ReadonlyArray<Finding>
  readonly stockBeyond: Cells
}

/** Looked at twice where the books differ: only what is there both times is. */
const lookedAtTwice = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId, isKnown: IsKnown) {
  const first = yield* compareOrderNow(plant, orderId)
  if (first.findings.every((finding) => !isOfBooks(finding) || isKnown(finding))) return first
  yield* Effect.sleep(secondLook)
  const second = yield* compareOrderNow(plant, orderId)
  const isThere = sameIn(first.findings)
  return { ...second, findings: second.findings.filter((finding) => !isOfBooks(finding) || isThere(finding)) }
})

/** Messages that name the order and can't be read: they are no quantities. */
const parkedMessages = (cases: ReadonlyArray<CaseRow>): ReadonlyMap<string, ReadonlyArray<Finding>> =>
  Map.groupBy(
    cases.flatMap((row): ReadonlyArray<Finding> => {
      const { id, openedAt, recorded, subject, waiting } = row
      if (subject !== "message" || recorded === true || waiting === null) return []
      const about = { kind: "parkedMessage", about: id, since: openedAt.getTime(), items: [] } as const
      return [{ stream: StreamName(waiting), ...about, ...nothingShown }]
    }),
    ({ stream }) => stream
  )

const compareOrders = Effect.fnUntraced(function* (plant: PlantId, since: number, before: ReadonlyArray<Difference>) {
  const { concurrency } = (yield* Erp).capabilities
  const orders = before.flatMap(({ stream }) =>
    stream.startsWith(`order/${plant}/`) ? [orderOf(StreamName(stream))] : []
  )
  const isKnown = knownBefore(before)
  let all: OrdersCompared = { orders: 0, equal: 0, findings: [], stockBeyond: none }
  let after = ""
  while (true) {
    const page = yield* ordersTouched(plant, { since, orders }, after, pageSize)
    const parked = parkedMessages(yield* casesWaitedForBy(page.map((orderId) => orderStream(plant, orderId))))
    const compared = yield* Effect.forEach(
      page,
      (orderId) =>
        Effect.map(
          lookedAtTwice(plant, orderId, isKnown),
          ({ findings, ...rest }): OrderCompared => ({
            ...rest,
            findings: [...(parked.get(orderStream(plant, orderId)) ?? []), ...findings]
          })
        ),
      { concurrency: Math.min(concurrency, mostAtOnce) }
    )
    all = {
      orders: all.orders + page.length,
      equal: all.equal + compared.filter(({ findings }) => findings.length === 0).length,
      findings: [...all.findings, ...compared.flatMap(({ findings }) => findings)],
      stockBeyond: plus(all.stockBeyond, ...compared.map(({ stockBeyond }) => stockBeyond))
    }
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return all
    after = last
  }
})

const lotsLookedAtTwice = Effect.fnUntraced(function* (
  plants: ReadonlyArray<PlantId>,
  beyond: Cells,
  isKnown: IsKnown
) {
  const first = yield* compareLotsNow(plants, beyond)
  const found = [...first.values()].flatMap(({ findings }) => findings)
  if (found.every((finding) => !isOfBooks(finding) || isKnown(finding))) return first
  yield* Effect.sleep(secondLook)
  const isThere = sameIn(found)
  const second = yield* compareLotsNow(plants, beyond)
  return new Map(
    Array.from(second, ([plant, compared]): readonly [PlantId, LotsCompared] => [
      plant,
      { ...compared, findings: compared.findings.filter((finding) => !isOfBooks(finding) || isThere(finding)) }
    ])
  )
})

/** Every finding, with what is known of it besides. */
const differencesOfPlant = Effect.fnUntraced(function* (
  plant: PlantId,
  now: number,
  findings: ReadonlyArray<Finding>,
  before: ReadonlyArray<Difference>
) {
  const accepted = yield* acceptedAt(plant)
  const left = findings.filter((finding) => !accepted.has(`${idOf(finding)} ${shownQuantities(finding)}`))
  const items = new Set(left.flatMap(({ items }) => items.map(({ itemId }) => itemId)))
  const prices = yield* standardPrices(plant, [...items])
  const known = {
    plant,
    now,
    before: new Map(before.map(({ id, since }) => [id, since])),
    prices: new Map(prices.map((price) => [price.itemId, price])),
    cases: yield* casesWaitedForBy([...new Set(left.map(({ stream }) => stream))])
  }
  return left
    .map((finding) => told(finding, known))
    .sort((left, right) => Date.parse(left.since) - Date.parse(right.since) || (left.id < right.id ? -1 : 1))
})

/** What was found, each with the finding that it came from, for whoever repairs it. */
export const look = Effect.fnUntraced(function* ({ plant: only, since }: Range) {
  const now = yield* Clock.currentTimeMillis
  const served = yield* servedPlants
  const wanted = served.filter((plant) => only === undefined || plant === only)
  const found = new Map<PlantId, { readonly before: ReadonlyArray<Difference>; readonly compared: OrdersCompared }>()
  for (const plant of wanted) {
    const before = yield* differencesOf(plant)
    found.set(plant, { before, compared: yield* compareOrders(plant, since, before) })
  }
  const beyond = plus(...Array.from(found.values(), ({ compared }) => compared.stockBeyond))
  const before = [...found.values()].flatMap((of) => of.before)
  const lots = yield* lotsLookedAtTwice(served, beyond, knownBefore(before))
  return yield* Effect.forEach(found, ([plant, { before, compared }]) =>
    Effect.gen(function* () {
      const { equal, findings, lots: count } = lots.get(plant) ?? { equal: 0, findings: [], lots: 0 }
      const all = [...compared.findings, ...findings]
      return {
        ...{ plant, findings: all, orders: compared.orders, lots: count, equal: compared.equal + equal },
        occurredAt: OccurredAt.make(new Date(now).toISOString()),
        differences: yield* differencesOfPlant(plant, now, all, before)
      }
    })
  )
})

/** The run's answer for each plant, as it is recorded. */
export const reconcile = (range: Range) =>
  Effect.map(look(range), (plants) =>
    plants.map(({ differences, findings: _, ...plant }): Reconciled => {
      const more = Math.max(0, differences.length - mostDifferences)
      return { ...plant, differences: differences.slice(0, mostDifferences), ...(more === 0 ? {} : { more }) }
    })
  )
