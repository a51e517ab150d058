// The actor of a plant: keeps what people decided of how it works with its ERP, said of its vessels, and of what
// is kept of its messages. Hosted by the partitions.
import type { PlantEvent } from "../../core/event/plant.ts"
import type { PlantDecision } from "../../core/message/plant.ts"
import { content } from "../content.ts"
import { keeping } from "../keeping.ts"

const keep = (message: PlantDecision): PlantEvent => {
  switch (message.type) {
    case "PostingModeSet":
      return { type: message.type, data: content(message.body) }
    case "ReleasePolicySet":
      return { type: message.type, data: content(message.body) }
    case "VesselDefined":
      return { type: message.type, data: content(message.body) }
    case "MessageRedacted":
      return { type: message.type, data: content(message.body) }
    case "PersonErased":
      return { type: message.type, data: content(message.body) }
  }
}

/** A person's decision stands as it was made, and a later one beside it: the view `plants` says which holds when. */
export const plantDecider = keeping("plant/1", keep)
