// What was changed in SAP for a plant, page after page. Used by `client.ts` alone.
//
// It is asked for what was stamped since, and says how that is now. A stamp is set before its commit, and others see it
// after: each question goes back a while before the last stamp, and the cursor holds what of that time was told already.
import { Clock, Effect, Option, Schema } from "effect"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import type { ErpChanges } from "../../../core/port/erp.ts"
import { type Ask, technical } from "./ask.ts"
import { type Change, type ChangedAfter, type ChangedRecord, type Position, pageSize } from "./changed.ts"
import { changedItems } from "./changed-items.ts"
import { changedOrders } from "./changed-orders.ts"
import type { Plants } from "./options.ts"

/** A transaction that takes longer than this, from its stamp to its commit, would be missed. */
const overlapMillis = 60_000
/**
 * Some stamps have no more than their second: a record that is changed twice within one would be told as it was after the
 * first. So nothing is told before its second is over, with some more for clocks that differ.
 */
const quietMillis = 5_000
const pageLimit = 500

const Place = Schema.Struct({
  /** The latest stamp that was told. */
  since: Schema.Int,
  /** Ids of what was told, of the last while before it. */
  told: Schema.Array(Schema.String)
})
type Place = typeof Place.Type

/** Of each sort its own: their stamps may be of different clocks. */
const Cursor = Schema.fromJsonString(Schema.Struct({ items: Place, orders: Place }))
const decodeCursor = Schema.decodeUnknownOption(Cursor)

const sorts = { items: changedItems, orders: changedOrders } as const
type Sort = keyof typeof sorts

const names: ReadonlyArray<Sort> = ["items", "orders"]

const beginning: Place = { since: 0, told: [] }

/** From there on it is asked, to the second: some stamps have no more. What has no stamp no comparison finds. */
const fromOf = ({ since }: Place): number | undefined =>
  since === 0 ? undefined : Math.floor((since - overlapMillis) / 1_000) * 1_000

const stampIn = (id: string): number => Date.parse(id.slice(0, id.indexOf("/")))

interface Fresh {
  readonly changes: ReadonlyArray<Change>
  /** What is stamped later may be missing. */
  readonly completeUntil: number
}

/** Of one sort, what wasn't told yet, until it is enough for an answer. */
const freshOf = Effect.fnUntraced(function* (
  records: (after: Position | undefined) => ReturnType<ChangedAfter>,
  from: number | undefined,
  told: ReadonlySet<string>
) {
  const changes = new Map<string, Change>()
  let after: Position | undefined = from === undefined ? undefined : { at: from, number: "" }
  while (true) {
    const page: ReadonlyArray<ChangedRecord> = yield* records(after)
    for (const change of page.flatMap((record) => record.changes)) {
      if (!told.has(change.id)) changes.set(change.id, change)
    }
    const last = page.at(-1)
    const fresh: Fresh = { changes: [...changes.values()], completeUntil: last?.at ?? 0 }
    if (last === undefined || page.length < pageSize) return { ...fresh, completeUntil: Number.POSITIVE_INFINITY }
    if (changes.size >= pageLimit) return fresh
    if (last.at === after?.at && last.number === after.number) {
      return yield* technical(`More than ${pageSize} records of one moment: ${new Date(last.at).toISOString()}`)
    }
    after = last
  }
})

export const changing = (ask: Ask, plants: Plants) =>
  Effect.fnUntraced(function* (id: PlantId, after: string | undefined) {
    const plant = plants.of(id)
    if (plant === undefined) return yield* technical(`The settings of SAP don't say which plant ${id} is`)
    const cursor = Option.getOrElse(decodeCursor(after), () => ({ items: beginning, orders: beginning }))
    const quietUntil = (yield* Clock.currentTimeMillis) - quietMillis
    const found = yield* Effect.forEach(names, (sort) =>
      Effect.map(
        freshOf((position) => sorts[sort](ask, plant, position), fromOf(cursor[sort]), new Set(cursor[sort].told)),
        ({ changes, completeUntil }) => ({
          fresh: changes.flatMap((change) =>
            change.at <= completeUntil && change.at <= quietUntil ? [{ ...change, sort }] : []
          ),
          isAll: completeUntil === Number.POSITIVE_INFINITY
        })
      )
    )
    const fresh = found.flatMap((one) => one.fresh).sort((left, right) => (left.id < right.id ? -1 : 1))
    const page = fresh.slice(0, pageLimit)
    const placeAfter = (sort: Sort): Place => {
      const told = page.filter((change) => change.sort === sort)
      const since = Math.max(cursor[sort].since, ...told.map(({ at }) => at))
      const oldest = fromOf({ since, told: [] }) ?? Number.NEGATIVE_INFINITY
      return {
        since,
        told: [...cursor[sort].told, ...told.map((change) => change.id)].filter((one) => stampIn(one) >= oldest)
      }
    }
    const answer: ErpChanges = {
      changes: page.map(({ body, id, type }) => ({ id, type, body: JSON.stringify(body) })),
      cursor:
        page.length === 0
          ? (after ?? "")
          : JSON.stringify({ items: placeAfter("items"), orders: placeAfter("orders") }),
      more: fresh.length > page.length || found.some(({ isAll }) => !isAll)
    }
    return answer
  })
