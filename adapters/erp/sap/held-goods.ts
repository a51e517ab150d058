// Material documents that SAP holds, as the documents that they are. Used inside adapters/erp/sap.
import { Effect, Option, Schema } from "effect"
import type { Document } from "../../../core/port/erp.ts"
import { dayOf, enteredAt, Metadata, many, one, results, SapTime, SapTimeOfDay } from "./answer.ts"
import { type Ask, technical } from "./ask.ts"
import type { Held, Standing } from "./held.ts"
import { heldItem, linesOf, movementsOfItem } from "./held-lines.ts"
import { cancellationInWords, keyInWords, readHeader, referenceOf, reversedInWords } from "./key.ts"
import { orderOf } from "./numbers.ts"
import type { Plants } from "./options.ts"
import { allOf } from "./pages.ts"
import { entity, options, text } from "./query.ts"
import { services } from "./session.ts"

const Item = Schema.Struct({
  ...heldItem,
  MaterialDocumentItem: Schema.String,
  ManufacturingOrder: Schema.String,
  ManufacturingOrderItem: Schema.String,
  IssgOrRcvgMaterial: Schema.String,
  IssgOrRcvgBatch: Schema.String,
  IssuingOrReceivingStorageLoc: Schema.String,
  /** `X`: the other half of a transfer, which SAP adds. */
  IsAutomaticallyCreated: Schema.String,
  ReversedMaterialDocumentYear: Schema.String,
  ReversedMaterialDocument: Schema.String,
  GoodsMovementIsCancelled: Schema.Boolean
})
type Item = typeof Item.Type

const Header = Schema.Struct({
  __metadata: Metadata,
  MaterialDocumentYear: Schema.String,
  MaterialDocument: Schema.String,
  PostingDate: SapTime,
  ReferenceDocument: Schema.String,
  MaterialDocumentHeaderText: Schema.String,
  to_MaterialDocumentItem: results(Item)
})
type Header = typeof Header.Type

const OfOrder = Schema.Struct({
  ...Item.fields,
  MaterialDocumentYear: Schema.String,
  MaterialDocument: Schema.String,
  to_MaterialDocumentHeader: Schema.Struct({
    PostingDate: SapTime,
    CreationDate: SapTime,
    CreationTime: SapTimeOfDay,
    ReferenceDocument: Schema.String,
    MaterialDocumentHeaderText: Schema.String
  })
})
type OfOrder = typeof OfOrder.Type

const [decodeOne, decodeMany, decodeItems] = [one(Header), many(Header), many(OfOrder)]
const decodeNumbers = many(Schema.Struct({ MaterialDocumentYear: Schema.String, MaterialDocument: Schema.String }))

const expanded = { $expand: "to_MaterialDocumentItem" }

const numberPattern = /^(\d{10})\/(\d{4})$/

type HeaderKey = { readonly MaterialDocumentYear: string; readonly MaterialDocument: string }

export const goodsNumber = ({ MaterialDocument, MaterialDocumentYear }: HeaderKey): string =>
  `${MaterialDocument.padStart(10, "0")}/${MaterialDocumentYear}`

/** Its number and year; undefined where the number isn't a material document's. */
export const goodsKey = (number: string): HeaderKey | undefined => {
  const [, MaterialDocument, MaterialDocumentYear] = numberPattern.exec(number) ?? []
  return MaterialDocument === undefined || MaterialDocumentYear === undefined
    ? undefined
    : { MaterialDocumentYear, MaterialDocument }
}

/** What a cancellation cancels: all of its lines are of one document. */
const cancelled = ({ to_MaterialDocumentItem }: Header): HeaderKey | undefined => {
  const item = to_MaterialDocumentItem.results.find(({ ReversedMaterialDocument }) => ReversedMaterialDocument !== "")
  return item === undefined
    ? undefined
    : {
        MaterialDocumentYear: item.ReversedMaterialDocumentYear,
        MaterialDocument: item.ReversedMaterialDocument
      }
}

const inOrder = (left: Item, right: Item): number =>
  Number(left.MaterialDocumentItem) - Number(right.MaterialDocumentItem)

const targetOf = (item: Item) => ({
  material: item.IssgOrRcvgMaterial,
  storageLocation: item.IssuingOrReceivingStorageLoc,
  batch: item.IssgOrRcvgBatch
})

const stands = ({ GoodsMovementIsCancelled, IsAutomaticallyCreated, ReversedMaterialDocument }: Item): boolean =>
  !GoodsMovementIsCancelled && IsAutomaticallyCreated === "" && ReversedMaterialDocument === ""

/** Lines of an order's, each in its document. */
const standing = ([number, items]: readonly [
  number: string,
  items: ReadonlyArray<OfOrder>
]): ReadonlyArray<Standing> => {
  const [first] = items
  if (first === undefined) return []
  const header = first.to_MaterialDocumentHeader
  const print = readHeader(header.ReferenceDocument, header.MaterialDocumentHeaderText)
  const { movements, unsaid } = linesOf(
    items.map((item) => ({ ...item, orderItem: item.ManufacturingOrderItem, target: targetOf(item) }))
  )
  return [
    {
      at: enteredAt(header.CreationDate, header.CreationTime),
      held: {
        document: number,
        ...(print === undefined ? {} : { key: keyInWords(print) }),
        kind: "goodsMovement",
        content: { orderId: orderOf(first.ManufacturingOrder), movements },
        ...unsaid,
        postingDate: dayOf(header.PostingDate)
      }
    }
  ]
}

