// What was posted lately, and so who may go on: the next of its stream, and those that take from the lots that it put into
// stock. The view tells of it a moment later, so it is remembered for a few. Used by `poster.ts` alone.
import { lotStream, type StreamName } from "../../core/journal/stream.ts"
import { plantScope } from "../../core/plant/lot.ts"
import type { Document } from "../../core/port/erp.ts"
import type { Posted } from "./poster-queue.ts"

/** As long (milliseconds) as a view may be late; who isn't found by then is found among all. */
const remembered = 3_000

/** A reversal moves everything the other way. */
const lotsIn = ({ kind, movements = [], plant }: Document): ReadonlyArray<StreamName> =>
  movements.flatMap(({ direction, itemId, lotId, scope = plantScope(plant) }) =>
    lotId !== undefined && (direction === "in") !== (kind === "reversal") ? [lotStream({ scope, itemId, lotId })] : []
  )

export const makeWake = () => {
  const streams = new Map<StreamName, number>()
  const lots = new Map<StreamName, number>()
  const recent = (names: Map<StreamName, number>, now: number): ReadonlyArray<StreamName> => {
    for (const [name, at] of names) if (now - at > remembered) names.delete(name)
    return [...names.keys()]
  }
  return {
    posted: (stream: StreamName, document: Document): void => {
      const now = performance.now()
      streams.set(stream, now)
      for (const lot of lotsIn(document)) lots.set(lot, now)
    },
    /** Undefined where nothing was posted lately. */
    recent: (): Posted | undefined => {
      const now = performance.now()
      const posted = { streams: recent(streams, now), lots: recent(lots, now) }
      return posted.streams.length === 0 ? undefined : posted
    }
  }
}
