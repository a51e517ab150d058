// Which events tell what happened or was ordered at the plant, and which what the core made of it. Used by whatever asks
// for a state by the plant's own time.
import { exceptionEvents } from "./exception.ts"
import { genericEvents } from "./generic.ts"
import { postingEvents } from "./posting.ts"
import { reconciliationEvents } from "./reconciliation.ts"
import { releaseEvents } from "./release.ts"
import { waitingEvents } from "./waiting.ts"

/** When these come, and whether, depends on the order in which messages arrived. */
const ofTheCore = new Set<string>([
  ...Object.keys({
    ...postingEvents,
    ...releaseEvents,
    ...waitingEvents,
    ...exceptionEvents,
    ...reconciliationEvents,
    ...genericEvents
  }),
  "MessageDeferred",
  "BreachFound",
  "BreachWithdrawn",
  "BreachWaived",
  "LotReversalDeferred",
  "LotExpired",
  "LotBreachFound",
  "LotBreachOverdue",
  "LotBreachWithdrawn",
  "LotBreachWaived"
])

export const isFact = ({ type }: { readonly type: string }): boolean => !ofTheCore.has(type)
