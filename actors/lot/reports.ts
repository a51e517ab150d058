// What a report said of its lot: what a reversal takes back. Pure. Used by the lot actor alone.
import { type LotEvent, type ReversedReport, reversible } from "../../core/event/lot.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"
import { type Rank, rankOf } from "../../core/message/rank.ts"
import * as Decimal from "../../core/plant/decimal.ts"
import type { StorageLocationId } from "../../core/plant/identifiers.ts"
import * as Quantity from "../../core/plant/quantity.ts"
import { instant } from "../../core/plant/time.ts"

/** With its word on when the lot expires, milliseconds since 1970. */
export type Report = ReversedReport & { readonly expiry?: Rank & { readonly expiresAt: number } }

export type ReportEvent = Extract<LotEvent, { readonly type: (typeof reversible)[number] }>

const types = new Set<string>(reversible)
export const isReport = <Event extends { readonly type: string }>(
  event: Event
): event is Extract<Event, { readonly type: (typeof reversible)[number] }> => types.has(event.type)

const incoming = new Set<ReversedReport["type"]>([
  "LotReceived",
  "LotTakenOver",
  "LotReceivedBack",
  "LotAdjusted",
  "LotMerged"
])

/** How the quantities change the balance; a move changes nothing. */
export const sumsOf = ({ quantities, type }: Report) => ({
  type,
  quantities: type === "LotMoved" ? [] : quantities,
  sign: incoming.has(type) ? (1 as const) : (-1 as const)
})

/** One quantity a unit. */
const total = (parts: ReadonlyArray<{ readonly quantity: Quantity.Quantity }>): ReadonlyArray<Quantity.Quantity> => {
  const sums = parts.reduce((all, { quantity }) => Quantity.accumulate(all, quantity, 1), Quantity.none)
  return Object.keys(sums).map((unit) => ({ value: Quantity.inUnit(sums, unit), unit: Quantity.Unit.make(unit) }))
}

const at = (storageLocation: StorageLocationId | undefined) =>
  storageLocation === undefined ? {} : { storageLocation }

export const reportOf = ({ data, type }: ReportEvent, metadata: MessageMetadata): Report => {
  switch (type) {
    case "LotReceived":
    case "LotTakenOver": {
      const { expiresAt, quantity, storageLocation } = data
      const expiry = expiresAt === undefined ? {} : { expiry: { ...rankOf(metadata), expiresAt: instant(expiresAt) } }
      return { type, quantities: [quantity], ...at(storageLocation), ...expiry }
    }
    case "LotSplit":
      return { type, quantities: total(data.into), ...at(data.storageLocation) }
    case "LotMerged":
      return { type, quantities: total(data.from), ...at(data.storageLocation) }
    case "LotMoved":
      return { type, quantities: [data.quantity], storageLocation: data.from, to: data.to }
    case "LotTransferred":
    case "LotSampled":
    case "LotScrapped":
    case "LotAdjusted":
    case "LotShipped":
    case "LotReceivedBack":
      return { type, quantities: [data.quantity], ...at(data.storageLocation) }
    case "LotHeld":
    case "LotReleased":
    case "LotRejected":
    case "QualityReadingRecorded":
    case "TestResultRecorded":
      return { type, quantities: [] }
  }
}

/** A word of quality people. */
export const isWord = (type: string): boolean => type === "LotHeld" || type === "LotReleased" || type === "LotRejected"

/** The ERP's stock changes by it. */
export const movesStock = (type: ReversedReport["type"]): boolean =>
  !isWord(type) && type !== "QualityReadingRecorded" && type !== "TestResultRecorded"

/** It only adds to the lot. */
export const bringsIn = (event: ReportEvent): boolean =>
  event.type === "LotAdjusted" ? Decimal.compare(event.data.quantity.value, Decimal.zero) > 0 : incoming.has(event.type)
