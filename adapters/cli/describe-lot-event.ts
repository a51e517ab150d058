// A lot's event in one plain line, for people who read its history. Used by `describe-event.ts` alone.
import type { LotEvent } from "../../core/event/lot.ts"
import type { LotKey, LotReference } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"

const quantity = ({ value, unit }: Quantity): string => `${value} ${unit}`
const lot = ({ itemId, lotId }: LotReference | LotKey): string => `lot ${lotId} of ${itemId}`
const parts = (all: ReadonlyArray<{ readonly lotId: string; readonly quantity: Quantity }>): string =>
  all.map((part) => `${quantity(part.quantity)} ${part.lotId}`).join(", ")
const order = ({ orderId, plantId }: { readonly orderId: string; readonly plantId: string }): string =>
  `order ${plantId}/${orderId}`
const reversed = { LotConsumed: "not consumed", LotReturned: "not returned", LotProduced: "not produced" } as const
const at = (place: string | undefined): string => (place === undefined ? "" : ` at ${place}`)

export const describeLotEvent = (event: LotEvent): string => {
  switch (event.type) {
    case "LotReceived": {
      const { expiresAt, storageLocation, supplier } = event.data
      const from =
        supplier === undefined
          ? ""
          : ` from ${supplier.partnerId}${supplier.lotId === undefined ? "" : `, its lot ${supplier.lotId}`}`
      return `${quantity(event.data.quantity)} received${from}${at(storageLocation)}${expiresAt === undefined ? "" : `, expires ${expiresAt}`}`
    }
    case "LotTakenOver":
      return `${quantity(event.data.quantity)} taken over from the ERP${at(event.data.storageLocation)}; history begins here`
    case "LotSplit":
      return `split into ${parts(event.data.into)}`
    case "LotMerged":
      return `merged from ${parts(event.data.from)}`
    case "LotTransferred":
      return `${quantity(event.data.quantity)} transferred to ${lot(event.data.to)}`
    case "LotMoved":
      return `${quantity(event.data.quantity)} moved from ${event.data.from} to ${event.data.to}`
    case "LotHeld":
      return `held: ${event.data.reason}`
    case "LotReleased":
      return `released: ${event.data.reason}`
    case "LotRejected":
      return `rejected: ${event.data.reason}`
    case "QualityReadingRecorded":
      return `${event.data.characteristic} measured: ${event.data.value} ${event.data.unit ?? ""}`.trimEnd()
    case "TestResultRecorded":
      return `${event.data.testSpecification} ${event.data.passed ? "passed" : "failed"}`
    case "LotSampled":
      return `${quantity(event.data.quantity)} sampled (${event.data.use})`
    case "LotScrapped":
      return `${quantity(event.data.quantity)} scrapped: ${event.data.scrapReason}`
    case "LotAdjusted":
      return `adjusted by ${quantity(event.data.quantity)}: ${event.data.reason}`
    case "LotShipped":
      return `${quantity(event.data.quantity)} shipped to ${event.data.customer} by ${event.data.document}`
    case "LotReceivedBack":
      return `${quantity(event.data.quantity)} received back from ${event.data.customer} by ${event.data.document}`
    case "LotDerived":
      return `${quantity(event.data.quantity)} came from ${lot(event.data.from)} (${event.data.through})`
    case "LotPassedOn":
      return `${quantity(event.data.quantity)} went into ${lot(event.data.to)} (${event.data.through})`
    case "LotConsumed":
      return `${quantity(event.data.quantity)} consumed by ${order(event.data.order)}${at(event.data.storageLocation)}`
    case "LotReturned":
      return `${quantity(event.data.quantity)} returned by ${order(event.data.order)}${at(event.data.storageLocation)}`
    case "LotProduced":
      return `${quantity(event.data.quantity)} produced by ${order(event.data.order)}${at(event.data.storageLocation)}`
    case "LotLineReversed":
      return `${quantity(event.data.quantity)} of ${order(event.data.order)} reversed: ${reversed[event.data.was]}`
    case "LotPassageReversed": {
      const { quantity: amount, was } = event.data
      return `${quantity(amount)} reversed: ${was === "LotDerived" ? "did not come" : "was not passed on"} (${event.data.through})`
    }
    case "LotReportReversed":
      return `report at version ${event.data.version} reversed: ${event.data.reason}`
    case "LotReversalDeferred":
      return `a reversal waits for ${event.data.waitsFor.replace("\n", " ")}`
    case "LotExpired":
      return `expired at ${event.data.expiresAt}`
    case "LotBreachFound":
      return `breach ${event.data.breach} found: ${event.data.extent} ${event.data.unit ?? ""}`.trimEnd()
    case "LotBreachOverdue":
      return `breach ${event.data.breach} still there: ${event.data.extent} ${event.data.unit ?? ""}`.trimEnd()
    case "LotBreachWithdrawn":
      return `breach ${event.data.breach} withdrawn`
    case "LotBreachWaived":
      return `breach ${event.data.breach} waived by case ${event.data.caseId}`
  }
}
