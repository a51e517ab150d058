// What an ERP publishes of items and units, which say in what a balance is told. Pure; used by `ledger.ts` alone.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { plantOf } from "../../core/journal/stream.ts"

export const itemWordOf = (event: RecordedEvent) => {
  if (event.type !== "MaterialDefinitionPublished" && event.type !== "UnitOfMeasurePublished") return undefined
  const { actionCode, ...content } = event.data
  return {
    plant: plantOf(event.stream),
    item: "itemId" in content ? content.itemId : undefined,
    deleted: actionCode === "Delete",
    content
  }
}
