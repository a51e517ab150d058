// A message as its sender makes it, before it is bytes. Used by the simulator, the bench and the tests.
import type { ExchangeName } from "../../core/port/broker.ts"

export interface SentMessage {
  readonly exchange: ExchangeName
  readonly type: string
  readonly messageId: string
  /** The MES counts its messages for each order; the ERP doesn't, and lots aren't counted. */
  readonly sequence?: number
  /** Absent where it is about a lot. */
  readonly orderId?: string
  /** What becomes JSON. */
  readonly body: { readonly [field: string]: unknown }
}
