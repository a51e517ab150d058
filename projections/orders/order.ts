// One order as the events of its stream tell it, apart from its quantities. Pure; used by `apply.ts` and by tests.
import type { Breach } from "../../core/event/order.ts"
import { endsWait } from "../../core/event/waiting.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { identity, type MessageMetadata, messageKey } from "../../core/message/metadata.ts"
import { outranks, type Rank, rankOf } from "../../core/message/rank.ts"
import { type OrderStatus, orderStatus } from "../../core/plant/order-status.ts"
import type { Quantity } from "../../core/plant/quantity.ts"

/** Which numbers of one sender have been seen: all below `next`, and those of `ahead`. */
interface Seen {
  readonly next: number
  readonly ahead: ReadonlyArray<number>
}

/** An object used as a map, by own keys only: an operation may be called `constructor`. */
interface Entries<Value> {
  readonly [key: string]: Value
}
const at = <Value>(entries: Entries<Value>, key: string): Value | undefined =>
  Object.hasOwn(entries, key) ? entries[key] : undefined
const without = <Value>(entries: Entries<Value>, key: string): Entries<Value> => {
  const { [key]: _, ...others } = entries
  return others
}

/** Plain data, kept as JSON in `order_view.state`. */
export interface Order {
  readonly released: boolean
  readonly plan?: {
    readonly revision: number
    readonly item: string
    readonly quantity: Quantity
    readonly rank: Rank
    readonly operations: ReadonlyArray<string>
  }
  /** The last word on held or not. */
  readonly hold?: { readonly held: boolean; readonly rank: Rank }
  /** When its history begins, where the ERP had confirmed some of it before that. */
  readonly takenOver?: string
  readonly cancelled: boolean
  readonly technicallyCompleted: boolean
  readonly closed: boolean
  /** How many reports count, starts among them. */
  readonly reports: number
  /** Operation → how many counted reports say that no more is expected. */
  readonly finals: Entries<number>
  readonly breaches: Entries<Breach & { readonly state: "open" | "waived" }>
  /** Message → how many of its bodies are parked and not settled. */
  readonly parked: Entries<number>
  /** Directive → what it waits for. */
  readonly waiting: Entries<string>
  /** By sender. */
  readonly seen: Entries<Seen>
  /** Of the last event. */
  readonly version: number
  readonly updatedAt: number
}

export const unknownOrder: Order = {
  released: false,
  cancelled: false,
  technicallyCompleted: false,
  closed: false,
  reports: 0,
  finals: {},
  breaches: {},
  parked: {},
  waiting: {},
  seen: {},
  version: 0,
  updatedAt: 0
}

const see = (seen: Order["seen"], metadata: MessageMetadata): Order["seen"] => {
  const { sequence } = metadata
  if (sequence === undefined) return seen
  const { source } = identity(metadata)
  const { next, ahead } = at(seen, source) ?? { next: 1, ahead: [] }
  if (sequence < next || ahead.includes(sequence)) return seen
  const beyond = new Set([...ahead, sequence])
  let reached = next
  while (beyond.delete(reached)) reached++
  return { ...seen, [source]: { next: reached, ahead: [...beyond].sort((left, right) => left - right) } }
}

const stillWaiting = (waiting: Order["waiting"], event: RecordedEvent): Order["waiting"] => {
  if (!endsWait(event)) return waiting
  for (const directive in waiting) {
    if (directive === messageKey(event.metadata)) return without(waiting, directive)
  }
  return waiting
}

/** What the message did besides its content: its number was seen, or its wait is over. */
const envelope = (order: Order, event: RecordedEvent): Order => ({
  ...order,
  seen: event.part === 0 ? see(order.seen, event.metadata) : order.seen,
  waiting: stillWaiting(order.waiting, event),
  version: event.version,
  updatedAt: event.recordedAt
})

