// Confirmations of the stand-in of SAP: what it takes, what it does with their goods, how it cancels them. Used by
// `server.ts` alone.
import { milli, reversalOf, type SapBooks, textOfMilli } from "./books.ts"
import { checkFields, flagOf, type Given, goodsOf, itemsIn, textOf } from "./fields.ts"
import type { Component, Confirmation, GoodsDocument, GoodsItem } from "./records.ts"
import { malformed, refused, SapRefusal } from "./refusal.ts"

const dayIn = (date: string): string => new Date(Number(date.slice(6, -2))).toISOString().slice(0, 10)

const slots = [1, 2, 3, 4, 5, 6]
const amountNames = [
  "ConfirmationUnit",
  "ConfirmationYieldQuantity",
  "ConfirmationScrapQuantity",
  "ConfirmationReworkQuantity",
  "VarianceReasonCode",
  ...slots.flatMap((slot) => [`OpConfirmedWorkQuantity${slot}`, `OpWorkQuantityUnit${slot}`])
]

const mandatory = ["OrderID", "Sequence", "OrderOperation", "PostingDate", "ExternalSystemConfirmation"]
const mandatoryOfItem = [
  "OrderID",
  "Material",
  "Plant",
  "StorageLocation",
  "GoodsMovementType",
  "EntryUnit",
  "QuantityInEntryUnit"
]

/** Of a confirmation that no other system made. */
export const noKey = "00000000-0000-0000-0000-000000000000"

/** Of an order alone. */
const typesOfOrder = new Set(["101", "261", "262", "531"])

export const reservationOf = (order: string): string => order.slice(-10).padStart(10, "0")

const itemOf = (given: Given, order: string): GoodsItem => {
  checkFields("confirmationItem", given, mandatoryOfItem)
  const type = textOf(given, "GoodsMovementType")
  if (!typesOfOrder.has(type)) throw refused("M7/010", `Movement type ${type} is not allowed for a confirmation`)
  if (textOf(given, "OrderID") !== order) throw malformed("Property OrderID is another order's: invalid", "OrderID")
  if (type === "101" && (textOf(given, "OrderItem") === "" || textOf(given, "GoodsMovementRefDocType") !== "F")) {
    throw malformed("Property OrderItem is missing: invalid", "OrderItem")
  }
  return {
    item: "0001",
    ...goodsOf(given),
    type,
    order,
    orderItem: textOf(given, "OrderItem"),
    target: undefined
  }
}

