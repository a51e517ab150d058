// What a report says of material that came and went, a flow for each lot and place that it names. Pure; used by `ledger.ts`
// and by tests. Only of whoever reported it: what a reaction told a lot says the same again and is left out.
import type { OrderEvent } from "../../core/event/order.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, lotStream, plantOf, type StreamName } from "../../core/journal/stream.ts"
import { senderOf } from "../../core/message/metadata.ts"
import { type ItemId, PlantId } from "../../core/plant/identifiers.ts"
import { type LotKey, lotKey, lotOfLine, type MaterialReference, partOf } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"

/** Each kind with its sign in what is on hand; 0 of what was over before the lot's stock was taken over. */
export const flowKinds = {
  takenOver: 1,
  received: 1,
  /** By customers. */
  receivedBack: 1,
  /** By orders. */
  produced: 1,
  returned: 1,
  /** Out of other lots, and into them: by split, merge and transfer. */
  derived: 1,
  passedOn: -1,
  /** More where it's positive, less where it's negative. */
  adjusted: 1,
  /** Of one move the two places. */
  movedFrom: -1,
  movedTo: 1,
  consumed: -1,
  sampled: -1,
  scrapped: -1,
  shipped: -1,
  consumedBefore: 0,
  producedBefore: 0
} as const
export type FlowKind = keyof typeof flowKinds

export interface Flow {
  /** Absent for material without a number. */
  readonly lot?: StreamName
  readonly item: ItemId
  readonly kind: FlowKind
  readonly quantity: Quantity
  /** The empty text where none is said. */
  readonly location: string
  /** The order's or the other lot's stream, or the supplier or customer. */
  readonly counterpart?: string
  /** Of a delivery, or the supplier's certificate. */
  readonly document?: string
  /** The lot's number at its supplier. */
  readonly partnerLot?: string
  readonly workCenter?: string
}

interface Located {
  readonly quantity: Quantity
  readonly storageLocation?: string | undefined
}

const ofLot = (lot: LotKey, kind: FlowKind, { quantity, storageLocation = "" }: Located): Flow => ({
  lot: lotStream(lot),
  item: lot.itemId,
  kind,
  quantity,
  location: storageLocation
})

/** Both ends of what went from one lot to another. */
const passage = (from: LotKey, to: LotKey, out: Located, into: Located): ReadonlyArray<Flow> => [
  { ...ofLot(from, "passedOn", out), counterpart: lotStream(to) },
  { ...ofLot(to, "derived", into), counterpart: lotStream(from) }
]

type MaterialEvent = RecordedEvent &
  Extract<
    OrderEvent,
    { readonly type: "MaterialConsumed" | "MaterialReturned" | "MaterialProduced" | "MaterialTakenOver" }
  >

const ofOrder = (
  { data, stream }: MaterialEvent,
  kind: FlowKind,
  { itemId, lotId, quantity, scope, storageLocation = "" }: MaterialReference & Located
): Flow => {
  const lot = lotOfLine(
    { itemId, ...(lotId === undefined ? {} : { lotId }), ...(scope === undefined ? {} : { scope }) },
    PlantId.make(plantOf(stream))
  )
  return {
    ...(lot === undefined ? {} : { lot: lotStream(lot) }),
    item: itemId,
    kind,
    quantity,
    location: storageLocation,
    counterpart: stream,
    ...(data.workCenterId === undefined ? {} : { workCenter: data.workCenterId })
  }
}

export const flowsOf = (event: RecordedEvent): ReadonlyArray<Flow> => {
  switch (event.type) {
    case "MaterialConsumed":
      return event.data.materials.map((material) => ofOrder(event, "consumed", material))
    case "MaterialReturned":
      return event.data.materials.map((material) => ofOrder(event, "returned", material))
    case "MaterialProduced":
      return event.data.materials.map((material) => ofOrder(event, "produced", material))
    case "MaterialTakenOver":
      return event.data.materials.map((material) =>
        ofOrder(event, material.use === "Consumed" ? "consumedBefore" : "producedBefore", material)
      )
    case "LotReceived": {
      const { certificate, lotId, partnerId } = event.data.supplier ?? {}
      return [
        {
          ...ofLot(lotOf(event.stream), "received", event.data),
          ...(partnerId === undefined ? {} : { counterpart: partnerId }),
          ...(lotId === undefined ? {} : { partnerLot: lotId }),
          ...(certificate === undefined ? {} : { document: certificate })
        }
      ]
    }
    case "LotTakenOver":
      return [ofLot(lotOf(event.stream), "takenOver", event.data)]
    case "LotShipped":
    case "LotReceivedBack": {
      const { customer, document } = event.data
      const kind = event.type === "LotShipped" ? "shipped" : "receivedBack"
      return [{ ...ofLot(lotOf(event.stream), kind, event.data), counterpart: customer, document }]
    }
    case "LotSampled":
      return [ofLot(lotOf(event.stream), "sampled", event.data)]
    case "LotScrapped":
      return [ofLot(lotOf(event.stream), "scrapped", event.data)]
    case "LotAdjusted":
      return [ofLot(lotOf(event.stream), "adjusted", event.data)]
    case "LotMoved": {
      const { from, quantity, to } = event.data
      const lot = lotOf(event.stream)
      return [
        ofLot(lot, "movedFrom", { quantity, storageLocation: from }),
        ofLot(lot, "movedTo", { quantity, storageLocation: to })
      ]
    }
    case "LotSplit": {
      const lot = lotOf(event.stream)
      const { into, storageLocation } = event.data
      return into.flatMap((part) =>
        passage(lot, partOf(lot, part), { quantity: part.quantity, storageLocation }, { storageLocation, ...part })
      )
    }
    case "LotMerged": {
      const lot = lotOf(event.stream)
      const { from, storageLocation } = event.data
      return from.flatMap((part) =>
        passage(partOf(lot, part), lot, { storageLocation, ...part }, { quantity: part.quantity, storageLocation })
      )
    }
    case "LotTransferred": {
      const lot = lotOf(event.stream)
      return passage(lot, lotKey(event.data.to, lot.scope), event.data, event.data)
    }
    default:
      return []
  }
}

/** Whose storage locations and work centers are meant: the order's plant, or the reporting plant. */
export const plantOfFlow = (event: RecordedEvent): string =>
  event.stream.startsWith("order/") ? plantOf(event.stream) : senderOf(event.metadata).plantId
