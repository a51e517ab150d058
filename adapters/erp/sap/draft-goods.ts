// A material document as SAP takes it: all of its lines, or none. Used by `post.ts` alone.
import { Effect } from "effect"
import { DataQualityIssue } from "../../../core/failure.ts"
import type { Document } from "../../../core/port/erp.ts"
import { sapDay } from "./answer.ts"
import type { Ask } from "./ask.ts"
import { goodsItem, type Line, linesOf } from "./goods-line.ts"
import { headerTextOf, referenceOf } from "./key.ts"
import { padded } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { type Order, orderOfDocument, referenceTo } from "./order.ts"

/** The code says in which of SAP's transactions it would be entered: a document has one. */
const codeOf = Effect.fnUntraced(function* (lines: ReadonlyArray<Line>) {
  const codes = new Set(lines.map(({ movement }) => movement.code))
  const [code] = codes
  if (code === undefined || codes.size > 1) {
    return yield* new DataQualityIssue({
      field: "movements",
      value: lines.map(({ movement }) => movement.type).join(" "),
      reason:
        code === undefined ? "A document without lines moves nothing" : "SAP posts these in documents of their own",
      nextStep: "Report them in messages of their own, or book them by hand and waive"
    })
  }
  return code
})

const ofOrder = Effect.fnUntraced(function* (order: Order, line: Line, document: Document) {
  const { sap } = line.movement
  return {
    ManufacturingOrder: padded.order(order.ManufacturingOrder),
    ...(yield* referenceTo(order, line, document)),
    ...(sap === "101" ? { GoodsMovementRefDocType: "F" } : {}),
    ...(sap === "262" ? { MaterialDocumentPostingType: "1" } : {})
  }
})

export const draftGoods = Effect.fnUntraced(function* (ask: Ask, document: Document, plant: SapPlant, print: string) {
  const lines = yield* linesOf(document)
  const code = yield* codeOf(lines)
  const order = lines.some(({ movement }) => movement.ofOrder)
    ? yield* orderOfDocument(ask, document, plant)
    : undefined
  const items = yield* Effect.forEach(lines, (line) =>
    Effect.gen(function* () {
      return {
        ...(yield* goodsItem(line, document, plant)),
        ...(order === undefined || !line.movement.ofOrder ? {} : yield* ofOrder(order, line, document))
      }
    })
  )
  return {
    DocumentDate: sapDay(document.postingDate),
    PostingDate: sapDay(document.postingDate),
    ReferenceDocument: referenceOf(print),
    MaterialDocumentHeaderText: headerTextOf(print),
    GoodsMovementCode: code,
    to_MaterialDocumentItem: { results: items }
  }
})
