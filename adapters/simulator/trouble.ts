// What happens to messages between a plant and its core: they come twice, late, or broken. Used as `orders.ts` is.

import { schemaVersion } from "../../core/message/catalogue.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import type { Publication } from "../../core/port/broker.ts"
import type { MadeUpMessage } from "./orders.ts"
import { chance } from "./random.ts"

/** Shares from 0 to 1. */
export interface Trouble {
  readonly seed: number
  readonly duplicates: number
  readonly reordered: number
  readonly bad: number
}

/** A publication with the message that it plays; a bad one also has the body that it should have had. */
export interface Played {
  readonly message: MadeUpMessage
  readonly publication: Publication
  /** The first time that this message comes, not a duplicate of it. */
  readonly first: boolean
  readonly bad?: { readonly namesOrder: boolean; readonly twin: Uint8Array }
}

const encoder = new TextEncoder()
const bytes = (body: MadeUpMessage["body"]) => encoder.encode(JSON.stringify(body))

export const publication = (plant: PlantId, message: MadeUpMessage, body = bytes(message.body)): Publication => ({
  exchange: message.exchange,
  routingKey: `${plant}.${message.type}`,
  type: message.type,
  contentType: "application/json",
  body,
  messageId: message.messageId,
  appId: message.exchange === "erp.events" ? "erp" : "mes",
  schemaVersion,
  correlationId: message.orderId,
  ...(message.sequence === undefined ? {} : { sequence: message.sequence })
})

/** How far a late message or a duplicate falls behind, in messages. */
const furthest = 400

/**
 * The messages as they arrive. A bad one that names its order has a time that doesn't exist, one that doesn't is cut
 * off in the middle, so no order can be read from it.
 */
export const withTrouble = (
  plant: PlantId,
  messages: ReadonlyArray<MadeUpMessage>,
  trouble: Trouble
): ReadonlyArray<Played> => {
  const random = chance(trouble.seed)
  const arrivals: Array<{ readonly place: number; readonly played: Played }> = []
  messages.forEach((message, index) => {
    const bad = random.happens(trouble.bad)
    const namesOrder = bad && random.happens(0.5)
    const good = bytes(message.body)
    const body = !bad ? good : namesOrder ? bytes({ ...message.body, occurredAt: "yesterday" }) : good.slice(0, 12)
    const sent = publication(plant, message, body)
    const place = index + (random.happens(trouble.reordered) ? random.between(1, furthest) : 0)
    const played = { message, publication: sent, ...(bad ? { bad: { namesOrder, twin: good } } : {}) }
    arrivals.push({ place, played: { ...played, first: true } })
    if (random.happens(trouble.duplicates)) {
      const again = place + 0.5 + random.between(0, furthest)
      arrivals.push({ place: again, played: { ...played, first: false } })
    }
  })
  return arrivals.sort((left, right) => left.place - right.place).map(({ played }) => played)
}
