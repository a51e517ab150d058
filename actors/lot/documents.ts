// Whether the ERP is told of a report about a lot, and when. Pure. Used by the lot actor's decide alone.
import type { PostingDecision } from "../../core/event/posting.ts"
import { type MessageMetadata, senderOf } from "../../core/message/metadata.ts"
import { zero } from "../../core/plant/decimal.ts"
import { isToCome, withheldAt } from "../posting/documents.ts"
import { holding } from "./disposition.ts"
import type { Event } from "./event.ts"
import { evolveFacts } from "./facts.ts"
import { type ReportMessage, reportEvent } from "./recording.ts"
import { bringsIn, isWord, movesStock } from "./reports.ts"
import type { Turn } from "./turn.ts"

/** A word on its usability changes the ERP's status only where it holds since the latest time, and says another. */
const saysAnother = (turn: Turn, message: ReportMessage): boolean => {
  const { facts } = turn
  const after = evolveFacts(facts, turn.next(reportEvent(message, "requested")))
  return holding(facts.dispositions)?.disposition !== holding(after.dispositions)?.disposition
}

/**
 * None where the ERP itself tells of it. A movement is withheld while something open withholds it, its own breach too;
 * what comes into stock only by a parked message: it may be what is missing. The ERP is told at once whether a lot may be
 * used.
 */
export const decisionOnReport = (
  turn: Turn,
  message: ReportMessage,
  metadata: MessageMetadata
): PostingDecision | undefined => {
  if (senderOf(metadata).isErp) return undefined
  if (isWord(message.type)) return saysAnother(turn, message) ? "requested" : undefined
  if (message.type === "LotAdjusted" && message.body.quantity.value === zero) return undefined
  const event = reportEvent(message, "requested")
  const isWithheld = bringsIn(event) ? turn.isParked : turn.wouldWithhold(event, metadata)
  return isWithheld ? "withheld" : "requested"
}

type Reversal = Extract<Event, { readonly type: "LotReportReversed" }>

/** Of a word, what holds now is told where that is another; the reversal of a movement is withheld as long as that is. */
export const decisionOnReversal = (
  turn: Turn,
  event: Reversal,
  metadata: MessageMetadata
): PostingDecision | undefined => {
  const { nowHolds, takesBack, version } = event.data
  const { isErp } = senderOf(metadata)
  if (isWord(takesBack.type)) {
    const before = holding(turn.facts.dispositions)?.disposition
    return !isErp && nowHolds !== undefined && nowHolds?.disposition !== before ? "requested" : undefined
  }
  if (!movesStock(takesBack.type) || (isErp && !isToCome(turn.course, version))) return undefined
  const isWithheld = withheldAt(turn.course, version) !== undefined || turn.wouldWithhold(event, metadata)
  return isWithheld ? "withheld" : "requested"
}
