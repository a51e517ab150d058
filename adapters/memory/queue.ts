// One queue of the in-memory broker: messages in order, consumers of which one is active. For adapters/memory only.
import type { Delivery } from "../../core/port/broker.ts"

/** A delivery without what its consumer adds: the plant. */
export type Message = Omit<Delivery, "plant">

interface Queued {
  readonly order: number
  readonly message: Message
}

export interface Consumer {
  readonly prefetch: number
  /** Delivered and neither taken nor acknowledged. */
  readonly waiting: Array<Message>
  readonly unacknowledged: Map<number, Queued>
  readonly arrived: () => void
}

export interface MemoryQueue {
  readonly put: (message: Message) => void
  readonly ready: () => number
  /** The first one to join is active; the next takes over when it leaves. */
  readonly join: (prefetch: number, arrived: () => void) => Consumer
  /** What it leaves unacknowledged goes back to its place, marked as redelivered. */
  readonly leave: (consumer: Consumer) => void
  readonly acknowledge: (consumer: Consumer, positions: ReadonlyArray<number>) => void
}

export const makeQueue = (name: string): MemoryQueue => {
  let ready: Array<Queued> = []
  const consumers: Array<Consumer> = []
  const delivered = new WeakMap<Consumer, number>()
  let count = 0

  const deliver = (): void => {
    const [active] = consumers
    if (active === undefined) return
    const some = ready.splice(0, active.prefetch - active.unacknowledged.size)
    let position = delivered.get(active) ?? 0
    for (const queued of some) {
      active.unacknowledged.set(position++, queued)
      active.waiting.push(queued.message)
    }
    delivered.set(active, position)
    if (some.length > 0) active.arrived()
  }

  return {
    put: (message) => {
      ready.push({ order: count++, message: { ...message, queue: name } })
      deliver()
    },
    ready: () => ready.length,
    join: (prefetch, arrived) => {
      const consumer: Consumer = { prefetch, waiting: [], unacknowledged: new Map(), arrived }
      consumers.push(consumer)
      deliver()
      return consumer
    },
    leave: (consumer) => {
      consumers.splice(consumers.indexOf(consumer), 1)
      const back = [...consumer.unacknowledged.values()].map(({ order, message }) => ({
        order,
        message: { ...message, redelivered: true }
      }))
      ready = [...back, ...ready].sort((left, right) => left.order - right.order)
      deliver()
    },
    acknowledge: (consumer, positions) => {
      for (const position of positions) consumer.unacknowledged.delete(position)
      deliver()
    }
  }
}
