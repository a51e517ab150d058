// What a record of Tryton holds, as the document that it is. Used inside adapters/erp/tryton.
import { Effect, Option, Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { add, negate, zero } from "../../../core/plant/decimal.ts"
import { ItemId, OrderId, PlantId, PostingKey } from "../../../core/plant/identifiers.ts"
import { type Document, PostingKind } from "../../../core/port/erp.ts"
import { dayOf, TrytonDate } from "./answer.ts"
import { type Ask, type Search, technical } from "./ask.ts"
import { lotOfNumber } from "./lot-number.ts"
import { decimalOfNumber } from "./quantities.ts"
import { orderOfNumber, reversedIn } from "./record-number.ts"
import { type Model, models } from "./records.ts"
import { unitOf } from "./units.ts"
import { type Line, movements } from "./words.ts"

/** A record that has a key. */
export interface Held {
  readonly model: Model
  readonly id: number
  readonly state: string
  /** What it says, done or not. */
  readonly content: Document
}

/** As Tryton itself writes a reference to a record: the ERP's number of a document. */
export const documentNumber = ({ id, model }: Pick<Held, "id" | "model">): string => `${model},${id}`

const recordOfNumber = (number: string): { readonly model: Model; readonly id: number } | undefined => {
  const [name, id] = number.split(",")
  const model = models.find((one) => one === name)
  return model === undefined || !/^\d{1,9}$/.test(id ?? "") ? undefined : { model, id: Number(id) }
}

const Ids = Schema.Array(Schema.Int)

const Record = Schema.Struct({
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
type Record = typeof Record.Type

const common = ["number", "reference", "state", "effective_date"]
const fields: { readonly [Of in Model]: ReadonlyArray<string> } = {
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
  "product.": Schema.Struct({ code: ItemId }),
  "uom.": Schema.Struct({ symbol: Schema.String }),
  "lot.": Schema.optionalKey(Related({ number: Schema.String })),
  "from_location.": Schema.Struct({ type: Schema.String }),
  "to_location.": Schema.Struct({ type: Schema.String })
})
type Move = typeof Move.Type

const ofMove = ["quantity", "product.code", "uom.symbol", "lot.number", "from_location.type", "to_location.type"]

const Location = Schema.Struct({ id: Schema.Int, code: Schema.NullOr(Schema.String) })

const decodeKind = Schema.decodeUnknownOption(PostingKind)

/** A key says of which kind its document is; what somebody else wrote into a reference isn't ours. */
export const kindOfKey = (key: string): PostingKind | undefined =>
  Option.getOrUndefined(decodeKind(key.slice(key.lastIndexOf("/") + 1)))

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

export const holding = (ask: Ask, search: Search) => {
  const plantWhere = (domain: ReadonlyArray<unknown>) =>
    Effect.flatMap(
      search(Location, "stock.location", [["type", "=", "warehouse"], ...domain], ["code"]),
      ([warehouse]) =>
        warehouse?.code === undefined || warehouse.code === null
          ? Effect.fail(technical("A record is of no warehouse with a code"))
          : Effect.succeed(PlantId.make(warehouse.code))
    )

  const plantOf = ({ from_location, to_location, warehouse }: Record) =>
    warehouse === undefined || warehouse === null
      ? plantWhere([["storage_location", "in", [from_location, to_location].filter((id) => id !== undefined)]])
      : plantWhere([["id", "=", warehouse]])

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

  const reversedKey = Effect.fnUntraced(function* (number: string | null) {
    const original = reversedIn(number ?? "")
    const record = original === undefined ? undefined : recordOfNumber(original)
    if (record === undefined) return undefined
    const [held] = yield* search(
      Schema.Struct({ reference: Schema.NullOr(Schema.String) }),
      record.model,
      [["id", "=", record.id]],
      ["reference"]
    )
    return held?.reference ?? undefined
  })

  /** Undefined where the record isn't ours. */
  const document = Effect.fnUntraced(function* (model: Model, record: Record) {
    const key = record.reference ?? ""
    const kind = kindOfKey(key)
    if (kind === undefined) return undefined
    const plant = yield* plantOf(record)
    const moves = yield* movesOf(record)
    const lineOf = Effect.fnUntraced(function* (move: Move) {
      const quantity = decimalOfNumber(move.quantity)
      const unit = unitOf(move["uom."].symbol)
      if (quantity === undefined || unit === undefined) {
        return yield* technical(`Move ${move.id} has a quantity or unit that can't be said: ${JSON.stringify(move)}`)
      }
      const isIn = isIntoStock(model, record, move) === (kind !== "reversal")
      const lot = move["lot."]?.number
      const line: Line = {
        itemId: move["product."].code,
        ...(lot === undefined ? {} : lotOfNumber(plant, lot)),
        unit,
        intoStock: isIn ? quantity : negate(quantity)
      }
      return line
    })
    const lines = yield* Effect.forEach(
      moves.filter((move) => !isScrap(model, move)),
      lineOf
    )
    const scrapped = yield* Effect.forEach(
      moves.filter((move) => isScrap(model, move)),
      lineOf
    )
    // What isn't of the first one's unit isn't ours, and shows as a movement.
    const unit = scrapped[0]?.unit
    const [scrap, others] = [
      scrapped.filter((line) => line.unit === unit),
      scrapped.filter((line) => line.unit !== unit)
    ]
    const value = scrap.reduce((sum, { intoStock }) => add(sum, intoStock), zero)
    const orderId = kind === "group" ? orderOfNumber(record.number ?? "", record.product ?? null) : undefined
    const reverses = kind === "reversal" ? yield* reversedKey(record.number) : undefined
    const content: Document = {
      key: PostingKey.make(key),
      kind,
      plant,
      ...(orderId === undefined ? {} : { orderId: OrderId.make(orderId) }),
      ...movements(model, kind, [...lines, ...others]),
      ...(unit === undefined ? {} : { amounts: { scrap: { value, unit } } }),
      ...(reverses === undefined ? {} : { reverses: PostingKey.make(reverses) }),
      postingDate: record.effective_date === null ? "" : dayOf(record.effective_date)
    }
    return content
  })

  const held = (model: Model, domain: ReadonlyArray<unknown>): Effect.Effect<Held | undefined, TechnicalFailure> =>
    Effect.gen(function* () {
      const [record] = yield* search(Record, model, domain, fields[model])
      if (record === undefined) return undefined
      const content = yield* document(model, record)
      return content === undefined ? undefined : { model, id: record.id, state: record.state, content }
    })

  return {
    /** Done or not. */
    byKey: (key: PostingKey) =>
      Effect.map(
        Effect.forEach(kindOfKey(key) === "group" ? (["production"] as const) : models, (model) =>
          held(model, [["reference", "=", key]])
        ),
        (all) => all.find((one) => one !== undefined)
      ),
    byNumber: (number: string) => {
      const record = recordOfNumber(number)
      return record === undefined ? Effect.succeed(undefined) : held(record.model, [["id", "=", record.id]])
    },
    state: (model: Model, id: number) =>
      Effect.map(
        ask(Schema.Array(Schema.Struct({ state: Schema.String })), `model.${model}.read`, [[id], ["state"]]),
        ([record]) => record?.state
      )
  }
}

export type Holding = ReturnType<typeof holding>
