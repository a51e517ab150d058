// The status of a production order, from what is known of it. Pure; anyone may import this file.
import { Schema } from "effect"

/** B2MML RequestState, as far as an order's facts can tell it. */
export const OrderStatus = Schema.Literals([
  "Forecast",
  "Released",
  "Running",
  "Held",
  "Completed",
  "Closed",
  "Cancelled",
  "Aborted"
])
export type OrderStatus = typeof OrderStatus.Type

export interface OrderProgress {
  readonly released: boolean
  /** A start or another report counts. */
  readonly started: boolean
  /** Every planned operation is finally confirmed, and no gap is known. */
  readonly finished: boolean
  readonly held: boolean
  readonly cancelled: boolean
  readonly technicallyCompleted: boolean
  readonly closed: boolean
}

/** A cancelled order that work was reported on was aborted; `Forecast` is one that only a plan or nothing tells of. */
export const orderStatus = (progress: OrderProgress): OrderStatus => {
  if (progress.closed) return "Closed"
  if (progress.cancelled) return progress.started ? "Aborted" : "Cancelled"
  if (progress.technicallyCompleted || progress.finished) return "Completed"
  if (progress.held) return "Held"
  if (progress.started) return "Running"
  return progress.released ? "Released" : "Forecast"
}
