// What has to be right before anything of a document is written to Tryton. Used by `post.ts` alone.
import { Clock, Effect, Schema } from "effect"
import { BusinessRuleViolation, DataQualityIssue } from "../../../core/failure.ts"
import { add, compare, type Decimal, negate, zero } from "../../../core/plant/decimal.ts"
import { type Document, NotYet } from "../../../core/port/erp.ts"
import type { Search } from "./ask.ts"
import { documentNumber, type Holding } from "./held.ts"
import type { Lookup, Product, Warehouse } from "./lookup.ts"
import { decimalOfNumber } from "./quantities.ts"
import { reversalNumber } from "./record-number.ts"
import { type Model, recordOf } from "./records.ts"
import { type Resolved, resolving } from "./resolve.ts"
import { linesOf, scrapUnits } from "./words.ts"

const refused = (field: string, value: string, reason: string, nextStep: string) =>
  new BusinessRuleViolation({ field, value, reason, nextStep })

/** How often it is looked whether a plant's day has begun where Tryton is. */
const aWhile = 1_800_000

export const needsLot = ({ lot_required }: Product, types: ReadonlyArray<string>): boolean =>
  types.some((type) => lot_required?.includes(type) === true)

/** Tryton would find out only once the other side of the record is in its books. */
export const lotMissing = (code: string, what: string) =>
  new DataQualityIssue({
    field: "lotId",
    value: "LOT_MISSING",
    reason: `${what} of ${code} has no lot, and in Tryton it isn't moved without one`,
    nextStep: "Report the lot, or let the product be moved without one in Tryton"
  })

/** What is at the other end of a record's moves; a warehouse's own places are `storage`. */
const otherEnd: { readonly [Of in Model]: string } = {
  production: "production",
  "stock.shipment.in": "supplier",
  "stock.shipment.in.return": "supplier",
  "stock.shipment.out": "customer",
  "stock.shipment.out.return": "customer",
  "stock.shipment.internal": "lost_found"
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

/** As they move stock: those of a reversal the other way round. */
const signed = (document: Document) =>
  linesOf(document).map((line) =>
    document.kind === "reversal" ? { ...line, intoStock: negate(line.intoStock) } : line
  )

export const preparing = (search: Search, lookup: Lookup, holding: Holding) => {
  const resolve = resolving(lookup)

  const dateFits = Effect.fnUntraced(function* ({ postingDate }: Document) {
    const today = yield* lookup.today
    if (postingDate === dayAfter(today)) {
      // A plant's day may begin before that of the machine that Tryton runs on.
      return yield* new NotYet({
        until: (yield* Clock.currentTimeMillis) + aWhile,
        reason: `Posting date ${postingDate} is tomorrow's: in Tryton today is ${today}`
      })
    }
    if (postingDate > today) {
      const reason = `Posting date ${postingDate} is in the future; in Tryton today is ${today}`
      return yield* refused("postingDate", "FUTURE_DATE", reason, "Resubmit it on that day")
    }
    if (yield* lookup.isClosed(postingDate)) {
      const reason = `The stock period of ${postingDate} is closed`
      const nextStep = "Open the stock period, or decide on a later posting date"
      return yield* refused("postingDate", "PERIOD_CLOSED", reason, nextStep)
    }
  })

  /** Tryton looks at a product's stock, not at a lot's, and would let that become negative. */
  const enough = Effect.fnUntraced(function* (warehouse: Warehouse, lines: ReadonlyArray<Resolved>) {
    const needed = new Map<string, { readonly line: Resolved; readonly sum: Decimal }>()
    for (const line of lines) {
      if (line.lot === undefined) continue
      const key = JSON.stringify([line.product.id, line.lot])
      const sum = line.isIntoStock ? negate(line.inStock) : line.inStock
      needed.set(key, { line, sum: add(needed.get(key)?.sum ?? zero, sum) })
    }
    const out = [...needed].filter(([, { sum }]) => compare(sum, zero) > 0)
    const lots = yield* lookup.lots(
      [...new Set(out.map(([, { line }]) => line.product.id))],
      out.map(([, { line }]) => line.lot ?? "")
    )
    const ids = new Map(lots.map((lot) => [JSON.stringify([lot.product, lot.number]), lot.id]))
    const stock = yield* lookup.inStock(
      warehouse.storage_location,
      out.flatMap(([key]) => ids.get(key) ?? [])
    )
    for (const [key, { line, sum }] of out) {
      const there = decimalOfNumber(Number((stock.get(ids.get(key) ?? 0) ?? 0).toFixed(line.stockUnit.digits))) ?? zero
      if (compare(sum, there) <= 0) continue
      const unit = line.stockUnit.symbol
      const reason = `Lot ${line.lot} of ${line.product.code}: ${sum} ${unit} are needed, ${there} ${unit} are there`
      const nextStep = "Find out what came into that lot and isn't booked; count it"
      return yield* refused("lotId", "DEFICIT", reason, nextStep)
    }
  })

  /** The number of the record that a reversal makes: it names what is taken back, and there is one of them. */
  const numberOfReversal = Effect.fnUntraced(function* (document: Document) {
    const { reverses } = document
    const held = reverses === undefined ? undefined : yield* holding.byKey(reverses)
    if (held === undefined || held.state !== "done" || held.content.kind === "reversal") {
      const reason = `Tryton has no document ${reverses ?? "named"} that could be reversed`
      return yield* refused("reverses", "UNKNOWN_DOCUMENT", reason, "Find out why the document to reverse isn't there")
    }
    const number = reversalNumber(documentNumber(held))
    const model = recordOf(document)
    const [other] = yield* search(Schema.Struct({ id: Schema.Int }), model, [["number", "=", number]], [])
    if (other !== undefined) {
      const reason = `${documentNumber({ model, id: other.id })} ${number} already`
      return yield* refused("reverses", "ALREADY_REVERSED", reason, "Find out who reversed the document")
    }
    return number
  })

  const scrapFits = Effect.fnUntraced(function* (document: Document) {
    const units = [...scrapUnits(document)]
    if (units.length > 1) {
      const reason = `Scrap in ${units.join(" and ")} can't be one line of the order's product`
      return yield* new DataQualityIssue({
        field: "scrap",
        value: units.join(" "),
        reason,
        nextStep: "Report scrap in one unit, or book it by hand and waive"
      })
    }
  })

  return {
    /** For a record that is there already and hasn't moved anything yet, too: meanwhile others may have. */
    stock: Effect.fnUntraced(function* (document: Document) {
      const warehouse = yield* lookup.warehouse(document.plant)
      const { resolved } = yield* resolve(document.plant, signed(document))
      yield* enough(warehouse, resolved)
    }),
    all: Effect.fnUntraced(function* (document: Document) {
      yield* scrapFits(document)
      const number = document.kind === "reversal" ? yield* numberOfReversal(document) : undefined
      yield* dateFits(document)
      const warehouse = yield* lookup.warehouse(document.plant)
      const { resolved, units } = yield* resolve(document.plant, signed(document))
      const places = ["storage", otherEnd[recordOf(document)]]
      const withoutLot = resolved.find(({ lot, product }) => lot === undefined && needsLot(product, places))
      if (withoutLot !== undefined) return yield* lotMissing(withoutLot.product.code, "A line")
      yield* enough(warehouse, resolved)
      return { warehouse, lines: resolved, units, ...(number === undefined ? {} : { number }) }
    })
  }
}

export type Prepared = Effect.Success<ReturnType<ReturnType<typeof preparing>["all"]>>
