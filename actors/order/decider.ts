// The actor of a production order. Hosted by the partitions; see the files beside it for its rules.
import type { Decider } from "../../core/decider.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { OrderMessage } from "../../core/message/order.ts"
import type { GroupingMessage, PostingMessage } from "../../core/message/posting.ts"
import type { RepairMessage } from "../../core/message/reconciliation.ts"
import type { ReleaseMessage } from "../../core/message/release.ts"
import type { DirectiveTimer, OrderTimer } from "../../core/message/timer.ts"
import { decide } from "./decide.ts"
import type { Event } from "./event.ts"
import { evolve } from "./evolve.ts"
import { format, initial, type OrderState, pack, unpack } from "./state.ts"

/**
 * A production order. Its status is derived from its facts (`status.ts`), so these are no gates: any fact is recorded
 * in any of them, and a fact that should not have been shows as a breach.
 *
 *                 release            first start or report        every operation final,
 *     Forecast ───────────► Released ─────────────────────► Running    no gap known ──► Completed ──► Closed
 *         │                     │                           ▲   │        or technical completion     close
 *         │ first report        │ cancel            restart │   │ hold                          (from anywhere)
 *         ▼                     ▼                           │   ▼
 *      Running              Cancelled                       Held        cancel after work has begun: Aborted
 *
 *     A message                 becomes                                     and then
 *     ───────────────────────   ─────────────────────────────────────────   ──────────────────────────────────────
 *     fact                      its event, at once                          BreachFound, BreachWithdrawn
 *     directive, can apply      its event                                   the same
 *     directive, too early      MessageDeferred; once what it waits for     the event, or MessageNoted, under its own
 *                               has come, in that message's turn            envelope
 *     directive, no effect      MessageNoted
 *     timer of a deferred one   DirectiveOverdue                            DirectiveWentOn, should it go on later
 *     word of the poster        its event, or MessageNoted if stale         PostingWithdrawn
 *     documents are due         PostingsGrouped: one document of many
 *     repair of a difference    PostingRepeated, DocumentAcknowledged
 *     decision on a case        ParkedMessageSettled, BreachWaived,         PostingsFreed
 *                               PostingWaived, PostingRequestedAgain,
 *                               DirectiveWaived                             MessageNoted under the directive's envelope
 *     word of the release       its event, or MessageNoted if stale         ReleaseAcknowledged, ReleaseStopped,
 *     runner or of the MES,                                                 ReleaseWentOn, ReleaseCancelled (see
 *     its timer                                                             `release.ts`)
 *
 *     The documents of a fact:  requested, or withheld ──PostingsFreed──► requested   (and on, see `postings.ts`)
 *     withheld from the version where a breach or a parked message is open, until it isn't; final ones while a gap is
 *     known; the reversal of a withheld one as long as that.
 */
export const orderDecider: Decider<
  OrderState,
  | OrderMessage
  | PostingMessage
  | GroupingMessage
  | ReleaseMessage
  | DirectiveTimer
  | OrderTimer
  | CaseNotice
  | RepairMessage,
  Event
> = {
  initial,
  decide,
  evolve,
  format,
  pack,
  unpack
}
