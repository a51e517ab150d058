// A document that SAP holds: one of ours, or what stands of an order's. Used inside adapters/erp/sap.
import type { Document, HeldDocument } from "../../../core/port/erp.ts"

export interface Held {
  /** SAP's number, as people there say it: `0000000102/00000001` of a confirmation, `4900000001/2026` of goods. */
  readonly number: string
  readonly etag: string | undefined
  readonly content: Document
  /** All that belongs to it is booked: no goods movement of it waits in SAP's list of failed ones (COGI). */
  readonly isComplete: boolean
  /** Somebody took it back in SAP: nothing of it is in its books any more. */
  readonly isCancelled: boolean
  readonly print: string
}

/** One of an order that stands, whoever posted it. */
export interface Standing {
  /** When it was entered, in milliseconds since 1970 by SAP's clock. */
  readonly at: number
  readonly held: HeldDocument
}