/** The order after this event of its stream. */
export const evolve = (before: Order, event: RecordedEvent): Order => {
  const order = envelope(before, event)
  switch (event.type) {
    case "ProductionOrderReleased":
    case "ProductionOrderChanged": {
      const { revision, itemId: item, quantity, operations } = event.data
      const rank = rankOf(event.metadata)
      const { plan } = order
      const released = order.released || event.type === "ProductionOrderReleased"
      const rules =
        plan === undefined || revision > plan.revision || (revision === plan.revision && outranks(rank, plan.rank))
      const planned = operations.map((operation) => operation.operationId)
      return { ...order, released, ...(rules ? { plan: { revision, item, quantity, rank, operations: planned } } : {}) }
    }
    case "ProductionOrderHeld":
    case "ProductionOrderRestarted": {
      const rank = rankOf(event.metadata)
      return outranks(rank, order.hold?.rank)
        ? { ...order, hold: { held: event.type === "ProductionOrderHeld", rank } }
        : order
    }
    case "OperationTakenOver":
    case "MaterialTakenOver":
      return { ...order, takenOver: event.metadata.occurredAt }
    case "ProductionOrderCancelled":
      return { ...order, cancelled: true }
    case "ProductionOrderTechnicallyCompleted":
      return { ...order, technicallyCompleted: true }
    case "ProductionOrderClosed":
      return { ...order, closed: true }
    case "BreachFound":
      return { ...order, breaches: { ...order.breaches, [event.data.breach]: { ...event.data, state: "open" } } }
    case "BreachWithdrawn":
      return { ...order, breaches: without(order.breaches, event.data.breach) }
    case "BreachWaived": {
      const breach = at(order.breaches, event.data.breach)
      return breach === undefined
        ? order
        : { ...order, breaches: { ...order.breaches, [event.data.breach]: { ...breach, state: "waived" } } }
    }
    case "MessageParked": {
      // A repaired twin that is parked again reopens its original's case, and that one is waited for already.
      if (event.metadata.corrects !== undefined) return order
      // A second body under one id is known by a reference of its own, which its subject names.
      const { subject } = event.data
      const key = messageKey(subject.kind === "message" ? subject.message : event.metadata)
      return { ...order, parked: { ...order.parked, [key]: (at(order.parked, key) ?? 0) + 1 } }
    }
    case "ParkedMessageSettled": {
      const key = messageKey(event.data.message)
      const left = (at(order.parked, key) ?? 0) - 1
      return { ...order, parked: left > 0 ? { ...order.parked, [key]: left } : without(order.parked, key) }
    }
    case "MessageDeferred":
      return { ...order, waiting: { ...order.waiting, [messageKey(event.metadata)]: event.data.waitsFor } }
    default:
      return order
  }
}

/** A report of the operation counts, or no longer does. */
export const withReport = (order: Order, operation: string, final: boolean, sign: 1 | -1): Order => ({
  ...order,
  reports: order.reports + sign,
  finals: final ? { ...order.finals, [operation]: (at(order.finals, operation) ?? 0) + sign } : order.finals
})

/** Something may still come that belongs before what is known. A directive that waits for that itself is no gap. */
export const hasGap = ({ parked, waiting, seen }: Order): boolean =>
  Object.keys(parked).length > 0 ||
  Object.values(waiting).some((waitsFor) => waitsFor !== "gap") ||
  Object.values(seen).some(({ ahead }) => ahead.length > 0)

export const isHeld = ({ hold }: Order): boolean => hold?.held ?? false

export const statusOf = (order: Order): OrderStatus => {
  const planned = order.plan?.operations ?? []
  return orderStatus({
    released: order.released,
    started: order.reports > 0,
    finished:
      planned.length > 0 && planned.every((operation) => (at(order.finals, operation) ?? 0) > 0) && !hasGap(order),
    held: isHeld(order),
    cancelled: order.cancelled,
    technicallyCompleted: order.technicallyCompleted,
    closed: order.closed
  })
}
