// The actor of a plant: keeps what people decided of how it works with its ERP. Hosted by the partitions.
import { Result } from "effect"
import type { Decider } from "../../core/decider.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { PlantEvent } from "../../core/event/plant.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { PlantDecision } from "../../core/message/plant.ts"
import { content } from "../content.ts"

type Message = PlantDecision | CaseNotice
type Event = PlantEvent | GenericEvent

const decide = (message: Message): Event => {
  switch (message.type) {
    case "PostingModeSet":
      return { type: message.type, data: content(message.body) }
    case "ReleasePolicySet":
      return { type: message.type, data: content(message.body) }
    case "CaseClosedNotice":
    case "CaseResubmittedNotice":
      return { type: "MessageNoted", data: { type: message.type, reason: "Nothing waits for it here" } }
  }
}

/** A person's decision stands as it was made, and a later one beside it: the view `plants` says which holds when. */
export const plantDecider: Decider<null, Message, Event> = {
  initial: null,
  decide: (_state, message) => Result.succeed([decide(message)]),
  evolve: () => null,
  format: "plant/1",
  pack: () => new Uint8Array(),
  unpack: () => null
}
