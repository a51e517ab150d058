// A master-data record's event in one plain line. Used by `describe-event.ts` alone.
import type { MasterDataEvent } from "../../core/event/master-data.ts"

const converts = (
  from: string,
  { denominator = "1", numerator }: { readonly denominator?: string; readonly numerator: string },
  to: string
): string => `${denominator} ${from} is ${numerator} ${to}`

const what = (event: MasterDataEvent): string => {
  switch (event.type) {
    case "MaterialDefinitionPublished": {
      const { conversions = [], lotScope, unit } = event.data
      const lots = lotScope === undefined ? "without lots" : `lots unique within the ${lotScope}`
      return [`kept in ${unit}`, lots, ...conversions.map((other) => converts(other.unit, other, unit))].join(", ")
    }
    case "UnitOfMeasurePublished": {
      const { base, unit } = event.data
      return base === undefined ? "a unit of its own" : converts(unit, base, base.unit)
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
