// What a lot's own stream says of what is on hand, and where. Pure; used by `ledger.ts` and by tests. It shares no number
// with the flows, which the reporters say: so a mass balance can fail.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { placementsOf } from "../lots/movement.ts"
import { takenBackBy } from "./reversal.ts"

/** A reversal changes nothing by itself: it ends what it names, so that it is undone in both times. */
export const stockOf = (event: RecordedEvent): ReturnType<typeof placementsOf> =>
  takenBackBy(event) === undefined ? placementsOf(event) : []
