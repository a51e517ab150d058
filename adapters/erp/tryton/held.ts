// What a record of Tryton holds, as the document that it is. Used inside adapters/erp/tryton.
import { Effect, Option, Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { OrderId, PlantId, PostingKey } from "../../../core/plant/identifiers.ts"
import { type Document, type HeldDocument, PostingKind } from "../../../core/port/erp.ts"
import { dayOf } from "./answer.ts"
import { type Ask, type Search, technical } from "./ask.ts"
import { fields, moving, Record } from "./moved.ts"
import { orderOfNumber, reversedIn } from "./record-number.ts"
import { type Model, models } from "./records.ts"

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

const Location = Schema.Struct({ id: Schema.Int, code: Schema.NullOr(Schema.String) })

const decodeKind = Schema.decodeUnknownOption(PostingKind)

/** A key says of which kind its document is; what somebody else wrote into a reference isn't ours. */
export const kindOfKey = (key: string): PostingKind | undefined =>
  Option.getOrUndefined(decodeKind(key.slice(key.lastIndexOf("/") + 1)))

/** In a pattern. */
const asItIs = (text: string): string => text.replace(/[\\%_]/g, "\\$&")

export const holding = (ask: Ask, search: Search) => {
  const moved = moving(search)

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
    const { said, unsaid } = yield* moved(model, record, kind, plant)
    if (unsaid.length > 0)
      return yield* technical(`${model},${record.id} has moves that can't be said: ${unsaid.join("; ")}`)
    const orderId = kind === "group" ? orderOfNumber(record.number ?? "", record.product ?? null) : undefined
    const reverses = kind === "reversal" ? yield* reversedKey(record.number) : undefined
    const content: Document = {
      key: PostingKey.make(key),
      kind,
      plant,
      ...(orderId === undefined ? {} : { orderId: OrderId.make(orderId) }),
      ...said,
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
    /**
     * What was moved for an order, by whom ever. Ours is on its way until it is done, and isn't posted before that; of
     * somebody else's that runs, what went into it is out of stock already.
     */
    ofOrder: Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId) {
      const domain = [
        ["warehouse.code", "=", plant],
        ["state", "in", ["running", "done"]],
        ["OR", ["number", "=", orderId], ["number", "like", `${asItIs(orderId)} +%`]]
      ]
      const records = (yield* search(Record, "production", domain, fields.production)).filter(
        ({ number, product }) => orderOfNumber(number ?? "", product ?? null) === orderId
      )
      const all = yield* Effect.forEach(records, (record) =>
        Effect.gen(function* () {
          const isOurs = kindOfKey(record.reference ?? "") !== undefined
          if (isOurs && record.state !== "done") return []
          const { said, unsaid } = yield* moved("production", { ...record, state: "done" }, "group", plant)
          // One that runs and has moved nothing says nothing yet.
          const isEmpty = said.movements === undefined && said.amounts === undefined && unsaid.length === 0
          if (isEmpty && record.state !== "done") return []
          const document: HeldDocument = {
            document: documentNumber({ model: "production", id: record.id }),
            ...(isOurs ? { key: PostingKey.make(record.reference ?? "") } : {}),
            kind: "group",
            content: { orderId, ...said },
            ...(unsaid.length === 0 ? {} : { unsaid: unsaid.join("; ") }),
            ...(record.effective_date === null ? {} : { postingDate: dayOf(record.effective_date) })
          }
          return [document]
        })
      )
      return all.flat()
    }),
    state: (model: Model, id: number) =>
      Effect.map(
        ask(Schema.Array(Schema.Struct({ state: Schema.String })), `model.${model}.read`, [[id], ["state"]]),
        ([record]) => record?.state
      )
  }
}

export type Holding = ReturnType<typeof holding>
