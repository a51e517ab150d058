// What an event takes back of its own stream. Pure; used by this folder and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotNotices } from "../../core/message/lot.ts"
import type { MessageId } from "../../core/plant/identifiers.ts"

/** The event at a version, or what a message of a reaction told. */
export type TakenBack = { readonly version: number } | { readonly told: MessageId }

/** The message that told a lot what another stream's fact means for it; its reversal names it by that. */
export const toldBy = ({ metadata, type }: RecordedEvent): MessageId | undefined =>
  Object.hasOwn(lotNotices, type) ? metadata.messageId : undefined

export const takenBackBy = (event: RecordedEvent): TakenBack | undefined => {
  switch (event.type) {
    case "ReportReversed":
    case "ReportCorrected":
    case "LotReportReversed":
      // A correction of what no longer counted takes nothing back.
      return event.data.version > 0 ? { version: event.data.version } : undefined
    case "LotLineReversed":
    case "LotPassageReversed":
      return { told: event.data.reverses.messageId }
    default:
      return undefined
  }
}
