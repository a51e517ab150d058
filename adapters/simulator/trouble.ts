// What happens to messages between a plant and its core: they come twice, late, or broken. Used by the
// simulation, the commands that play messages, the bench and the tests.

import { schemaVersion } from "../../core/message/catalogue.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import type { Publication } from "../../core/port/broker.ts"
import type { SentMessage } from "./message.ts"
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
export interface Played<Message extends SentMessage = MadeUpMessage> {
  readonly message: Message
  readonly publication: Publication
  /** The first time that this message comes, not a duplicate of it. */
  readonly first: boolean
  readonly bad?: { readonly namesOrder: boolean; readonly twin: Uint8Array }
}

const encoder = new TextEncoder()
const bytes = (body: SentMessage["body"]) => encoder.encode(JSON.stringify(body))

export const publication = (plant: PlantId, message: SentMessage, body = bytes(message.body)): Publication => ({
  exchange: message.exchange,
  routingKey: `${plant}.${message.type}`,
  type: message.type,
  contentType: "application/json",
  body,
  messageId: message.messageId,
  appId: message.exchange === "erp.events" ? "erp" : "mes",
  schemaVersion,
  ...(message.orderId === undefined ? {} : { correlationId: message.orderId }),
  ...(message.sequence === undefined ? {} : { sequence: message.sequence })
})

/** How far a late message or a duplicate falls behind, in messages. */
const furthest = 400

/**
 * The messages as they arrive. A bad one that names its order has a time that doesn't exist, one that doesn't is cut
 * off in the middle, so no order can be read from it.
 */
export const withTrouble = <Message extends SentMessage>(
  plant: PlantId,
  messages: ReadonlyArray<Message>,
  trouble: Trouble
): ReadonlyArray<Played<Message>> => {
  const random = chance(trouble.seed)
  const arrivals: Array<{ readonly place: number; readonly played: Played<Message> }> = []
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

/** Some of them fall far behind: thousands of places, or to the very end. */
export const withLate = <Arrival>(
  arrivals: ReadonlyArray<Arrival>,
  { late, seed }: { readonly late: number; readonly seed: number }
): ReadonlyArray<Arrival> => {
  const random = chance(seed)
  return arrivals
    .map((arrival, index) => {
      const behind = random.happens(0.2) ? Number.POSITIVE_INFINITY : random.between(2_000, 8_000)
      return { arrival, place: random.happens(late) ? index + behind : index }
    })
    .sort((left, right) => (left.place < right.place ? -1 : left.place > right.place ? 1 : 0))
    .map(({ arrival }) => arrival)
}
