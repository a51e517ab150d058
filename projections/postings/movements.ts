// What a fact changes of the ERP's stock. Pure; used by `posting.ts` alone.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, lotStream, plantOf, type StreamName } from "../../core/journal/stream.ts"
import { compare, negate, zero } from "../../core/plant/decimal.ts"
import { PlantId, type StorageLocationId } from "../../core/plant/identifiers.ts"
import { type LotKey, lotKey, lotOfLine, type MaterialReference, partOf, plantScope } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Movement, MovementType } from "../../core/port/erp.ts"

interface Stock {
  readonly quantity: Quantity
  readonly storageLocation?: StorageLocationId | undefined
}

const stock = ({ quantity, storageLocation }: Stock) =>
  storageLocation === undefined ? { quantity } : { quantity, storageLocation }

const ofLot = (
  type: MovementType,
  direction: Movement["direction"],
  { itemId, lotId, scope }: LotKey,
  moved: Stock
): Movement => ({ type, direction, itemId, lotId, scope, ...stock(moved) })

/** A line of an order's material, which may have no lot. */
const ofOrder = (
  type: MovementType,
  direction: Movement["direction"],
  plant: PlantId,
  line: MaterialReference & Stock
): Movement => {
  const lot = lotOfLine(line, plant)
  return lot === undefined
    ? { type, direction, itemId: line.itemId, ...stock(line) }
    : ofLot(type, direction, lot, line)
}

const receipts = {
  "Material Produced": "productReceipt",
  "Co-product Produced": "coProductReceipt",
  "By-product Produced": "byProductReceipt"
} as const

/** Counted: in or out, as it was more or less. */
const adjusted = (lot: LotKey, { quantity, storageLocation }: Stock): Movement => {
  const isLess = compare(quantity.value, zero) < 0
  const amount = isLess ? { ...quantity, value: negate(quantity.value) } : quantity
  return ofLot("adjustment", isLess ? "out" : "in", lot, { quantity: amount, storageLocation })
}

/** All lines where none is posted. */
const ofDocument = <Line>(data: {
  readonly posting?: unknown
  readonly backflushed?: ReadonlyArray<number>
  readonly materials: ReadonlyArray<Line>
}): ReadonlyArray<Line> => {
  const { backflushed, materials, posting } = data
  if (backflushed === undefined || posting === undefined) return materials
  return materials.filter((_, place) => !backflushed.includes(place))
}

/** In the order of the message's own lines, without those that the ERP backflushes: what goes out, then what comes in. None where stock doesn't change. */
export const movementsOf = (event: RecordedEvent): ReadonlyArray<Movement> => {
  switch (event.type) {
    case "MaterialConsumed": {
      const plant = PlantId.make(plantOf(event.stream))
      return ofDocument(event.data).map((line) => ofOrder("goodsIssue", "out", plant, line))
    }
    case "MaterialReturned": {
      const plant = PlantId.make(plantOf(event.stream))
      return ofDocument(event.data).map((line) => ofOrder("goodsReturn", "in", plant, line))
    }
    case "MaterialProduced": {
      const plant = PlantId.make(plantOf(event.stream))
      return event.data.materials.map((line) => ofOrder(receipts[line.use ?? "Material Produced"], "in", plant, line))
    }
    case "LotReceived":
      return [ofLot("supplierReceipt", "in", lotOf(event.stream), event.data)]
    case "LotReceivedBack":
      return [ofLot("customerReturn", "in", lotOf(event.stream), event.data)]
    case "LotShipped":
      return [ofLot("shipment", "out", lotOf(event.stream), event.data)]
    case "LotScrapped":
      return [ofLot("scrapping", "out", lotOf(event.stream), event.data)]
    case "LotSampled":
      return [ofLot("sampling", "out", lotOf(event.stream), event.data)]
    case "LotAdjusted":
      return event.data.quantity.value === zero ? [] : [adjusted(lotOf(event.stream), event.data)]
    case "LotMoved": {
      const { from, quantity, to } = event.data
      const lot = lotOf(event.stream)
      return [
        ofLot("locationTransfer", "out", lot, { quantity, storageLocation: from }),
        ofLot("locationTransfer", "in", lot, { quantity, storageLocation: to })
      ]
    }
    case "LotSplit": {
      const { into, storageLocation } = event.data
      const lot = lotOf(event.stream)
      return [
        ...into.map(({ quantity }) => ofLot("lotTransfer", "out", lot, { quantity, storageLocation })),
        ...into.map((part) => ofLot("lotTransfer", "in", partOf(lot, part), { storageLocation, ...part }))
      ]
    }
    case "LotMerged": {
      const { from, storageLocation } = event.data
      const lot = lotOf(event.stream)
      return [
        ...from.map((part) => ofLot("lotTransfer", "out", partOf(lot, part), { storageLocation, ...part })),
        ...from.map(({ quantity }) => ofLot("lotTransfer", "in", lot, { quantity, storageLocation }))
      ]
    }
    case "LotTransferred": {
      const { quantity, storageLocation, to } = event.data
      const lot = lotOf(event.stream)
      return [
        ofLot("lotTransfer", "out", lot, { quantity, storageLocation }),
        ofLot("lotTransfer", "in", lotKey(to, lot.scope), { quantity, storageLocation })
      ]
    }
    default:
      return []
  }
}

/** The lot that a line names, whichever plant's it is. */
export const lotOfMovement = ({ itemId, lotId, scope }: Movement, plant: PlantId): StreamName | undefined =>
  lotId === undefined ? undefined : lotStream({ itemId, lotId, scope: scope ?? plantScope(plant) })
