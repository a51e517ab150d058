// What a made-up plant sends with trace contexts of every kind, and the deliveries that it makes. Used by the test of
// traces.
import { createHash } from "node:crypto"
import { madeUpOrders } from "../../adapters/simulator/orders.ts"
import { publication, withTrouble } from "../../adapters/simulator/trouble.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import type { Publication } from "../../core/port/broker.ts"
import type { TracedDelivery } from "../harness/traces.ts"

export const plantId = PlantId.make("traced")
export const queue = `traveler.in.${plantId}`

/** What no span can be the child of: no digits, zeros, a version that is none, a length that isn't its version's. */
const invalid = [
  "00-?",
  `00-${"0".repeat(32)}-${"b2".repeat(8)}-01`,
  `00-${"a1".repeat(16)}-${"0".repeat(16)}-01`,
  `ff-${"a1".repeat(16)}-${"b2".repeat(8)}-01`,
  `00-${"A1".repeat(16)}-${"b2".repeat(8)}-01`,
  `00-${"a1".repeat(16)}-${"b2".repeat(8)}-01-more`
]

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex")

/** One trace a message: of seven messages one has none, one isn't sampled, one is invalid. */
const traceparentOf = (messageId: string): string | undefined => {
  const digest = sha256(messageId)
  const kind = Number.parseInt(digest.slice(-4), 16)
  const flags = kind % 7 === 1 ? "00" : "01"
  if (kind % 7 === 0) return undefined
  if (kind % 7 === 2) return invalid[kind % invalid.length]
  return `00-${digest.slice(0, 32)}-${digest.slice(32, 48)}-${flags}`
}

const traced = (sent: Publication): Publication => {
  const traceparent = traceparentOf(sent.messageId ?? sha256(sent.body))
  return {
    ...sent,
    causationId: `cause of ${sent.messageId}`,
    ...(traceparent === undefined ? {} : { traceparent })
  }
}

interface Sent {
  readonly publication: Publication
  readonly delivery: TracedDelivery
}

const sent = (publication: Publication, orderId: string | undefined): Sent => {
  const { body, messageId = `sha256:${sha256(body)}`, ...properties } = publication
  return {
    publication,
    delivery: { ...properties, queue, plant: plantId, messageId, ...(orderId === undefined ? {} : { orderId }) }
  }
}

/** Orders with duplicates and bad messages, then one without an id twice, and one whose id had another content before. */
export const tracedPlant = (seed: number, orders: number): ReadonlyArray<Sent> => {
  const played = withTrouble(plantId, madeUpOrders({ seed, orders, overproduced: 0.1 }), {
    seed,
    duplicates: 0.2,
    reordered: 0.1,
    bad: 0.05
  })
  const [first] = played
  if (first === undefined) throw new Error("A plant without messages")
  const { messageId: _, ...withoutId } = traced(publication(plantId, first.message))
  const otherContent = traced({ ...publication(plantId, first.message), body: withoutId.body.slice(0, 12) })
  return [
    ...played.map(({ bad, message, publication }) =>
      sent(traced(publication), bad !== undefined && !bad.namesOrder ? undefined : message.orderId)
    ),
    sent(withoutId, first.message.orderId),
    sent(withoutId, first.message.orderId),
    sent(otherContent, undefined)
  ]
}
