// A document as an ERP's books hold it, from what the adapter made of it. Pure; used inside adapters/erp.
import type { Document, HeldDocument } from "../../core/port/erp.ts"

/** A reversal isn't one: what it takes back is left out with it. */
export const heldDocument = (number: string, document: Document, isOurs: boolean): HeldDocument => {
  const { key, kind, plant: _, postingDate, reverses: __, ...content } = document
  return { document: number, ...(isOurs ? { key } : {}), kind, content, postingDate }
}
