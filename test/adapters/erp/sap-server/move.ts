// Material documents of the stand-in of SAP: what it takes, and how it cancels them. Used by `server.ts` alone.
import { reversalOf, type SapBooks } from "./books.ts"
import { checkFields, type Given, goodsOf, itemsIn, textOf } from "./fields.ts"
import type { GoodsDocument, GoodsItem } from "./records.ts"
import { malformed, refused } from "./refusal.ts"

const dayIn = (date: string): string => new Date(Number(date.slice(6, -2))).toISOString().slice(0, 10)

const mandatory = ["DocumentDate", "PostingDate", "GoodsMovementCode"]
const mandatoryOfItem = [
  "Material",
  "Plant",
  "StorageLocation",
  "GoodsMovementType",
  "EntryUnit",
  "QuantityInEntryUnit"
]

/** In which document each movement type may go. */
const typesOfCode: Readonly<Record<string, ReadonlySet<string>>> = {
  "02": new Set(["101"]),
  "03": new Set(["261", "333", "551", "601", "702"]),
  "04": new Set(["309", "311"]),
  "05": new Set(["501", "531", "651", "701"]),
  "06": new Set(["262"])
}

const ofOrder = new Set(["101", "261", "262", "531"])
const transfers = new Set(["309", "311"])

export const moving = (books: SapBooks) => {
  const checkOrder = (given: Given, type: string): void => {
    const number = textOf(given, "ManufacturingOrder")
    if (!ofOrder.has(type)) {
      if (number !== "") throw refused("M7/011", `Movement type ${type} is not allowed with an order`)
      return
    }
    if (number === "") throw refused("M7/012", `Enter order for movement type ${type}: it is not valid without`)
    const order = books.orderOf(number)
    books.checkNotOpenElsewhere(order)
    books.checkStatus(order)
    if (order.plant !== textOf(given, "Plant")) throw refused("M7/013", `Order ${number} does not exist in this plant`)
    if (type === "262" && textOf(given, "MaterialDocumentPostingType") !== "1") {
      throw malformed("Property MaterialDocumentPostingType is missing: invalid", "MaterialDocumentPostingType")
    }
    if (type === "101") {
      if (textOf(given, "GoodsMovementRefDocType") !== "F") throw malformed("GoodsMovementRefDocType is invalid")
      const index = Number(textOf(given, "ManufacturingOrderItem")) - 1
      const made = [order.material, ...order.coProducts][index]
      if (made !== textOf(given, "Material")) throw refused("M7/014", "Order item does not exist for this material")
    }
  }

  const itemOf = (given: Given, code: string, index: number): GoodsItem => {
    checkFields("headerItem", given, mandatoryOfItem)
    const type = textOf(given, "GoodsMovementType")
    if (typesOfCode[code]?.has(type) !== true) {
      throw refused("M7/015", `Movement type ${type} is not allowed with code ${code}`)
    }
    checkOrder(given, type)
    const target = textOf(given, "IssuingOrReceivingStorageLoc")
    if (transfers.has(type) !== (target !== "")) throw malformed("IssuingOrReceivingStorageLoc is invalid")
    if (target !== "" && textOf(given, "IssuingOrReceivingPlant") !== textOf(given, "Plant")) {
      throw malformed("IssuingOrReceivingPlant is invalid")
    }
    return {
      item: String(index * 2 + 1).padStart(4, "0"),
      ...goodsOf(given),
      type,
      order: textOf(given, "ManufacturingOrder"),
      orderItem: textOf(given, "ManufacturingOrderItem"),
      target:
        target === ""
          ? undefined
          : {
              material: textOf(given, "IssgOrRcvgMaterial") || textOf(given, "Material"),
              batch: textOf(given, "IssgOrRcvgBatch"),
              storageLocation: target
            }
    }
  }

  /** The half of a transfer that SAP adds. */
  const withAutomatic = (item: GoodsItem): ReadonlyArray<GoodsItem> =>
    item.target === undefined
      ? [item]
      : [
          item,
          {
            ...item,
            ...item.target,
            item: String(Number(item.item) + 1).padStart(4, "0"),
            target: undefined,
            automatic: true
          }
        ]

  return {
    post: (given: Given): GoodsDocument => {
      const { to_MaterialDocumentItem, ...header } = given
      checkFields("header", header, mandatory)
      const code = textOf(header, "GoodsMovementCode")
      const items = itemsIn(to_MaterialDocumentItem).map((item, index) => itemOf(item, code, index))
      if (items.length === 0) throw malformed("A document has items: invalid")
      const postingDay = dayIn(textOf(header, "PostingDate"))
      for (const { plant } of items) books.checkOpen(plant, postingDay)
      books.checkStock(items)
      return books.book({
        postingDay,
        reference: textOf(header, "ReferenceDocument"),
        text: textOf(header, "MaterialDocumentHeaderText"),
        items: items.flatMap(withAutomatic),
        cancels: undefined
      })
    },

    cancel: (original: GoodsDocument, postingDay: string): GoodsDocument => {
      if (original.cancelledBy !== undefined || original.cancels !== undefined) {
        throw refused("M7/016", `Material document ${original.number} has already been cancelled`)
      }
      const items = original.items.map((item) => ({ ...item, type: reversalOf(item.type) }))
      for (const { plant } of items) books.checkOpen(plant, postingDay)
      books.checkStock(items)
      // With the texts of what it cancels: a search by them finds both.
      const { reference, text } = original
      const cancellation = books.book({ postingDay, reference, text, items, cancels: original })
      original.cancelledBy = cancellation
      return cancellation
    }
  }
}
