// The actor of a lot. Hosted by the partitions; see the files beside it for its rules.
import type { Decider } from "../../core/decider.ts"
import type { LotPolicy } from "./breaches.ts"
import { decideBy, type Message } from "./decide.ts"
import type { Event } from "./event.ts"
import { evolve, format, initial, type LotState, pack, unpack } from "./state.ts"

/**
 * A lot. What may be done with it is derived from its facts, so these are no gates: any fact is recorded at any time,
 * and one that should not have been shows as a breach.
 *
 *     balance       received, received back, derived from another, merged from others, adjusted, produced, returned
 *                   less split, transferred, passed on, sampled, scrapped, shipped, consumed; reversals the other way
 *                   below zero: `negativeBalance`, withdrawn once what was missing has come; none where the policy allows it
 *
 *                        hold                      A word holds from when it was said until the next one's time,
 *     (no word) ───────────────► Held              whenever either comes. A use (a shipment, a consumption) of a held
 *         │  ▲              ▲  │  │                or rejected lot: `usedWhileRestricted`; of one whose expiry date
 *         │  │ release      └──┘  │ reject         has passed: `usedAfterExpiry`.
 *         ▼  │                    ▼
 *       Released ◄─────────── Rejected
 *
 *     A reversal (`LotReportReversed`) is a directive: it waits as `LotReversalDeferred` for the report that it names.
 *     The documents of a fact: requested, or withheld ──PostingsFreed──► requested; withheld from the version where a
 *     breach or a parked message is open, until it isn't. What the ERP itself tells of makes none.
 */
export const lotDeciderBy = (policy: LotPolicy): Decider<LotState, Message, Event> => ({
  initial,
  decide: decideBy(policy),
  evolve,
  format,
  pack,
  unpack
})

/** As a plant is that counts what it has. */
export const lotDecider = lotDeciderBy({ negativeStock: "case" })
