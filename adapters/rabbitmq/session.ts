// One channel that consumes a queue, from basic.consume to its loss: deliveries in, acknowledgements out. For
// adapters/rabbitmq/intake.ts only. Plain arrays and callbacks: the hot path makes no fiber or Effect a message.
import { Deferred, Effect, type Latch, MutableList, type Scope } from "effect"
import type { TechnicalFailure } from "../../core/failure.ts"
import { makeAckFrontier } from "./ack-frontier.ts"
import { acquireChannel, type BrokerConnection } from "./connection.ts"
import type { DeliveryFrames } from "./delivery-frames.ts"
import { brokerFailure } from "./failure.ts"
import type { RawDelivery } from "./raw-delivery.ts"

/**
 * While the frontier stands still this long, what is durable beyond it is acknowledged one by one: where it takes half of
 * the prefetch, or nothing more was delivered meanwhile. With many partitions at work the frontier often waits for the
 * slowest of them, and one acknowledgement a message costs the broker as much as its delivery.
 */
const standstillMillis = 100

/** After a loss: so that a channel that closes at once, again and again, doesn't spin. */
const afterLoss = 100

/** Why a session ended, and for how long the intake stays away. */
export interface Ending {
  readonly reason: string
  readonly pauseMillis: number
}

export interface Session<Read> {
  /** What has come since the last take, or undefined. Delivery tags of a channel count from 1, positions from 0. */
  readonly take: (limit: number) => { readonly first: number; readonly deliveries: ReadonlyArray<Read> } | undefined
  readonly done: (positions: ReadonlyArray<number>) => void
  readonly end: (ending: Ending) => void
  readonly ended: Deferred.Deferred<Ending>
}

export interface Consumption<Read> {
  readonly queue: string
  readonly prefetch: number
  /** Of basic.consume: where a stream is read from. */
  readonly arguments?: { readonly [argument: string]: number | string }
  /** What is made of each delivery when it is taken. */
  readonly read: (delivery: RawDelivery) => Read
}

/** Consumes until the scope closes; opens `arrived` at each delivery. */
export const openSession = <Read>(
  connection: BrokerConnection,
  { queue, prefetch, read, arguments: ofConsume = {} }: Consumption<Read>,
  arrived: Latch.Latch
): Effect.Effect<Session<Read>, TechnicalFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<Ending>()
    const end = (ending: Ending): void => {
      Deferred.doneUnsafe(ended, Effect.succeed(ending))
    }
    const channel = yield* acquireChannel(connection, `queue ${queue}`)
    const frontier = makeAckFrontier()
    const waiting = MutableList.make<DeliveryFrames>()
    let first = 0
    let received = 0
    let waking: NodeJS.Immediate | undefined
    let acknowledging: NodeJS.Immediate | undefined
    let standstill: NodeJS.Timeout | undefined

    const wake = (): void => {
      waking = undefined
      arrived.openUnsafe()
    }
    const acknowledge = (): void => {
      acknowledging = undefined
      const position = frontier.multiple()
      if (position !== undefined && channel.active) channel.basicAck({ deliveryTag: position + 1, multiple: true })
    }
    const acknowledgeStragglers = (): void => {
      for (const position of channel.active ? frontier.stragglers() : [])
        channel.basicAck({ deliveryTag: position + 1 })
    }
    const watch = (): void => {
      const [position, delivered] = [frontier.position(), received]
      standstill = setTimeout(() => {
        standstill = undefined
        const isStill = frontier.position() === position
        if (isStill && (frontier.waiting() > prefetch / 2 || received === delivered)) acknowledgeStragglers()
        else if (frontier.waiting() > 0) watch()
      }, standstillMillis)
    }

    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        clearImmediate(waking)
        clearImmediate(acknowledging)
        clearTimeout(standstill)
        // What is durable isn't worth a redelivery.
        acknowledge()
        acknowledgeStragglers()
      })
    )

    channel.on("close", () => end({ reason: "the channel was closed", pauseMillis: afterLoss }))
    channel.on("error", (cause) => end({ reason: brokerFailure(queue, cause).reason, pauseMillis: afterLoss }))
    channel.on("basic.cancel", () => end({ reason: "the broker cancelled the consumer", pauseMillis: afterLoss }))
    connection.frames.intercept(channel, (frames) => {
      MutableList.append(waiting, frames)
      received++
      // All that one read of the socket brings is there before anyone is woken: batches instead of single messages.
      waking ??= setImmediate(wake)
    })
    yield* Effect.tryPromise({
      try: async () => {
        await channel.basicQos({ prefetchCount: prefetch })
        await channel.basicConsume({ queue, arguments: ofConsume }, () => undefined)
      },
      catch: (cause) => brokerFailure(`queue ${queue}`, cause)
    })

    return {
      take: (limit) => {
        const frames = MutableList.takeN(waiting, limit)
        if (frames.length === 0) return undefined
        const position = first
        first += frames.length
        return { first: position, deliveries: frames.map((one) => read(one.decode())) }
      },
      done: (positions) => {
        frontier.mark(positions)
        // One acknowledgement for all that becomes durable in one turn of the event loop.
        acknowledging ??= setImmediate(acknowledge)
        if (frontier.waiting() > 0 && standstill === undefined) watch()
      },
      end,
      ended
    }
  })
