// A work center's event in one plain line. Used by `describe-event.ts` alone.
import type { EquipmentEvent } from "../../core/event/equipment.ts"
import type { ServedOrder } from "../../core/plant/equipment.ts"

const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`)

const order = ({ operationId, orderId }: ServedOrder): string =>
  `order ${orderId}${operationId === undefined ? "" : `, operation ${operationId}`}`

export const describeEquipmentEvent = (event: EquipmentEvent): string => {
  switch (event.type) {
    case "EquipmentStateChanged":
      return `${event.data.state}${because(event.data.reason)}`
    case "EquipmentStateSampled":
      return event.data.runs.map(({ from, samples, state }) => `${samples} samples ${state} from ${from}`).join(", ")
    case "DowntimeStarted":
      return `downtime started${because(event.data.reason)}`
    case "DowntimeEnded":
      return `downtime ended${because(event.data.reason)}`
    case "EquipmentUseStarted":
      return `works on ${order(event.data.order)}`
    case "EquipmentUseEnded":
      return `works no more on ${order(event.data.order)}`
    case "CleanBreakRecorded":
      return `clean break until ${event.data.endedAt}: ${event.data.method}, ${event.data.reference}`
    case "EquipmentReportReversed":
      return `what ${event.data.reverses.messageId} said isn't so: ${event.data.reason}`
  }
}
