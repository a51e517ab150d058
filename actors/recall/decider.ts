// The actor of a recall: keeps what was asked and answered. Hosted by the partitions.
import type { RecallEvent } from "../../core/event/recall.ts"
import type { RecallMessage } from "../../core/message/recall.ts"
import { content } from "../content.ts"
import { keeping } from "../keeping.ts"

const keep = (message: RecallMessage): RecallEvent => ({ type: message.type, data: content(message.body) })

export const recallDecider = keeping("recall/1", keep)
