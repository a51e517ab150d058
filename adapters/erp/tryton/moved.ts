// What a record of Tryton moved, or will, in the words of a document. Used by `held.ts` alone.
import { Effect, Schema } from "effect"
import { add, negate, zero } from "../../../core/plant/decimal.ts"
import { ItemId, type PlantId } from "../../../core/plant/identifiers.ts"
import type { DocumentContent, PostingKind } from "../../../core/port/erp.ts"
import { TrytonDate } from "./answer.ts"
import type { Search } from "./ask.ts"
import { lotOfNumber } from "./lot-number.ts"
import { decimalOfNumber } from "./quantities.ts"
import type { Model } from "./records.ts"
import { unitOf } from "./units.ts"
import { type Line, movements } from "./words.ts"

const Ids = Schema.Array(Schema.Int)

export const Record = Schema.Struct({
  id: Schema.Int,
  number: Schema.NullOr(Schema.String),
  reference: Schema.NullOr(Schema.String),
  state: Schema.String,
  effective_date: Schema.NullOr(TrytonDate),
  product: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  inputs: Schema.optionalKey(Ids),
  outputs: Schema.optionalKey(Ids),
  incoming_moves: Schema.optionalKey(Ids),
  outgoing_moves: Schema.optionalKey(Ids),
  moves: Schema.optionalKey(Ids),
  warehouse: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  from_location: Schema.optionalKey(Schema.Int),
  to_location: Schema.optionalKey(Schema.Int)
})
export type Record = typeof Record.Type

const common = ["number", "reference", "state", "effective_date"]
export const fields: { readonly [Of in Model]: ReadonlyArray<string> } = {
  production: [...common, "product", "warehouse", "inputs", "outputs"],
  "stock.shipment.in": [...common, "warehouse", "incoming_moves"],
  "stock.shipment.in.return": [...common, "from_location", "moves"],
  "stock.shipment.out": [...common, "warehouse", "outgoing_moves"],
  "stock.shipment.out.return": [...common, "warehouse", "incoming_moves"],
  "stock.shipment.internal": [...common, "from_location", "to_location", "moves"]
}

const Related = <Fields extends Schema.Struct.Fields>(of: Fields) => Schema.NullOr(Schema.Struct(of))

const Move = Schema.Struct({
  id: Schema.Int,
  quantity: Schema.Finite,
  "product.": Schema.Struct({ code: Schema.NullOr(ItemId) }),
  "uom.": Schema.Struct({ symbol: Schema.String }),
  "lot.": Schema.optionalKey(Related({ number: Schema.String })),
  "from_location.": Schema.Struct({ type: Schema.String }),
  "to_location.": Schema.Struct({ type: Schema.String })
})
type Move = typeof Move.Type

const ofMove = ["quantity", "product.code", "uom.symbol", "lot.number", "from_location.type", "to_location.type"]

const isIntoStock = (model: Model, { inputs = [] }: Record, move: Move): boolean => {
  switch (model) {
    case "production":
      return !inputs.includes(move.id)
    case "stock.shipment.in":
    case "stock.shipment.out.return":
      return true
    case "stock.shipment.in.return":
    case "stock.shipment.out":
      return false
    case "stock.shipment.internal":
      return move["from_location."].type === "lost_found"
  }
}

const isScrap = (model: Model, move: Move): boolean =>
  model === "production" && move["to_location."].type === "lost_found"

const lineOf = (model: Model, record: Record, kind: PostingKind, plant: PlantId, move: Move): Line | undefined => {
  const quantity = decimalOfNumber(move.quantity)
  const unit = unitOf(move["uom."].symbol)
  const itemId = move["product."].code
  if (quantity === undefined || unit === undefined || itemId === null) return undefined
  const isIn = isIntoStock(model, record, move) === (kind !== "reversal")
  const lot = move["lot."]?.number
  return {
    itemId,
    ...(lot === undefined ? {} : lotOfNumber(plant, lot)),
    unit,
    intoStock: isIn ? quantity : negate(quantity)
  }
}

export const moving = (search: Search) => {
  const movesOf = ({ incoming_moves, inputs, moves, outgoing_moves, outputs, state }: Record) => {
    const ids = [inputs, outputs, incoming_moves, outgoing_moves, moves].flatMap((some) => some ?? [])
    return ids.length === 0
      ? Effect.succeed([])
      : search(
          Move,
          "stock.move",
          [
            ["id", "in", ids],
            // A production is done by a mere word, too; what counts is what was moved.
            state === "done" ? ["state", "=", "done"] : ["state", "!=", "cancelled"]
          ],
          ofMove
        )
  }

  /** `unsaid`: what has no quantity, unit or item here, as Tryton has it. */
  return Effect.fnUntraced(function* (model: Model, record: Record, kind: PostingKind, plant: PlantId) {
    const lines: Array<Line> = []
    const scrapped: Array<Line> = []
    const unsaid: Array<string> = []
    for (const move of yield* movesOf(record)) {
      const line = lineOf(model, record, kind, plant, move)
      if (line === undefined) {
        unsaid.push(`move ${move.id}: ${move.quantity} ${move["uom."].symbol} of ${move["product."].code ?? "no code"}`)
      } else if (isScrap(model, move)) scrapped.push(line)
      else lines.push(line)
    }
    // What isn't of the first one's unit isn't ours, and shows as a movement.
    const unit = scrapped[0]?.unit
    const scrap = scrapped.filter((line) => line.unit === unit)
    const others = scrapped.filter((line) => line.unit !== unit)
    const value = scrap.reduce((sum, { intoStock }) => add(sum, intoStock), zero)
    const said: DocumentContent = {
      ...movements(model, kind, [...lines, ...others]),
      ...(unit === undefined ? {} : { amounts: { scrap: { value, unit } } })
    }
    return { said, unsaid }
  })
}