export const holdingGoods = (ask: Ask, plants: Plants) => {
  const header = Effect.fnUntraced(function* (key: HeaderKey) {
    const path = services.materialDocuments + entity("A_MaterialDocumentHeader", key) + options(expanded)
    return Option.getOrUndefined(yield* ask(decodeOne, path))?.d
  })

  const content = Effect.fnUntraced(function* (
    held: Header,
    about: Pick<Document, "key" | "kind"> & Partial<Pick<Document, "reverses">>
  ) {
    const number = goodsNumber(held)
    const items = held.to_MaterialDocumentItem.results
      .filter(({ IsAutomaticallyCreated }) => IsAutomaticallyCreated === "")
      .toSorted(inOrder)
    const named = plants.named(items[0]?.Plant ?? "")
    if (named === undefined) return yield* technical(`Material document ${number} is of a plant that no setting names`)
    const lines = items.map((item) =>
      movementsOfItem(item, item.ManufacturingOrderItem, about.kind === "reversal", targetOf(item))
    )
    if (lines.includes(undefined)) return yield* technical(`Material document ${number} has lines that can't be said`)
    const order = items[0]?.ManufacturingOrder ?? ""
    const said: Document = {
      ...about,
      plant: named.id,
      ...(order === "" ? {} : { orderId: orderOf(order) }),
      movements: lines.flatMap((line) => line ?? []),
      postingDate: dayOf(held.PostingDate)
    }
    return said
  })

  /** Undefined where it isn't ours. */
  const document = Effect.fnUntraced(function* (held: Header) {
    const reversed = cancelled(held)
    const original = reversed === undefined ? held : yield* header(reversed)
    const print =
      original === undefined ? undefined : readHeader(original.ReferenceDocument, original.MaterialDocumentHeaderText)
    if (print === undefined) return undefined
    const about =
      reversed === undefined
        ? { key: keyInWords(print), kind: "goodsMovement" as const }
        : { key: cancellationInWords(print), kind: "reversal" as const, reverses: reversedInWords(print) }
    const found: Held = {
      number: goodsNumber(held),
      etag: held.__metadata.etag,
      content: yield* content(held, about),
      isComplete: true,
      isCancelled: held.to_MaterialDocumentItem.results.some(
        ({ GoodsMovementIsCancelled }) => GoodsMovementIsCancelled
      ),
      print
    }
    return found
  })

  /** Searched by the reference, and compared by all that SAP has of the key. */
  const byPrint = Effect.fnUntraced(function* (print: string) {
    const $filter = `ReferenceDocument eq ${text(referenceOf(print))}`
    const path = `${services.materialDocuments}/A_MaterialDocumentHeader${options({ $filter, ...expanded })}`
    const found = Option.getOrUndefined(yield* ask(decodeMany, path))
    const all = yield* Effect.forEach(found?.d.results ?? [], document)
    // A cancellation may have the texts of what it cancels.
    return all.find((held) => held?.print === print && held.content.kind === "goodsMovement")
  })

  const byKey = Effect.fnUntraced(function* (key: HeaderKey) {
    const held = yield* header(key)
    return held === undefined ? undefined : yield* document(held)
  })

  return {
    byNumber: Effect.fnUntraced(function* (number: string) {
      const key = goodsKey(number)
      return key === undefined ? undefined : yield* byKey(key)
    }),
    byPrint,
    /** What stands of an order's, but for these documents. */
    ofOrder: Effect.fnUntraced(function* (order: string, without: ReadonlySet<string>) {
      const items = yield* allOf(ask, {
        path: `${services.materialDocuments}/A_MaterialDocumentItem`,
        filter: `ManufacturingOrder eq ${text(order)}`,
        expand: "to_MaterialDocumentHeader",
        decoder: decodeItems,
        place: [
          ["MaterialDocumentYear", ({ MaterialDocumentYear }) => MaterialDocumentYear],
          ["MaterialDocument", ({ MaterialDocument }) => MaterialDocument.padStart(10, "0")],
          ["MaterialDocumentItem", ({ MaterialDocumentItem }) => MaterialDocumentItem.padStart(4, "0")]
        ]
      })
      const documents = Map.groupBy(items.filter(stands), goodsNumber)
      return [...documents].filter(([number]) => !without.has(number)).flatMap(standing)
    }),
    /** What cancels the document that has this key. */
    cancellationOf: Effect.fnUntraced(function* (print: string) {
      const original = yield* byPrint(print)
      const key = original === undefined ? undefined : goodsKey(original.number)
      if (key === undefined) return undefined
      const $filter = `ReversedMaterialDocumentYear eq ${text(key.MaterialDocumentYear)} and ReversedMaterialDocument eq ${text(key.MaterialDocument)}`
      const path = `${services.materialDocuments}/A_MaterialDocumentItem${options({ $filter })}`
      const [item] = Option.getOrUndefined(yield* ask(decodeNumbers, path))?.d.results ?? []
      return item === undefined ? undefined : yield* byKey(item)
    })
  }
}

export type HoldingGoods = ReturnType<typeof holdingGoods>
