// What an ERP tells of all its master data, held against what is known of it here. Pure but for its memory of one run;
// used by `sync-plant.ts` alone.
import { isDeepStrictEqual } from "node:util"
import type { StreamName } from "../../core/journal/stream.ts"
import type { MasterDataMessage } from "../../core/message/master-data.ts"
import { compareRanks, type Rank } from "../../core/message/rank.ts"
import type { HeldName, HeldRecord } from "../../projections/master-data/queries.ts"

/** A record as the ERP tells of it. */
export interface Told {
  readonly stream: StreamName
  readonly rank: Rank
  readonly message: MasterDataMessage
}

/** What the ERP says of a record that has no later stamp than what is known: it was changed without one. */
export interface Unstamped {
  readonly told: Told
  readonly held: HeldRecord
}

const isSame = ({ message: { body } }: Told, held: HeldRecord): boolean => {
  const { actionCode, occurredAt: _, ...content } = body
  // As the view has it: JSON.
  return (
    (actionCode === "Delete") === held.deleted && isDeepStrictEqual(JSON.parse(JSON.stringify(content)), held.content)
  )
}

interface Best {
  readonly rank: Rank
  readonly unstamped: Unstamped | undefined
}

/**
 * An ERP may tell of a record as often as it was changed, or once, as it is now; in either case its last word is the one
 * of the highest rank. `judge` says whether a change was missed here, and so is to be told under its own id; what no
 * stamp tells of shows at the end.
 */
export class Comparison {
  readonly #best = new Map<StreamName, Best>()
  readonly #freshSince: number

  /** What was recorded here since then (milliseconds since 1970) may be newer than the ERP's answer, so it isn't judged. */
  constructor(freshSince: number) {
    this.#freshSince = freshSince
  }

  judge(told: Told, held: HeldRecord | undefined): "missed" | "known" {
    const isMissed = held === undefined || (compareRanks(told.rank, held.rank) > 0 && !isSame(told, held))
    const before = this.#best.get(told.stream)
    if (before === undefined || compareRanks(told.rank, before.rank) > 0) {
      const isUnstamped =
        !isMissed && held.rank.source === told.rank.source && !this.#isFresh(held) && !isSame(told, held)
      this.#best.set(told.stream, { rank: told.rank, unstamped: isUnstamped ? { told, held } : undefined })
    }
    return isMissed ? "missed" : "known"
  }

  unstamped(): ReadonlyArray<Unstamped> {
    return Array.from(this.#best.values()).flatMap(({ unstamped }) => unstamped ?? [])
  }

  /** The ERP has told of everything that it has, and not of this. */
  isGone(held: HeldName): boolean {
    return !this.#best.has(held.stream) && !this.#isFresh(held)
  }

  #isFresh({ recordedAt }: HeldName): boolean {
    return recordedAt >= this.#freshSince
  }
}
