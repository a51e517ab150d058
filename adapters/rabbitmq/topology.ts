// Contract v1 as data: what is declared in the broker for a plant and for commands. For adapters/rabbitmq and
// adapters/memory, which both obey it. What correctness needs is an argument and not a policy: it must be right on day
// one, and a re-declare proves it (RabbitMQ 3.10 compares every argument below; 4.x knows them all).
import { TechnicalFailure } from "../../core/failure.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { commandQueue, deadLetterQueue, exchanges, inboundQueue } from "../../core/port/broker.ts"
import { inboundStream } from "../../core/port/inbound-stream.ts"

export interface Exchange {
  readonly name: string
  readonly type: "topic" | "fanout"
  /** Where a message goes that no binding of this exchange takes. */
  readonly alternate?: string
}

export interface Queue {
  readonly name: string
  readonly arguments: { readonly [argument: string]: string | number | boolean }
}

export interface Binding {
  readonly exchange: string
  readonly pattern: string
  readonly queue: string
}

export interface Topology {
  readonly exchanges: ReadonlyArray<Exchange>
  readonly queues: ReadonlyArray<Queue>
  readonly bindings: ReadonlyArray<Binding>
}

/** Exchange and queue of what no binding takes: a plant that nobody declared, a misspelt routing key. */
export const unroutedQueue = "traveler.unrouted"
/** Dead letters keep their routing key, which begins with the plant. */
const deadLetterExchange = "traveler.dead"

/** 4.x's default of 20 would drop or dead-letter good messages in an outage of Postgres. */
const quorum = { "x-queue-type": "quorum", "x-delivery-limit": 1_000_000 }

/** One consumer at a time keeps the broker's order; the next takes over when it goes. */
const inOrder = { ...quorum, "x-single-active-consumer": true }

/** At-least-once dead-lettering needs `reject-publish`; the default strategy loses letters when the target is away. */
const withDeadLetters = {
  ...inOrder,
  "x-dead-letter-exchange": deadLetterExchange,
  "x-dead-letter-strategy": "at-least-once",
  "x-overflow": "reject-publish"
}

const common: Topology = {
  exchanges: [
    { name: unroutedQueue, type: "fanout" },
    { name: exchanges.mesEvents, type: "topic", alternate: unroutedQueue },
    { name: exchanges.erpEvents, type: "topic", alternate: unroutedQueue },
    { name: exchanges.mesCommands, type: "topic", alternate: unroutedQueue },
    { name: exchanges.travelerCommands, type: "topic", alternate: unroutedQueue },
    // Nobody need listen to what Traveler tells.
    { name: exchanges.travelerEvents, type: "topic" },
    { name: deadLetterExchange, type: "topic", alternate: unroutedQueue }
  ],
  queues: [{ name: unroutedQueue, arguments: quorum }],
  bindings: [{ exchange: unroutedQueue, pattern: "#", queue: unroutedQueue }]
}

export const plantTopology = (plant: PlantId): Topology => ({
  exchanges: common.exchanges,
  queues: [
    ...common.queues,
    { name: deadLetterQueue(plant), arguments: quorum },
    { name: inboundQueue(plant), arguments: withDeadLetters }
  ],
  bindings: [
    ...common.bindings,
    { exchange: deadLetterExchange, pattern: `${plant}.#`, queue: deadLetterQueue(plant) },
    { exchange: exchanges.mesEvents, pattern: `${plant}.#`, queue: inboundQueue(plant) },
    { exchange: exchanges.erpEvents, pattern: `${plant}.#`, queue: inboundQueue(plant) }
  ]
})

export const commandTopology: Topology = {
  exchanges: common.exchanges,
  queues: [...common.queues, { name: commandQueue, arguments: inOrder }],
  bindings: [...common.bindings, { exchange: exchanges.travelerCommands, pattern: "#", queue: commandQueue }]
}

/**
 * What everything that comes in is read again from. Bound as the inboxes are, plant by plant: one binding for all would
 * take a message of no plant, too, and it would never be seen among the unrouted. Bounded by time and by size, whichever
 * is reached first; it goes in segments.
 */
const streamQueue: Queue = {
  name: inboundStream,
  arguments: {
    "x-queue-type": "stream",
    "x-max-age": "7D",
    "x-max-length-bytes": 10_000_000_000,
    "x-stream-max-segment-size-bytes": 100_000_000
  }
}

const streamed = (sources: ReadonlyArray<string>, pattern: string): Topology => ({
  exchanges: common.exchanges,
  queues: [...common.queues, streamQueue],
  bindings: [...common.bindings, ...sources.map((exchange) => ({ exchange, pattern, queue: inboundStream }))]
})

/** For a broker that outlives the process: where it doesn't, there is nothing to read again. */
export const plantStreamTopology = (plant: PlantId): Topology =>
  streamed([exchanges.mesEvents, exchanges.erpEvents], `${plant}.#`)
export const commandStreamTopology: Topology = streamed([exchanges.travelerCommands], "#")

/** Why a plant can't have this id, if so: its inbound queue would be the commands' own. */
export const reservedPlant = (plant: PlantId): TechnicalFailure | undefined =>
  inboundQueue(plant) === commandQueue
    ? new TechnicalFailure({
        field: "plant",
        value: plant,
        reason: `Its inbound queue would be ${commandQueue}, which is the commands' own`,
        nextStep: "Give the plant another id"
      })
    : undefined
