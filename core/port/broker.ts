// The port of the broker: deliveries in with their raw bytes, acknowledgements out, publishing with confirms.
import { Context, type Effect, Schema, type Scope } from "effect"
import type { TechnicalFailure } from "../failure.ts"
import { PlantId } from "../plant/identifiers.ts"

/** Exchanges of contract v1 (docs/contract.md); each is a durable topic exchange. */
export const exchanges = {
  mesEvents: "mes.events",
  erpEvents: "erp.events",
  mesCommands: "mes.commands",
  travelerEvents: "traveler.events",
  travelerCommands: "traveler.commands"
} as const
export type ExchangeName = (typeof exchanges)[keyof typeof exchanges]

export const inboundQueue = (plant: PlantId): string => `traveler.in.${plant}`
export const deadLetterQueue = (plant: PlantId): string => `traveler.dead.${plant}`
export const commandQueue = "traveler.in.commands"
/** Whose queue that is: not a plant's, but of those who send commands. */
export const commandsPlant = PlantId.make("traveler")

/** A message as the broker delivered it. `body` is as sent, byte for byte. */
export const Delivery = Schema.Struct({
  queue: Schema.String,
  /** The plant that the queue belongs to; a body that says otherwise is a data-quality case. */
  plant: PlantId,
  exchange: Schema.String,
  routingKey: Schema.String,
  redelivered: Schema.Boolean,
  body: Schema.Uint8Array,
  type: Schema.optionalKey(Schema.String),
  contentType: Schema.optionalKey(Schema.String),
  messageId: Schema.optionalKey(Schema.String),
  appId: Schema.optionalKey(Schema.String),
  correlationId: Schema.optionalKey(Schema.String),
  causationId: Schema.optionalKey(Schema.String),
  schemaVersion: Schema.optionalKey(Schema.String),
  sequence: Schema.optionalKey(Schema.Int),
  traceparent: Schema.optionalKey(Schema.String)
})
export type Delivery = typeof Delivery.Type

/** One message to publish; always persistent, always confirmed. */
export interface Publication {
  readonly exchange: ExchangeName
  readonly routingKey: string
  readonly type: string
  readonly contentType: "application/json" | "application/msgpack"
  readonly body: Uint8Array
  readonly messageId?: string
  readonly appId: string
  readonly correlationId?: string
  readonly causationId?: string
  readonly schemaVersion?: string
  readonly sequence?: number
  readonly traceparent?: string
}

/** One queue being consumed. */
export interface Intake {
  /**
   * What has come since the last take, in the broker's order, at least one and at most `limit`. The position of a
   * delivery (0, 1, 2, … since this epoch began) is what `done` takes.
   */
  readonly take: (limit: number) => Effect.Effect<{
    /** Identifies the channel: acknowledgements of an earlier channel are dropped, the broker redelivers. */
    readonly epoch: number
    readonly first: number
    readonly deliveries: ReadonlyArray<Delivery>
  }>
  /**
   * These positions are durable: acknowledged up to the contiguous frontier; beyond it one by one, once that stands still
   * for 100 ms and they take half of the prefetch, or nothing more came meanwhile.
   */
  readonly done: (epoch: number, positions: ReadonlyArray<number>) => Effect.Effect<void>
  /**
   * Gives everything of that channel which isn't acknowledged back to the broker, once, and consumes again after `pause`
   * milliseconds. For an earlier channel it does nothing: its deliveries have gone back already.
   */
  readonly giveBack: (epoch: number, pauseMillis: number) => Effect.Effect<void>
}

export class Broker extends Context.Service<
  Broker,
  {
    /** Declares a plant's exchanges, queues and bindings, or proves that they are as the contract says. */
    readonly declarePlant: (plant: PlantId) => Effect.Effect<void, TechnicalFailure>
    readonly declareCommands: Effect.Effect<void, TechnicalFailure>
    /** Consumes until the scope closes; reconnects by itself. At most `prefetch` deliveries are unacknowledged. */
    readonly consume: (options: {
      readonly queue: string
      readonly plant: PlantId
      readonly prefetch: number
    }) => Effect.Effect<Intake, TechnicalFailure, Scope.Scope>
    /** Succeeds when the broker has confirmed all of them; many are outstanding at once. Waits while blocked. */
    readonly publish: (messages: ReadonlyArray<Publication>) => Effect.Effect<void, TechnicalFailure>
    /** Messages ready in a queue. Those delivered and unacknowledged aren't counted: each consumer knows its own. */
    readonly depth: (queue: string) => Effect.Effect<number, TechnicalFailure>
  }
>()("traveler/core/Broker") {}
