// The actor of a master-data record: keeps each time that the ERP published it. Hosted by the partitions.
import type { MasterDataEvent } from "../../core/event/master-data.ts"
import type { MasterDataMessage } from "../../core/message/master-data.ts"
import { content } from "../content.ts"
import { keeping } from "../keeping.ts"

const keep = (message: MasterDataMessage): MasterDataEvent => {
  switch (message.type) {
    case "MaterialDefinitionPublished":
      return { type: message.type, data: content(message.body) }
    case "UnitOfMeasurePublished":
      return { type: message.type, data: content(message.body) }
    case "MaterialBillPublished":
      return { type: message.type, data: content(message.body) }
    case "OperationsDefinitionPublished":
      return { type: message.type, data: content(message.body) }
    case "WorkCalendarPublished":
      return { type: message.type, data: content(message.body) }
  }
}

/**
 * The ERP owns the record, so nothing is judged here: whatever it publishes is a version of this stream, and what holds
 * is the one that it changed last, in whichever order they came. The view `masterData` says which that is; a decision
 * needs nothing of it, so there is no state.
 */
export const masterDataDecider = keeping("masterData/1", keep)
