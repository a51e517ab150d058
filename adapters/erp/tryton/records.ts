// Which of Tryton's records a document becomes, and by which buttons it is done. Pure; used inside adapters/erp/tryton.
import type { Document, Movement, MovementType } from "../../../core/port/erp.ts"

export const models = [
  "production",
  "stock.shipment.in",
  "stock.shipment.in.return",
  "stock.shipment.out",
  "stock.shipment.out.return",
  "stock.shipment.internal"
] as const
export type Model = (typeof models)[number]

/** The next button in each state on the way to `done`; one that isn't here was left by somebody's hand. */
export const buttons: { readonly [Of in Model]: { readonly [state: string]: string } } = {
  production: { request: "draft", draft: "wait", waiting: "assign_force", assigned: "run", running: "done" },
  "stock.shipment.in": { draft: "receive", received: "done" },
  "stock.shipment.in.return": { draft: "wait", waiting: "assign_force", assigned: "done" },
  "stock.shipment.out": { draft: "wait", waiting: "assign_force", assigned: "pick", picked: "pack", packed: "done" },
  "stock.shipment.out.return": { draft: "receive", received: "done" },
  "stock.shipment.internal": { request: "draft", draft: "wait", waiting: "assign_force", assigned: "done" }
}

/** In these no stock has moved yet. */
export const hasMovedNothing: ReadonlySet<string> = new Set(["request", "draft", "waiting", "assigned"])

type Line = Pick<Movement, "type" | "direction">

const isOf =
  (direction: Movement["direction"], ...types: ReadonlyArray<MovementType>) =>
  (line: Line): boolean =>
    line.direction === direction && types.includes(line.type)

const counted = ["scrapping", "sampling", "adjustment"] as const

const forward: ReadonlyArray<{ readonly model: Model; readonly takes: (line: Line) => boolean }> = [
  { model: "stock.shipment.in", takes: isOf("in", "supplierReceipt") },
  { model: "stock.shipment.out", takes: isOf("out", "shipment") },
  { model: "stock.shipment.out.return", takes: isOf("in", "customerReturn") },
  { model: "stock.shipment.internal", takes: isOf("out", ...counted) },
  { model: "stock.shipment.internal", takes: isOf("in", ...counted) }
]

const backward: { readonly [Of in Model]: Model } = {
  production: "production",
  "stock.shipment.in": "stock.shipment.in.return",
  "stock.shipment.in.return": "stock.shipment.in",
  "stock.shipment.out": "stock.shipment.out.return",
  "stock.shipment.out.return": "stock.shipment.out",
  "stock.shipment.internal": "stock.shipment.internal"
}

/**
 * A production, which has lines in and out, where its lines are of several sorts, or of one that has no record of its own:
 * then it is one without product and bill.
 */
export const recordOf = ({ kind, movements = [] }: Document): Model => {
  const found =
    kind === "group" || movements.length === 0
      ? undefined
      : forward.find(({ takes }) => movements.every((line) => takes(line)))?.model
  const model = found ?? "production"
  return kind === "reversal" ? backward[model] : model
}

/** What a line of such a record is called; several types are one to Tryton. */
export const typeOf = (model: Model, kind: Document["kind"], direction: Movement["direction"]): MovementType => {
  if (kind === "group") return direction === "out" ? "goodsIssue" : "productReceipt"
  switch (kind === "reversal" ? backward[model] : model) {
    case "stock.shipment.in":
    case "stock.shipment.in.return":
      return "supplierReceipt"
    case "stock.shipment.out":
      return "shipment"
    case "stock.shipment.out.return":
      return "customerReturn"
    case "stock.shipment.internal":
      return "adjustment"
    case "production":
      return "lotTransfer"
  }
}
