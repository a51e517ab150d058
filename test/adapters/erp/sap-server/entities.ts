// What the stand-in of SAP shows of its records: as OData V2 entities, with all digits, texts for decimals and /Date(ms)/.
// Used by `server.ts` alone.

import { reservationOf } from "./confirm.ts"
import type { Given } from "./fields.ts"
import type { Confirmation, GoodsDocument, GoodsItem, Order, Place, Product } from "./records.ts"

const day = (text: string): string => `/Date(${Date.parse(`${text}T00:00:00Z`)})/`
const dayIn = (millis: number): string => new Date(millis).toISOString().slice(0, 10)
const timeOfDay = (millis: number): string => {
  const [hours, minutes, seconds] = new Date(millis).toISOString().slice(11, 19).split(":")
  return `PT${hours}H${minutes}M${seconds}S`
}
const moment = (millis: number): string => `/Date(${millis}+0000)/`

const decimal = (text: string | undefined): string => (text === undefined || text === "" ? "0" : text)

const slots = [1, 2, 3, 4, 5, 6]

const goods = (item: GoodsItem): Given => ({
  Material: item.material,
  Plant: item.plant,
  StorageLocation: item.storageLocation,
  Batch: item.batch,
  GoodsMovementType: item.type,
  EntryUnit: item.unit,
  // As SAP prints them: without what isn't needed.
  QuantityInEntryUnit: item.quantity.replace(/\.?0+$/, "") || "0",
  Reservation: item.reservation,
  ReservationItem: item.reservationItem
})

export const etagOf = (cancelled: boolean): string => `W/"'${cancelled ? "2" : "1"}'"`

export const confirmationEntity = (confirmation: Confirmation): Given => ({
  __metadata: { etag: etagOf(confirmation.cancelledBy !== undefined) },
  ConfirmationGroup: confirmation.group,
  ConfirmationCount: confirmation.count,
  OrderID: confirmation.order.number,
  OrderOperation: confirmation.operation,
  Plant: confirmation.order.plant,
  PostingDate: day(confirmation.postingDay),
  ConfirmationEntryDate: day(dayIn(confirmation.enteredAt)),
  ConfirmationEntryTime: timeOfDay(confirmation.enteredAt),
  ConfirmationText: confirmation.text,
  ExternalSystemConfirmation: confirmation.external,
  IsFinalConfirmation: confirmation.final,
  FinalConfirmationType: confirmation.final ? "X" : "",
  IsReversed: confirmation.cancelledBy !== undefined,
  IsReversal: confirmation.cancels !== undefined,
  APIConfHasNoGoodsMovements: confirmation.noGoods,
  ConfirmationUnit: confirmation.amounts.ConfirmationUnit ?? "",
  ConfirmationYieldQuantity: decimal(confirmation.amounts.ConfirmationYieldQuantity),
  ConfirmationScrapQuantity: decimal(confirmation.amounts.ConfirmationScrapQuantity),
  ConfirmationReworkQuantity: decimal(confirmation.amounts.ConfirmationReworkQuantity),
  VarianceReasonCode: confirmation.amounts.VarianceReasonCode ?? "",
  ...Object.fromEntries(
    slots.flatMap((slot) => [
      [`OpConfirmedWorkQuantity${slot}`, decimal(confirmation.amounts[`OpConfirmedWorkQuantity${slot}`])],
      [`OpWorkQuantityUnit${slot}`, confirmation.amounts[`OpWorkQuantityUnit${slot}`] ?? ""]
    ])
  )
})

export const confirmationItems = ({ booked }: Confirmation): ReadonlyArray<Given> =>
  booked.flatMap(({ items, number, year }) =>
    items.map((item) => ({
      ...goods(item),
      OrderID: item.order,
      OrderItem: item.orderItem,
      MaterialDocument: number,
      MaterialDocumentYear: year
    }))
  )

export const headerEntity = (document: GoodsDocument): Given => ({
  __metadata: { etag: etagOf(document.cancelledBy !== undefined) },
  MaterialDocumentYear: document.year,
  MaterialDocument: document.number,
  PostingDate: day(document.postingDay),
  DocumentDate: day(document.postingDay),
  CreationDate: day(dayIn(document.enteredAt)),
  CreationTime: timeOfDay(document.enteredAt),
  ReferenceDocument: document.reference,
  MaterialDocumentHeaderText: document.text
})

