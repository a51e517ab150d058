// One connection that reconnects by itself, its troubles logged, and channels in a scope. For adapters/rabbitmq only.
import { Effect, Latch, Redacted, Result, type Scope } from "effect"
import { type Channel, Connection } from "rabbitmq-client"
import { TechnicalFailure } from "../../core/failure.ts"
import { brokerFailure, codeOf } from "./failure.ts"
import { type FrameReader, readFrames } from "./frame-reader.ts"

export interface BrokerConnection {
  readonly name: string
  readonly connection: Connection
  /** Reads the frames of what is consumed. */
  readonly frames: FrameReader
  /** Closed while the broker is short of memory or disk and takes no messages. */
  readonly unblocked: Latch.Latch
}

/** Waits this long for the broker when the process starts, and for a lost connection when a channel is wanted. */
const patienceMillis = 10_000

interface Opened {
  readonly connection: Connection
  readonly frames: FrameReader
}

const open = (url: Redacted.Redacted<string>, name: string): Effect.Effect<Opened, TechnicalFailure> =>
  Effect.try({
    try: () => {
      const connection = new Connection({
        url: Redacted.value(url),
        connectionName: `traveler ${name}`,
        // A peer that is gone without a word is noticed within 40 s instead of two minutes.
        heartbeat: 20,
        acquireTimeout: patienceMillis,
        retryLow: 200,
        retryHigh: 5_000
      })
      // In the same turn, so that no connection is opened before the reader is there.
      return Result.map(readFrames(connection), (frames) => ({ connection, frames }))
    },
    // The message of the cause may hold the URL, and so the password.
    catch: () =>
      new TechnicalFailure({
        field: "broker URL",
        value: "(redacted)",
        reason: "Expected amqp://user:password@host:port/vhost, or amqps:// for TLS",
        nextStep: "Correct the broker's URL"
      })
  }).pipe(Effect.flatMap(Effect.fromResult))

/** Answers of the broker that no waiting mends. */
const isFinal = (cause: unknown): boolean => ["ACCESS_REFUSED", "NOT_ALLOWED"].includes(codeOf(cause))

const connected = (connection: Connection): Promise<void> =>
  new Promise((resolve, reject) => {
    const refused = (cause: unknown) => {
      if (isFinal(cause)) reject(cause)
    }
    connection.on("error", refused)
    connection
      .onConnect(patienceMillis, true)
      .then(resolve, (failure: Error) => reject(failure.cause ?? failure))
      .finally(() => connection.off("error", refused))
  })

/** Connects, and keeps the connection until the scope closes. */
export const connect = (
  url: Redacted.Redacted<string>,
  name: string
): Effect.Effect<BrokerConnection, TechnicalFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const log = Effect.runForkWith(yield* Effect.context<never>())
    const unblocked = yield* Latch.make(true)
    const { connection, frames } = yield* Effect.acquireRelease(
      open(url, name).pipe(
        Effect.tap(({ connection }) =>
          Effect.sync(() => {
            // Without a listener for "error" Node would end the process.
            connection.on("error", (cause) => {
              unblocked.openUnsafe()
              log(Effect.logWarning(`Broker connection ${name}: ${brokerFailure("broker", cause).reason}`))
            })
            connection.on("connection.blocked", (reason) => {
              unblocked.closeUnsafe()
              log(Effect.logWarning(`Broker connection ${name}: publishing waits, the broker is short: ${reason}`))
            })
            connection.on("connection.unblocked", () => {
              unblocked.openUnsafe()
              log(Effect.logInfo(`Broker connection ${name}: publishing goes on`))
            })
          })
        )
      ),
      close
    )
    yield* Effect.tryPromise({
      try: () => connected(connection),
      catch: (cause) => brokerFailure("broker", cause)
    })
    return { name, connection, frames, unblocked }
  })

/** Waits for the channels to close, but not for ever. */
const close = ({ connection }: Opened): Effect.Effect<void> =>
  Effect.promise(() => connection.close()).pipe(
    Effect.timeoutOption(2_000),
    Effect.andThen(Effect.sync(() => connection.unsafeDestroy()))
  )

/** A channel until the scope closes. Its own errors are events of the channel. */
export const acquireChannel = (
  { connection }: BrokerConnection,
  field: string
): Effect.Effect<Channel, TechnicalFailure, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async (signal) => {
        const channel = await connection.acquire({ emitErrorsFromChannel: true })
        // Without a listener for "error" Node would end the process; whoever uses the channel sees it close.
        channel.on("error", () => undefined)
        if (signal.aborted) await channel.close()
        return channel
      },
      catch: (cause) => brokerFailure(field, cause)
    }),
    (channel) => Effect.promise(() => channel.close()).pipe(Effect.timeoutOption(2_000)),
    { interruptible: true }
  )
