// Which one stream a message belongs to. Pure; used by everything that sends through the door.
import { caseStream, orderStream, type StreamName } from "../core/journal/stream.ts"
import type { PlantId } from "../core/plant/identifiers.ts"
import type { CanonicalMessage } from "../core/port/door.ts"

/** A case's messages go to the case, everything else that names an order to that order at the sender's plant. */
export const route = (plant: PlantId, message: CanonicalMessage): StreamName =>
  "orderId" in message.body ? orderStream(plant, message.body.orderId) : caseStream(message.body.caseId)
