// How units convert, as a plant's ERP publishes it: for one item, and whatever the item. Used by `material-available.ts`.
import { Effect, Schema } from "effect"
import { masterDataEvents } from "../../../core/event/master-data.ts"
import { conversion } from "../../../core/plant/conversion.ts"
import type { ItemId, PlantId } from "../../../core/plant/identifiers.ts"
import { masterDataOfPlants, masterDataRecord } from "../../../projections/master-data/queries.ts"

const decodeUnit = Schema.decodeUnknownEffect(masterDataEvents.UnitOfMeasurePublished)
const decodeItem = Schema.decodeUnknownEffect(masterDataEvents.MaterialDefinitionPublished)

/** More than any plant has. */
const most = 10_000

/** Of an item: its own first, since they hold for it alone. */
export const conversionsOf = Effect.fnUntraced(function* (plant: PlantId) {
  const units = yield* masterDataOfPlants({ plant, kind: "UnitOfMeasure" }, most)
  const general = (yield* Effect.forEach(units, ({ content }) => Effect.orDie(decodeUnit(content)))).flatMap(
    ({ base, unit }) => (base === undefined ? [] : [conversion(unit, base.unit, base)])
  )
  return Effect.fnUntraced(function* (id: ItemId) {
    const record = yield* masterDataRecord(plant, { kind: "MaterialDefinition", id })
    if (record === undefined || record.deleted) return general
    const { conversions = [], unit: own } = yield* Effect.orDie(decodeItem(record.content))
    return [...conversions.map(({ unit, ...ratio }) => conversion(unit, own, ratio)), ...general]
  })
})
