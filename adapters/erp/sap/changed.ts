// One page of one sort of record that was changed in SAP. Used by `changes.ts` and the changed-*.ts files.
import type { Effect } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import type { Ask } from "./ask.ts"
import type { SapPlant } from "./options.ts"
import { text } from "./query.ts"

/** One message about a record, as that is now. */
export interface Change {
  /** Milliseconds since 1970, UTC. */
  readonly at: number
  /** Its stamp as text, then the record and, of several, the message: they sort in SAP's order. */
  readonly id: string
  readonly type: string
  readonly body: object
}

/** Where in a sort's order a record stands: by its stamp, then its number. */
export interface Position {
  readonly at: number
  readonly number: string
}

export interface ChangedRecord extends Position {
  readonly changes: ReadonlyArray<Change>
}

/** Up to `pageSize` of one sort, those that come after a position; from the beginning where it is undefined. */
export type ChangedAfter = (
  ask: Ask,
  plant: SapPlant,
  after: Position | undefined
) => Effect.Effect<ReadonlyArray<ChangedRecord>, TechnicalFailure>

export const pageSize = 500

/**
 * By position and not by count: a record that is stamped anew meanwhile would move all others. What has no stamp (`none`)
 * comes first.
 */
export const comesAfter = (
  after: Position | undefined,
  number: string,
  none: string,
  literal: (at: number) => string
): ReadonlyArray<string> => {
  if (after === undefined) return []
  const [at, isLater] = [literal(after.at), `${number} gt ${text(after.number)}`]
  const isOfThen = `LastChangeDateTime eq ${after.at === 0 ? none : at} and ${isLater}`
  return [`(LastChangeDateTime gt ${at} or (${isOfThen}))`]
}

export const idOf = (at: number, sort: string, record: string, message: number): string =>
  `${new Date(at).toISOString()}/${sort}/${record}/${message}`
