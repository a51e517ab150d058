// Where history is sent again: a broker and exchanges of it, opened only where no live core can take it for what happens now.
// Used by `replay publish` and its tests.
import { randomUUID } from "node:crypto"
import { Effect, type Redacted } from "effect"
import { BusinessRuleViolation } from "../../core/failure.ts"
import { exchanges } from "../../core/port/broker.ts"
import { acquireChannel, type BrokerConnection, connect } from "./connection.ts"
import { brokerFailure, codeOf } from "./failure.ts"
import { makePublisher } from "./publisher.ts"

/** Of the contract, of Traveler's own, or the one that reaches every queue by its name. */
export const isContracts = (exchange: string): boolean =>
  Object.values<string>(exchanges).includes(exchange) ||
  exchange.startsWith("traveler.") ||
  exchange === "" ||
  exchange.startsWith("amq.")

const live = (exchange: string) =>
  new BusinessRuleViolation({
    field: "to",
    value: exchange,
    reason:
      "A core takes what is sent there for what happens now, and this is the broker that Traveler itself works on",
    nextStep: "Name the test environment's broker (--broker URL), or an exchange of your own"
  })

const declares = (connection: BrokerConnection, exchange: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const channel = yield* acquireChannel(connection, `exchange ${exchange}`)
      yield* Effect.tryPromise({
        try: () => channel.exchangeDeclare({ exchange, passive: true }),
        catch: (cause) => brokerFailure(`exchange ${exchange}`, cause)
      })
    })
  )

/** A queue made by one is there for the other: so two URLs of one virtual host aren't taken for two, whatever they look like. */
const isSameHost = Effect.fnUntraced(function* (one: BrokerConnection, other: BrokerConnection) {
  const queue = `traveler.probe.${randomUUID()}`
  const making = yield* acquireChannel(one, `queue ${queue}`)
  yield* Effect.tryPromise({
    try: () => making.queueDeclare({ queue, exclusive: true, autoDelete: true }),
    catch: (cause) => brokerFailure(`queue ${queue}`, cause)
  })
  const looking = yield* acquireChannel(other, `queue ${queue}`)
  return yield* Effect.promise(() =>
    looking.queueDeclare({ queue, passive: true }).then(
      () => true,
      (cause: unknown) => codeOf(cause) !== "NOT_FOUND"
    )
  )
}, Effect.scoped)

/**
 * A publisher to these exchanges. `liveUrl` is the broker that Traveler works on, where there is one: the contract's exchanges
 * of that very virtual host are refused, and nothing can allow them.
 */
export const openReplayTarget = Effect.fnUntraced(function* (
  targetUrl: Redacted.Redacted<string>,
  liveUrl: Redacted.Redacted<string> | undefined,
  names: ReadonlyArray<string>
) {
  const target = yield* connect(targetUrl, "replaying")
  const contracts = names.find(isContracts)
  if (contracts !== undefined && liveUrl !== undefined) {
    const working = yield* connect(liveUrl, "replaying")
    if (yield* isSameHost(working, target)) return yield* live(contracts)
  }
  for (const name of names) yield* declares(target, name)
  return yield* makePublisher(target)
})
