// Products that were changed in Tryton, as messages about items: a company's are every plant's. Used by `changes.ts` alone.
import { Effect, Schema } from "effect"
import type { Change, ChangedSince } from "./changes.ts"
import { unitOf } from "./units.ts"
import { changeId, stampNames, stamps, writtenAt, writtenSince } from "./written.ts"

const Row = Schema.Struct({
  id: Schema.Int,
  ...stamps,
  code: Schema.NullOr(Schema.String),
  active: Schema.Boolean,
  lot_required: Schema.NullOr(Schema.Array(Schema.String)),
  "template.": Schema.Struct({ ...stamps, name: Schema.String }),
  "default_uom.": Schema.Struct({ symbol: Schema.String })
})

export const changedItems: ChangedSince = (search, _plant, since) =>
  Effect.gen(function* () {
    const names = [
      ...stampNames,
      "code",
      "active",
      "lot_required",
      "template.name",
      ...stampNames.map((name) => `template.${name}`),
      "default_uom.symbol"
    ]
    const domain = [
      ["active", "in", [true, false]],
      // What has no code has no name for anybody else.
      ["code", "not in", [null, ""]],
      ...writtenSince(since, "template.")
    ]
    const rows = yield* search(Row, "product.product", domain, names)
    return rows.flatMap((row): ReadonlyArray<Change> => {
      const { symbol } = row["default_uom."]
      const occurredAt = writtenAt(row, row["template."])
      if (row.code === null || row.code === "") return []
      return [
        {
          id: changeId(occurredAt, "product.product", row.id),
          type: "MaterialDefinitionPublished",
          body: {
            itemId: row.code,
            occurredAt,
            description: row["template."].name,
            unit: unitOf(symbol) ?? symbol,
            ...(row.lot_required === null || row.lot_required.length === 0 ? {} : { lotScope: "plant" }),
            ...(row.active ? {} : { actionCode: "Delete" })
          }
        }
      ]
    })
  })
