// Materials that were changed in SAP, as messages about items: a client's are every plant's. Used by `changes.ts` alone.
import { Effect, Option, Schema } from "effect"
import { many, millisOf, results, SapTime } from "./answer.ts"
import { type ChangedAfter, type ChangedRecord, comesAfter, idOf, pageSize } from "./changed.ts"
import { withoutZeros } from "./numbers.ts"
import type { SapPlant } from "./options.ts"
import { moment, options } from "./query.ts"
import { services } from "./session.ts"
import { unitName } from "./units.ts"

const Product = Schema.Struct({
  Product: Schema.String,
  BaseUnit: Schema.String,
  IsBatchManagementRequired: Schema.Boolean,
  IsMarkedForDeletion: Schema.Boolean,
  LastChangeDateTime: Schema.NullOr(SapTime),
  to_Description: results(Schema.Struct({ Language: Schema.String, ProductDescription: Schema.String }))
})

const decoder = many(Product)

const record =
  ({ batchLevel, language = "EN" }: SapPlant) =>
  (product: typeof Product.Type): ChangedRecord => {
    // What was brought over from an older system has none.
    const at = product.LastChangeDateTime === null ? 0 : millisOf(product.LastChangeDateTime)
    const itemId = withoutZeros(product.Product)
    const description = product.to_Description.results.find((one) => one.Language === language)
    const body = {
      itemId,
      occurredAt: new Date(at).toISOString(),
      ...(description === undefined ? {} : { description: description.ProductDescription }),
      unit: unitName(product.BaseUnit),
      ...(product.IsBatchManagementRequired ? { lotScope: batchLevel === "plant" ? "plant" : "enterprise" } : {}),
      ...(product.IsMarkedForDeletion ? { actionCode: "Delete" } : {})
    }
    const id = idOf(at, "product", product.Product, 1)
    return { at, number: product.Product, changes: [{ at, id, type: "MaterialDefinitionPublished", body }] }
  }

export const changedItems: ChangedAfter = (ask, plant, after) =>
  Effect.gen(function* () {
    const filters = comesAfter(after, "Product", "null", moment)
    const query = options({
      ...(filters.length === 0 ? {} : { $filter: filters.join(" and ") }),
      $expand: "to_Description",
      $orderby: "LastChangeDateTime,Product",
      $top: String(pageSize)
    })
    const found = yield* ask(decoder, `${services.products}/A_Product${query}`)
    return (Option.getOrUndefined(found)?.d.results ?? []).map(record(plant))
  })
