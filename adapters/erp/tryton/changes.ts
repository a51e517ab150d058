// What was changed in Tryton for a plant, page after page. Used by `client.ts` alone.
//
// Tryton pushes nothing and keeps no history: it is asked for what was written since, and says how that is now. Its stamps
// are set within a transaction, which others see once it commits: each question goes back a while before the last stamp,
// and the cursor holds what of that time was told already.
import { Effect, Option, Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { hex, sha256 } from "../../../core/journal/hash.ts"
import type { PlantId } from "../../../core/plant/identifiers.ts"
import type { ErpChanges } from "../../../core/port/erp.ts"
import { timeOf } from "./answer.ts"
import type { Search } from "./ask.ts"
import { changedBills } from "./changed-bills.ts"
import { changedItems } from "./changed-items.ts"
import { changedOrders } from "./changed-orders.ts"
import { changedRoutings } from "./changed-routings.ts"
import { changedUnits } from "./changed-units.ts"

/** One record, as it is now. */
export interface Change {
  /** When it was written, as text, then the record: they sort in Tryton's order. */
  readonly id: string
  readonly type: string
  readonly body: object
}

/** Those of one sort that were written after a time; all where it is undefined. */
export type ChangedSince = (
  search: Search,
  plant: PlantId,
  since: object | undefined
) => Effect.Effect<ReadonlyArray<Change>, TechnicalFailure>

/** A transaction that takes longer than this, from its write to its commit, would be missed. */
const overlapMillis = 60_000
const pageLimit = 500

const Cursor = Schema.fromJsonString(
  Schema.Struct({
    /** The latest stamp that was told. */
    since: Schema.String,
    /** Ids of what was told, of the last while before it. */
    told: Schema.Array(Schema.String)
  })
)
const decodeCursor = Schema.decodeUnknownOption(Cursor)

/** What it shows of other records has no stamp of its own: another content is another change. */
const withDigest = ({ body, id, type }: Change): Change => {
  const digest = hex(sha256(new TextEncoder().encode(JSON.stringify(body)))).slice(0, 12)
  return { id: `${id}/${digest}`, type, body }
}

const sorts: ReadonlyArray<ChangedSince> = [changedUnits, changedItems, changedBills, changedRoutings, changedOrders]

export const changing = (search: Search) =>
  Effect.fnUntraced(function* (plant: PlantId, after: string | undefined) {
    const cursor = Option.getOrUndefined(decodeCursor(after))
    const before = cursor === undefined ? undefined : timeOf(Date.parse(cursor.since) - overlapMillis)
    const told = new Set(cursor?.told)
    const found = yield* Effect.forEach(sorts, (changed) => changed(search, plant, before))
    const fresh = found
      .flat()
      .map(withDigest)
      .filter(({ id }) => !told.has(id))
      .sort((left, right) => (left.id < right.id ? -1 : 1))
    const page = fresh.slice(0, pageLimit)
    const last = page.at(-1)?.id.split("/", 1)[0] ?? ""
    const since = cursor !== undefined && cursor.since > last ? cursor.since : last
    const oldest = Date.parse(since) - overlapMillis
    const recent = [...told, ...page.map(({ id }) => id)].filter(
      (id) => Date.parse(id.split("/", 1)[0] ?? "") >= oldest
    )
    const answer: ErpChanges = {
      changes: page.map(({ body, ...change }) => ({ ...change, body: JSON.stringify(body) })),
      cursor: since === "" ? "" : JSON.stringify({ since, told: recent }),
      more: fresh.length > page.length
    }
    return answer
  })