export const headerItems = (document: GoodsDocument): ReadonlyArray<Given> =>
  document.items.map((item) => ({
    ...goods(item),
    MaterialDocumentYear: document.year,
    MaterialDocument: document.number,
    MaterialDocumentItem: item.item,
    ManufacturingOrder: item.order,
    ManufacturingOrderItem: item.orderItem === "" ? "0000" : item.orderItem,
    IssgOrRcvgMaterial: item.target?.material ?? "",
    IssgOrRcvgBatch: item.target?.batch ?? "",
    IssuingOrReceivingStorageLoc: item.target?.storageLocation ?? "",
    IsAutomaticallyCreated: item.automatic ? "X" : "",
    GoodsMovementIsCancelled: document.cancelledBy !== undefined,
    ReversedMaterialDocumentYear: document.cancels?.year ?? "0000",
    ReversedMaterialDocument: document.cancels?.number ?? "",
    ReversedMaterialDocumentItem: document.cancels === undefined ? "0000" : item.item
  }))

const flag = (is: boolean): string => (is ? "X" : "")

/** An order's stamp is a text of 14 digits. */
const digits = (millis: number): string => new Date(millis).toISOString().replace(/\D/g, "").slice(0, 14)

export const orderEtag = ({ changedAt }: Order): string => `W/"'${changedAt}'"`

export const orderEntity = (order: Order): Given => ({
  __metadata: { etag: orderEtag(order) },
  ManufacturingOrder: order.number,
  Material: order.material,
  ProductionPlant: order.plant,
  TotalQuantity: order.quantity,
  ProductionUnit: order.unit,
  LastChangeDateTime: digits(order.changedAt),
  OrderIsReleased: flag(order.released),
  OrderIsTechnicallyCompleted: flag(order.technicallyCompleted),
  OrderIsClosed: flag(order.closed),
  OrderIsMarkedForDeletion: flag(order.deleted),
  OrderIsDeleted: flag(false),
  OrderIsLocked: flag(order.lockedBy !== undefined)
})

export const orderParts: Readonly<Record<string, (order: Order) => ReadonlyArray<Given>>> = {
  to_ProductionOrderOperation: (order) =>
    order.operations.map(({ number, workCenter }) => ({
      ManufacturingOrderOperation: number,
      MfgOrderOperationText: `Step ${number}`,
      WorkCenter: workCenter,
      OpPlannedTotalQuantity: order.quantity,
      OperationUnit: order.unit,
      OperationIsDeleted: flag(false)
    })),
  to_ProductionOrderItem: (order) =>
    [order.material, ...order.coProducts].map((material, index) => ({
      ManufacturingOrderItem: String(index + 1).padStart(4, "0"),
      Material: material
    })),
  to_ProductionOrderComponent: (order) =>
    order.components.map((component) => ({
      Reservation: reservationOf(order.number),
      ReservationItem: component.item,
      Material: component.material,
      ManufacturingOrderOperation: component.operation,
      GoodsMovementType: "261",
      RequiredQuantity: component.quantity,
      MatlCompIsMarkedForBackflush: component.backflush,
      IsBulkMaterialComponent: false,
      MaterialComponentIsPhantomItem: false,
      ReservationIsFinallyIssued: false
    }))
}

export const productEntity = (product: Product): Given => ({
  __metadata: {},
  Product: product.number,
  BaseUnit: product.unit,
  IsBatchManagementRequired: product.batches,
  IsMarkedForDeletion: product.deleted,
  // What was brought over from an older system has none.
  LastChangeDateTime: product.changedAt === 0 ? null : moment(product.changedAt)
})

export const descriptions = (product: Product): ReadonlyArray<Given> => [
  { Language: "DE", ProductDescription: `${product.description} (DE)` },
  { Language: "EN", ProductDescription: product.description }
]

/** A line of its list of stock. */
export const stockEntity = (
  { batch, material, plant, storageLocation }: Place,
  type: string,
  quantity: string,
  unit: string
): Given => ({
  Material: material,
  Plant: plant,
  StorageLocation: storageLocation,
  Batch: batch,
  Supplier: "",
  Customer: "",
  WBSElementInternalID: "0",
  SDDocument: "",
  SDDocumentItem: "0",
  InventorySpecialStockType: "",
  InventoryStockType: type,
  MaterialBaseUnit: unit,
  MatlWrhsStkQtyInMatlBaseUnit: quantity
})

/** SAP's services differ in whether they show the zeros of their numbers. */
const numbersWithZeros = new Set([
  "ConfirmationGroup",
  "ConfirmationCount",
  "OrderID",
  "OrderItem",
  "ManufacturingOrder",
  "ManufacturingOrderItem",
  "Material",
  "Product",
  "Reservation",
  "ReservationItem"
])

export const withoutZeros = (entity: Given): Given =>
  Object.fromEntries(
    Object.entries(entity).map(([name, value]) => [
      name,
      numbersWithZeros.has(name) && typeof value === "string" && /^\d+$/.test(value) ? String(BigInt(value)) : value
    ])
  )
