// The event that a message becomes: its content without badge and time, which are in the envelope. Pure.
// Used by the lot actor alone.
import type { LotEvent } from "../../core/event/lot.ts"
import type { PostingDecision } from "../../core/event/posting.ts"
import type { LotMessage, LotNotice } from "../../core/message/lot.ts"
import { content } from "../content.ts"
import type { ReportEvent } from "./reports.ts"

export type ReversalMessage = Extract<LotMessage, { readonly type: "LotReportReversed" }>
export type ReportMessage = Exclude<LotMessage, ReversalMessage>

export const reportEvent = (message: ReportMessage, decision: PostingDecision | undefined): ReportEvent => {
  const posting = decision === undefined ? {} : { posting: decision }
  switch (message.type) {
    case "LotReceived":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotTakenOver":
      return { type: message.type, data: content(message.body) }
    case "LotSplit":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotMerged":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotTransferred":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotMoved":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotHeld":
    case "LotReleased":
    case "LotRejected":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "QualityReadingRecorded":
      return { type: message.type, data: content(message.body) }
    case "TestResultRecorded":
      return { type: message.type, data: content(message.body) }
    case "LotSampled":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotScrapped":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotAdjusted":
      return { type: message.type, data: { ...content(message.body), ...posting } }
    case "LotShipped":
    case "LotReceivedBack":
      return { type: message.type, data: { ...content(message.body), ...posting } }
  }
}

export const noticeEvent = (message: LotNotice): LotEvent => {
  switch (message.type) {
    case "LotDerived":
      return { type: message.type, data: content(message.body) }
    case "LotPassedOn":
      return { type: message.type, data: content(message.body) }
    case "LotConsumed":
    case "LotReturned":
    case "LotProduced":
      return { type: message.type, data: content(message.body) }
    case "LotLineReversed":
      return { type: message.type, data: content(message.body) }
    case "LotPassageReversed":
      return { type: message.type, data: content(message.body) }
  }
}
