// A master-data record's event in one plain line. Used by `describe-event.ts` alone.
import type { MasterDataEvent } from "../../core/event/master-data.ts"

const what = (event: MasterDataEvent): string => {
  switch (event.type) {
    case "MaterialDefinitionPublished": {
      const { conversions = [], lotScope, unit } = event.data
      const lots = lotScope === undefined ? "without lots" : `lots unique within the ${lotScope}`
      return [`kept in ${unit}`, lots, ...conversions.map((to) => `1 ${to.unit} is ${to.factor} ${unit}`)].join(", ")
    }
    case "UnitOfMeasurePublished": {
      const { base, unit } = event.data
      return base === undefined ? "a unit of its own" : `1 ${unit} is ${base.factor} ${base.unit}`
    }
    case "MaterialBillPublished": {
      const { components, itemId, quantity } = event.data
      return `${quantity.value} ${quantity.unit} of ${itemId} of ${components.length} components`
    }
    case "OperationsDefinitionPublished":
      return `${event.data.operations.length} operations`
    case "WorkCalendarPublished":
      return `${event.data.entries.length} entries`
  }
}

export const describeMasterDataEvent = (event: MasterDataEvent): string => {
  const { actionCode, description } = event.data
  const published = actionCode === "Delete" ? "taken back" : "published"
  return `${published}${description === undefined ? "" : `, ${description}`}: ${what(event)}`
}
