// The actor of a work center, on one day: keeps what was said of it. Hosted by the partitions.
import type { EquipmentEvent } from "../../core/event/equipment.ts"
import type { EquipmentMessage } from "../../core/message/equipment.ts"
import { content } from "../content.ts"
import { keeping } from "../keeping.ts"
import { runsOf } from "./runs.ts"

const keep = (message: EquipmentMessage): EquipmentEvent => {
  switch (message.type) {
    case "EquipmentStateChanged":
      return { type: message.type, data: content(message.body) }
    case "EquipmentStateSampled":
      return {
        type: message.type,
        data: { workCenterId: message.body.workCenterId, runs: runsOf(message.body.samples) }
      }
    case "DowntimeStarted":
      return { type: message.type, data: content(message.body) }
    case "DowntimeEnded":
      return { type: message.type, data: content(message.body) }
    case "EquipmentUseStarted":
      return { type: message.type, data: content(message.body) }
    case "EquipmentUseEnded":
      return { type: message.type, data: content(message.body) }
    case "CleanBreakRecorded":
      return { type: message.type, data: content(message.body) }
    case "EquipmentReportReversed":
      return { type: message.type, data: content(message.body) }
  }
}

/**
 * Each message is one event, whatever came before it: nothing said of a work center is refused, breaks a rule, waits or
 * makes a document. What it does, since when, for which order and whether it is ready follows from all that was said,
 * ranked by time, and may follow from what was said on another day, on another stream: so the view `equipment` says
 * it (`projections/equipment/timeline.ts`), and there is no state here.
 */
export const equipmentDecider = keeping("equipment/1", keep)
