// What an ERP had before its plant was served, as messages of that ERP: history begins there. Pure; used by `plants
// takeover`.
import { Schema } from "effect"
import { LotTakenOver } from "../../core/message/lot.ts"
import { MaterialTakenOver, OperationTakenOver } from "../../core/message/order.ts"
import type { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { type LotKey, plantScope } from "../../core/plant/lot.ts"
import type { OccurredAt } from "../../core/plant/time.ts"
import type { ErpChange, HeldDocument, HeldStock, Movement, MovementType } from "../../core/port/erp.ts"
import { totals } from "../../projections/postings/totals.ts"

const json = {
  operation: Schema.encodeSync(Schema.fromJsonString(OperationTakenOver)),
  material: Schema.encodeSync(Schema.fromJsonString(MaterialTakenOver)),
  lot: Schema.encodeSync(Schema.fromJsonString(LotTakenOver))
}

type Line = (typeof MaterialTakenOver.Type)["materials"][number]

/** What of an order's movements its genealogy knows, and which way it is one. */
const uses: { readonly [Type in MovementType]?: Line["use"] } = {
  goodsIssue: "Consumed",
  goodsReturn: "Consumed",
  productReceipt: "Material Produced",
  coProductReceipt: "Co-product Produced",
  byProductReceipt: "By-product Produced"
}

const flow = (movement: Movement): Movement =>
  movement.type === "goodsReturn" ? { ...movement, type: "goodsIssue" } : movement

const lineOf = ({
  direction,
  itemId,
  lotId,
  quantity,
  scope,
  storageLocation,
  type
}: Movement): ReadonlyArray<Line> => {
  const use = uses[type]
  if (use === undefined || (direction === "out") !== (use === "Consumed")) return []
  return [
    {
      itemId,
      ...(lotId === undefined ? {} : { lotId }),
      ...(scope === undefined ? {} : { scope }),
      ...(storageLocation === undefined ? {} : { storageLocation }),
      quantity,
      use
    }
  ]
}

/**
 * An id for ever the same: what is told twice is a duplicate, and should the ERP have booked more meanwhile, a case. So
 * nothing is taken over twice.
 */
const idOf = (...parts: ReadonlyArray<string | number>) => ["takeover", ...parts].join("/")

/** What these documents of one order come to. */
export const orderTakenOver = (
  orderId: OrderId,
  documents: ReadonlyArray<HeldDocument>,
  occurredAt: OccurredAt
): ReadonlyArray<ErpChange> => {
  const { movements = [], operations: sums = [] } = totals(
    documents.flatMap((document) => [
      { ...document, content: { ...document.content, movements: document.content.movements?.map(flow) ?? [] } },
      ...operationsOf(document)
    ])
  )
  // What is owed has no history to begin.
  const operations = sums.filter(({ takenBack }) => takenBack !== true)
  const numbersOf = (says: (document: HeldDocument) => boolean) =>
    documents.filter(says).map(({ document }) => document)
  const confirmed = operations.map(({ amounts, final, operationId }, place) => ({
    id: idOf(orderId, operationId, place - operations.findIndex((other) => other.operationId === operationId)),
    type: "OperationTakenOver",
    body: json.operation({
      orderId,
      occurredAt,
      operationId,
      ...amounts,
      ...(final ? { final } : {}),
      documents: numbersOf(
        ({ content }) =>
          content.operationId === operationId ||
          content.operations?.some((total) => total.operationId === operationId) === true
      )
    })
  }))
  const materials = movements.flatMap(lineOf)
  return materials.length === 0
    ? confirmed
    : [
        ...confirmed,
        {
          id: idOf(orderId, "material"),
          type: "MaterialTakenOver",
          body: json.material({
            orderId,
            occurredAt,
            materials,
            documents: numbersOf(({ content }) => content.movements !== undefined)
          })
        }
      ]
}

/** A document that says several operations at once, each by itself. */
const operationsOf = ({ content, kind }: HeldDocument) =>
  (content.operations ?? []).map(({ amounts, final, operationId, takenBack }) => ({
    kind: takenBack === true ? ("reversal" as const) : kind,
    content: { operationId, amounts, final }
  }))

/** What is on hand of lots; material without a number, and what is owed, has no history to begin. */
export const stockTakenOver = (
  plant: PlantId,
  stock: ReadonlyArray<HeldStock>,
  occurredAt: OccurredAt
): ReadonlyArray<{ readonly lot: LotKey; readonly change: ErpChange }> =>
  stock.flatMap(({ itemId, lotId, quantity, scope = plantScope(plant), storageLocation }) =>
    lotId === undefined || quantity.value.startsWith("-")
      ? []
      : [
          {
            lot: { scope, itemId, lotId },
            change: {
              id: idOf(scope, itemId, lotId, storageLocation ?? "", quantity.unit),
              type: "LotTakenOver",
              body: json.lot({
                itemId,
                lotId,
                scope,
                occurredAt,
                quantity,
                ...(storageLocation === undefined ? {} : { storageLocation })
              })
            }
          }
        ]
  )
