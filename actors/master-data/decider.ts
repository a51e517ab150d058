// The actor of a master-data record: keeps each time that the ERP published it. Hosted by the partitions.
import { Result } from "effect"
import type { Decider } from "../../core/decider.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { MasterDataEvent } from "../../core/event/master-data.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { MasterDataMessage } from "../../core/message/master-data.ts"
import { content } from "../content.ts"

type Message = MasterDataMessage | CaseNotice
type Event = MasterDataEvent | GenericEvent

const decide = (message: Message): Event => {
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
    case "CaseClosedNotice":
    case "CaseResubmittedNotice":
      return { type: "MessageNoted", data: { type: message.type, reason: "Nothing waits for it here" } }
  }
}

/**
 * The ERP owns the record, so nothing is judged here: whatever it publishes is a version of this stream, and what holds
 * is the one that it changed last, in whichever order they came. The view `masterData` says which that is; a decision
 * needs nothing of it, so there is no state.
 */
export const masterDataDecider: Decider<null, Message, Event> = {
  initial: null,
  decide: (_state, message) => Result.succeed([decide(message)]),
  evolve: () => null,
  format: "masterData/1",
  pack: () => new Uint8Array(),
  unpack: () => null
}