export const confirming = (books: SapBooks) => {
  const takenByItself = (order: Confirmation["order"], component: Component, made: bigint): GoodsItem => ({
    item: "0001",
    plant: order.plant,
    material: component.material,
    batch: component.batch ?? "",
    storageLocation: "0001",
    type: "261",
    unit: component.unit,
    quantity: textOfMilli((milli(component.quantity) * made) / milli(order.quantity)),
    order: order.number,
    orderItem: "",
    reservation: reservationOf(order.number),
    reservationItem: component.item,
    target: undefined,
    automatic: false
  })

  const fails = (items: ReadonlyArray<GoodsItem>): boolean => {
    try {
      books.checkStock(items)
      return items.some(({ material }) => books.failing.has(material))
    } catch (error) {
      if (error instanceof SapRefusal) return true
      throw error
    }
  }

  /** As a material document of its own, which says nothing of the confirmation. */
  const bookedOn = (postingDay: string, goods: ReadonlyArray<GoodsItem>): ReadonlyArray<GoodsDocument> => {
    if (goods.length === 0) return []
    const items = goods.map((item, index) => ({ ...item, item: String(index + 1).padStart(4, "0") }))
    return [books.book({ postingDay, reference: "", text: "", items, cancels: undefined })]
  }

  const checkNew = (external: string): void => {
    if (external !== noKey && books.confirmations.some((one) => one.external === external)) {
      throw refused("RU/100", `External confirmation ${external} already exists`)
    }
  }

  const post = (given: Given): Confirmation => {
    const { to_ProdnOrdConfMatlDocItm, ...header } = given
    checkFields("confirmation", header, mandatory)
    const order = books.orderOf(textOf(header, "OrderID"))
    const operation = textOf(header, "OrderOperation")
    const day = dayIn(textOf(header, "PostingDate"))
    const external = textOf(header, "ExternalSystemConfirmation")
    books.checkNotOpenElsewhere(order)
    checkNew(external)
    if (!order.operations.some(({ number }) => number === operation)) {
      throw refused("RU/101", `Operation ${operation} of order ${order.number} does not exist`)
    }
    books.checkStatus(order)
    books.checkOpen(order.plant, day)
    const isFinal = flagOf(header, "IsFinalConfirmation")
    if (isFinal !== (textOf(header, "FinalConfirmationType") === "X"))
      throw malformed("FinalConfirmationType is invalid")
    const last = books.confirmations.findLast(
      (one) => one.order === order && one.operation === operation && one.final && one.cancelledBy === undefined
    )
    if (last !== undefined && last.cancels === undefined && books.finalIsLast.has(order.plant)) {
      throw refused("RU/102", `Operation ${operation} is already finally confirmed`)
    }
    const made = milli(textOf(header, "ConfirmationYieldQuantity") || "0")
    if (made > 0n && textOf(header, "ConfirmationUnit") === "") throw malformed("ConfirmationUnit is missing: invalid")
    const named =
      to_ProdnOrdConfMatlDocItm === undefined
        ? []
        : itemsIn(to_ProdnOrdConfMatlDocItm).map((item) => itemOf(item, order.number))
    const noGoods = flagOf(header, "APIConfHasNoGoodsMovements")
    if (noGoods && named.length > 0) throw malformed("APIConfHasNoGoodsMovements is invalid with goods movements")
    const byItself =
      noGoods || named.length > 0 || made === 0n
        ? []
        : order.components
            .filter((one) => one.backflush && one.operation === operation)
            .map((component) => takenByItself(order, component, made))
    // What is named is refused with its confirmation, unless its material is one that fails only when it is booked.
    books.checkStock(named.filter(({ material }) => !books.failing.has(material)))
    const items = [...named, ...byItself]
    const failed = items.filter((item) => fails([item]))
    const goods = items.filter((item) => !failed.includes(item))
    const confirmation: Confirmation = {
      group: String(5_000_000 + Number(order.number.slice(-6)) * 10 + Number(operation.slice(0, 3))).padStart(10, "0"),
      count: String(books.nextNumber()).padStart(8, "0"),
      order,
      operation,
      postingDay: day,
      text: textOf(header, "ConfirmationText"),
      external,
      final: isFinal,
      noGoods,
      amounts: Object.fromEntries(amountNames.map((name) => [name, textOf(header, name)])),
      booked: bookedOn(day, goods),
      failed,
      cancels: undefined,
      cancelledBy: undefined,
      enteredAt: books.stamp()
    }
    books.confirmations.push(confirmation)
    return confirmation
  }

  const cancel = (original: Confirmation, day: string, text: string, external: string): Confirmation => {
    const { order } = original
    books.checkNotOpenElsewhere(order)
    checkNew(external)
    if (original.cancelledBy !== undefined || original.cancels !== undefined) {
      throw refused("RU/103", `Confirmation ${original.group} ${original.count} has already been cancelled`)
    }
    books.checkOpen(order.plant, day)
    const reversed = original.booked.map((document) => ({
      document,
      items: document.items.map((item) => ({ ...item, type: reversalOf(item.type) }))
    }))
    books.checkStock(reversed.flatMap(({ items }) => items))
    const booked = reversed.map(({ document, items }) => {
      const cancellation = books.book({ postingDay: day, reference: "", text: "", items, cancels: document })
      document.cancelledBy = cancellation
      return cancellation
    })
    const cancellation: Confirmation = {
      ...original,
      count: String(books.nextNumber()).padStart(8, "0"),
      postingDay: day,
      text,
      external,
      booked,
      failed: [],
      cancels: original,
      cancelledBy: undefined,
      enteredAt: books.stamp()
    }
    original.cancelledBy = cancellation
    original.failed = []
    books.confirmations.push(cancellation)
    return cancellation
  }

  return {
    post,
    cancel,
    /** Somebody posts what waits in COGI. */
    repair: (confirmation: Confirmation): void => {
      const { booked, failed, postingDay } = confirmation
      confirmation.booked = [...booked, ...bookedOn(postingDay, failed)]
      confirmation.failed = []
    }
  }
}
