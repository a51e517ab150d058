// Which one stream a message belongs to. Pure; used by everything that sends through the door.
import { caseStream, lotStream, orderStream, type StreamName } from "../core/journal/stream.ts"
import type { PlantId } from "../core/plant/identifiers.ts"
import { lotKey, plantScope } from "../core/plant/lot.ts"
import type { CanonicalMessage } from "../core/port/door.ts"

/**
 * What names an order goes to that order at the sender's plant, what names a lot to that lot, which is the plant's own
 * where no scope is said, and a case's messages to the case.
 */
export const route = (plant: PlantId, { body }: CanonicalMessage): StreamName => {
  if ("orderId" in body) return orderStream(plant, body.orderId)
  return "lotId" in body ? lotStream(lotKey(body, plantScope(plant))) : caseStream(body.caseId)
}
