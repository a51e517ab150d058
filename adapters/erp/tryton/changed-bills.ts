// Bills of material that were changed in Tryton, as messages. They have no versions there: each is version 1 of its own id.
// Used by `changes.ts` alone.
import { Effect, Schema } from "effect"
import type { Change, ChangedSince } from "./changes.ts"
import { decimalOfNumber } from "./quantities.ts"
import { unitOf } from "./units.ts"
import { changeId, stampNames, stamps, writtenAt, writtenSince } from "./written.ts"

export const onlyVersion = "1"

const Bill = Schema.Struct({ id: Schema.Int, ...stamps, name: Schema.String, active: Schema.Boolean })

const Line = Schema.Struct({
  id: Schema.Int,
  ...stamps,
  bom: Schema.Int,
  quantity: Schema.Finite,
  "product.": Schema.Struct({ code: Schema.NullOr(Schema.String) }),
  "uom.": Schema.Struct({ symbol: Schema.String })
})
type Line = typeof Line.Type

const ofLine = [...stampNames, "bom", "quantity", "product.code", "uom.symbol"]

const amount = (line: Line) => {
  const { symbol } = line["uom."]
  const quantity = { value: decimalOfNumber(line.quantity) ?? String(line.quantity), unit: unitOf(symbol) ?? symbol }
  return { itemId: line["product."].code ?? "", quantity }
}

export const changedBills: ChangedSince = (search, _plant, since) =>
  Effect.gen(function* () {
    const domain = [["active", "in", [true, false]], ...writtenSince(since, "inputs.", "outputs.")]
    const bills = yield* search(Bill, "production.bom", domain, [...stampNames, "name", "active"])
    if (bills.length === 0) return []
    const theirs = [["bom", "in", bills.map(({ id }) => id)]]
    const inputs = yield* search(Line, "production.bom.input", theirs, ofLine)
    const outputs = yield* search(Line, "production.bom.output", theirs, ofLine)
    return bills.flatMap((bill): ReadonlyArray<Change> => {
      const consumed = inputs.filter(({ bom }) => bom === bill.id)
      const made = outputs.filter(({ bom }) => bom === bill.id)
      const [product, ...others] = made
      if (product === undefined) return []
      const occurredAt = writtenAt(bill, ...consumed, ...made)
      return [
        {
          id: changeId(occurredAt, "production.bom", bill.id),
          type: "MaterialBillPublished",
          body: {
            materialBillId: String(bill.id),
            version: onlyVersion,
            occurredAt,
            description: bill.name,
            ...amount(product),
            components: [
              ...consumed.map((line) => ({ id: String(line.id), ...amount(line) })),
              ...others.map((line) => ({ ...amount(line), use: "Co-product Produced" }))
            ],
            ...(bill.active ? {} : { actionCode: "Delete" })
          }
        }
      ]
    })
  })
