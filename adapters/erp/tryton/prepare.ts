// What has to be right before anything of a document is written to Tryton. Used by `post.ts` alone.
import { Effect, Schema } from "effect"
import { BusinessRuleViolation, DataQualityIssue } from "../../../core/failure.ts"
import { add, compare, type Decimal, negate, zero } from "../../../core/plant/decimal.ts"
import type { Document } from "../../../core/port/erp.ts"
import { type Search, technical } from "./ask.ts"
import { documentNumber, type Holding } from "./held.ts"
import type { Lookup, Warehouse } from "./lookup.ts"
import { decimalOfNumber } from "./quantities.ts"
import { reversalNumber } from "./record-number.ts"
import { recordOf } from "./records.ts"
import { type Resolved, resolving } from "./resolve.ts"
import { linesOf, scrapUnits } from "./words.ts"

const refused = (field: string, value: string, reason: string, nextStep: string) =>
  new BusinessRuleViolation({ field, value, reason, nextStep })

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
      // A plant's day begins before Tryton's, which is UTC's: it passes by itself.
      return yield* technical(`Posting date ${postingDate} is tomorrow's: in Tryton today is ${today}`)
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
      yield* enough(warehouse, resolved)
      return { warehouse, lines: resolved, units, ...(number === undefined ? {} : { number }) }
    })
  }
}

export type Prepared = Effect.Success<ReturnType<ReturnType<typeof preparing>["all"]>>
