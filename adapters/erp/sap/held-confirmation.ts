// Confirmations that SAP holds, as the documents that they are. Used inside adapters/erp/sap.
import { Effect, Option, Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { type Decimal, zero } from "../../../core/plant/decimal.ts"
import type { Document, DocumentContent, Movement } from "../../../core/port/erp.ts"
import { dayOf, enteredAt, Metadata, many, one, results, SapDecimal, SapTime, SapTimeOfDay } from "./answer.ts"
import { type Ask, technical } from "./ask.ts"
import type { Held, Standing } from "./held.ts"
import { goodsNumber } from "./held-goods.ts"
import { heldItem, linesOf, movementsOfItem } from "./held-lines.ts"
import { guidOf, keyInWords, readConfirmation, reversedInWords, type TextOfConfirmation } from "./key.ts"
import { operationOf, orderOf, padded } from "./numbers.ts"
import { type ActivitySlot, activitiesOf, type Plants, type SapPlant } from "./options.ts"
import { backflushed, isReservationOf, orderAt } from "./order.ts"
import { allOf } from "./pages.ts"
import { entity, guid, options, text } from "./query.ts"
import { services } from "./session.ts"
import { unitOf } from "./units.ts"
import { inAnyOrder } from "./words.ts"

const Item = Schema.Struct({
  ...heldItem,
  OrderItem: Schema.String,
  Reservation: Schema.String,
  ReservationItem: Schema.String
})

const Confirmation = Schema.Struct({
  __metadata: Metadata,
  ConfirmationGroup: Schema.String,
  ConfirmationCount: Schema.String,
  OrderID: Schema.String,
  OrderOperation: Schema.String,
  Plant: Schema.String,
  PostingDate: SapTime,
  ConfirmationText: Schema.String,
  ExternalSystemConfirmation: Schema.NullOr(Schema.String),
  IsFinalConfirmation: Schema.Boolean,
  IsReversal: Schema.Boolean,
  IsReversed: Schema.Boolean,
  APIConfHasNoGoodsMovements: Schema.Boolean,
  ConfirmationUnit: Schema.String,
  ConfirmationYieldQuantity: SapDecimal,
  ConfirmationScrapQuantity: SapDecimal,
  ConfirmationReworkQuantity: SapDecimal,
  VarianceReasonCode: Schema.String,
  OpConfirmedWorkQuantity1: SapDecimal,
  OpConfirmedWorkQuantity2: SapDecimal,
  OpConfirmedWorkQuantity3: SapDecimal,
  OpConfirmedWorkQuantity4: SapDecimal,
  OpConfirmedWorkQuantity5: SapDecimal,
  OpConfirmedWorkQuantity6: SapDecimal,
  OpWorkQuantityUnit1: Schema.String,
  OpWorkQuantityUnit2: Schema.String,
  OpWorkQuantityUnit3: Schema.String,
  OpWorkQuantityUnit4: Schema.String,
  OpWorkQuantityUnit5: Schema.String,
  OpWorkQuantityUnit6: Schema.String,
  to_ProdnOrdConfMatlDocItm: results(Item)
})
type Confirmation = typeof Confirmation.Type

/** With what else counts where all of an order's are listed: a post needs none of it. */
const ItemOfOrder = Schema.Struct({
  ...Item.fields,
  MaterialDocument: Schema.String,
  MaterialDocumentYear: Schema.String
})
const OfOrder = Schema.Struct({
  ...Confirmation.fields,
  ConfirmationEntryDate: SapTime,
  ConfirmationEntryTime: SapTimeOfDay,
  to_ProdnOrdConfMatlDocItm: results(ItemOfOrder)
})

const [decodeOne, decodeMany, decodeOfOrder] = [one(Confirmation), many(Confirmation), many(OfOrder)]

const expanded = { $expand: "to_ProdnOrdConfMatlDocItm" }

const numberPattern = /^(\d{10})\/(\d{8})$/

export const confirmationNumber = (group: string, count: string): string =>
  `${group.padStart(10, "0")}/${count.padStart(8, "0")}`

/** Its group and count; undefined where the number isn't a confirmation's. */
export const confirmationKey = (number: string) => {
  const [, ConfirmationGroup, ConfirmationCount] = numberPattern.exec(number) ?? []
  return ConfirmationGroup === undefined || ConfirmationCount === undefined
    ? undefined
    : { ConfirmationGroup, ConfirmationCount }
}

const quantity = (value: Decimal, unit: string) => ({ value, unit: unitOf(unit) })
const something = <Name extends string>(name: Name, value: Decimal, unit: string) =>
  value === zero ? {} : { [name]: quantity(value, unit) }

const work = (held: Confirmation, slot: ActivitySlot) =>
  [held[`OpConfirmedWorkQuantity${slot}`], held[`OpWorkQuantityUnit${slot}`]] as const

/** What it says, with these of its goods. */
const said = (held: Confirmation, plant: SapPlant, movements: ReadonlyArray<Movement>): DocumentContent => {
  const { laborTime, machineTime } = activitiesOf(plant)
  const unit = held.ConfirmationUnit
  return {
    orderId: orderOf(held.OrderID),
    operationId: operationOf(held.OrderOperation),
    amounts: {
      ...something("yield", held.ConfirmationYieldQuantity, unit),
      ...something("scrap", held.ConfirmationScrapQuantity, unit),
      ...something("rework", held.ConfirmationReworkQuantity, unit),
      ...something("laborTime", ...work(held, laborTime)),
      ...something("machineTime", ...work(held, machineTime)),
      ...(held.VarianceReasonCode === "" ? {} : { scrapReason: held.VarianceReasonCode })
    },
    final: held.IsFinalConfirmation,
    ...(movements.length === 0 ? {} : { movements: inAnyOrder(movements) })
  }
}

const saidOf = (items: ReadonlyArray<typeof Item.Type>) =>
  linesOf(items.map((item) => ({ ...item, orderItem: item.OrderItem })))

/**
 * One that stands, as the documents that it is: what SAP took by itself on a confirmation of ours is a document of its own,
 * as ours says nothing of it.
 */
const standing = (held: typeof OfOrder.Type, plant: SapPlant): ReadonlyArray<Standing> => {
  const at = enteredAt(held.ConfirmationEntryDate, held.ConfirmationEntryTime)
  const postingDate = dayOf(held.PostingDate)
  const ours = readConfirmation(held.ExternalSystemConfirmation, held.ConfirmationText)
  const items = held.to_ProdnOrdConfMatlDocItm.results
  const isWhole = ours === undefined || ours.movements > 0
  const { movements, unsaid } = saidOf(items)
  const confirmation: Standing = {
    at,
    held: {
      document: confirmationNumber(held.ConfirmationGroup, held.ConfirmationCount),
      ...(ours === undefined ? {} : { key: keyInWords(ours.print) }),
      kind: "confirmation",
      content: said(held, plant, isWhole ? movements : []),
      ...(isWhole ? unsaid : {}),
      postingDate
    }
  }
  if (isWhole) return [confirmation]
  const byItself = [...Map.groupBy(items, goodsNumber)].map(([document, some]): Standing => {
    const { movements, unsaid } = saidOf(some)
    const content = { orderId: orderOf(held.OrderID), movements }
    return { at, held: { document, kind: "goodsMovement", content, ...unsaid, postingDate } }
  })
  return [confirmation, ...byItself]
}

export const holdingConfirmations = (ask: Ask, plants: Plants) => {
  /** Nothing that it was to take or give is missing in the books of stock. */
  const isBooked = Effect.fnUntraced(function* (held: Confirmation, { movements, reversed }: TextOfConfirmation) {
    const items = held.to_ProdnOrdConfMatlDocItm.results
    if (reversed !== undefined) return true
    if (movements > 0) return items.length >= movements
    const isOfGoods = held.ConfirmationYieldQuantity !== zero || held.ConfirmationScrapQuantity !== zero
    if (held.APIConfHasNoGoodsMovements || !isOfGoods) return true
    const order = Option.getOrUndefined(yield* orderAt(ask, padded.order(held.OrderID)))
    const expected = order === undefined ? [] : backflushed(order, held.OrderOperation)
    return expected.every((component) => items.some(isReservationOf(component)))
  })

  /** Undefined where it isn't ours. */
  const document = Effect.fnUntraced(function* (held: Confirmation) {
    const ours = readConfirmation(held.ExternalSystemConfirmation, held.ConfirmationText)
    if (ours === undefined) return undefined
    const number = confirmationNumber(held.ConfirmationGroup, held.ConfirmationCount)
    const named = plants.named(held.Plant)
    if (named === undefined)
      return yield* technical(`Confirmation ${number} is of plant ${held.Plant}, which no setting names`)
    // What SAP took by itself is in no document.
    const items = ours.movements === 0 ? [] : held.to_ProdnOrdConfMatlDocItm.results
    const lines = items.map((item) => movementsOfItem(item, item.OrderItem, held.IsReversal))
    if (lines.includes(undefined)) return yield* technical(`Confirmation ${number} has goods that can't be said`)
    const content: Document = {
      key: keyInWords(ours.print),
      kind: held.IsReversal ? "reversal" : "confirmation",
      plant: named.id,
      ...said(
        held,
        named.plant,
        lines.flatMap((line) => line ?? [])
      ),
      ...(ours.reversed === undefined ? {} : { reverses: reversedInWords(ours.reversed) }),
      postingDate: dayOf(held.PostingDate)
    }
    const found: Held = {
      number,
      etag: held.__metadata.etag,
      content,
      isComplete: yield* isBooked(held, ours),
      isCancelled: held.IsReversed,
      print: ours.print
    }
    return found
  })

  return {
    byNumber: Effect.fnUntraced(function* (number: string) {
      const key = confirmationKey(number)
      if (key === undefined) return undefined
      const path = services.confirmations + entity("ProdnOrdConf2", key) + options(expanded)
      const held = Option.getOrUndefined(yield* ask(decodeOne, path))
      return held === undefined ? undefined : yield* document(held.d)
    }),

    /** Searched by 128 bits, and compared by all that SAP has of the key. */
    byPrint: (print: string): Effect.Effect<Held | undefined, TechnicalFailure> =>
      Effect.gen(function* () {
        const filter = { $filter: `ExternalSystemConfirmation eq ${guid(guidOf(print))}` }
        const path = `${services.confirmations}/ProdnOrdConf2${options({ ...filter, ...expanded })}`
        const found = Option.getOrUndefined(yield* ask(decodeMany, path))
        const all = yield* Effect.forEach(found?.d.results ?? [], document)
        return all.find((held) => held?.print === print)
      }),

    /** What stands of an order's, and the numbers of all material documents that its confirmations made. */
    ofOrder: Effect.fnUntraced(function* (order: string, plant: SapPlant) {
      const all = yield* allOf(ask, {
        path: `${services.confirmations}/ProdnOrdConf2`,
        filter: `OrderID eq ${text(order)}`,
        expand: expanded.$expand,
        decoder: decodeOfOrder,
        place: [
          ["ConfirmationGroup", ({ ConfirmationGroup }) => ConfirmationGroup.padStart(10, "0")],
          ["ConfirmationCount", ({ ConfirmationCount }) => ConfirmationCount.padStart(8, "0")]
        ]
      })
      return {
        standing: all
          .filter(({ IsReversal, IsReversed }) => !IsReversal && !IsReversed)
          .flatMap((held) => standing(held, plant)),
        goods: new Set(all.flatMap((held) => held.to_ProdnOrdConfMatlDocItm.results.map(goodsNumber)))
      }
    })
  }
}

export type HoldingConfirmations = ReturnType<typeof holdingConfirmations>
