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

const Cursor = Schema.fromJsonString(
  Schema.Struct({
    /** The latest stamp that was told. */
    since: Schema.Int,
    /** Ids of what was told, of the last while before it. */
    told: Schema.Array(Schema.String)
  })
)
const decodeCursor = Schema.decodeUnknownOption(Cursor)

const sorts: ReadonlyArray<ChangedAfter> = [changedItems, changedOrders]

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
    const cursor = Option.getOrUndefined(decodeCursor(after))
    // What has no stamp comes first, and no comparison with a time finds it.
    const from = cursor === undefined || cursor.since === 0 ? undefined : cursor.since - overlapMillis
    const told = new Set(cursor?.told)
    const found = yield* Effect.forEach(sorts, (changed) =>
      freshOf((position) => changed(ask, plant, position), from, told)
    )
    const quietUntil = (yield* Clock.currentTimeMillis) - quietMillis
    const completeUntil = Math.min(...found.map((fresh) => fresh.completeUntil))
    const fresh = found
      .flatMap(({ changes }) => changes)
      .filter(({ at }) => at <= completeUntil && at <= quietUntil)
      .sort((left, right) => (left.id < right.id ? -1 : 1))
    const page = fresh.slice(0, pageLimit)
    const since = Math.max(cursor?.since ?? 0, ...page.map(({ at }) => at))
    const recent = [...told, ...page.map((change) => change.id)].filter((one) => stampIn(one) >= since - overlapMillis)
    const answer: ErpChanges = {
      changes: page.map(({ body, id, type }) => ({ id, type, body: JSON.stringify(body) })),
      cursor: recent.length === 0 ? (after ?? "") : JSON.stringify({ since, told: recent }),
      more: fresh.length > page.length || completeUntil !== Number.POSITIVE_INFINITY
    }
    return answer
  })
