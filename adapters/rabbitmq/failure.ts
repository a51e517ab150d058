// What goes wrong with the broker, as a TechnicalFailure that says what to do. For adapters/rabbitmq only.
import { AMQPError } from "rabbitmq-client"
import { messageOf, TechnicalFailure } from "../../core/failure.ts"

const mismatch =
  /inequivalent arg '(?<argument>[^']+)' for (?<kind>queue|exchange) '(?<name>[^']+)' in vhost '(?<vhost>[^']*)': received (?<expected>.*) but current is (?<found>.*)$/s

/** RabbitMQ writes a value as `'20'`, `the value '20' of type 'signedint'`, or `none`. */
const plain = (value: string): string => /'([^']*)'/.exec(value)?.[1] ?? value

/** The broker's answer code, or Node's: what the next step depends on. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "UNKNOWN"

/** The classes of AMQP answers that a person can act on; whatever else happens mends itself by retry. */
const nextSteps: { readonly [code: string]: string } = {
  ACCESS_REFUSED: "Correct user and password in the broker's URL, or give the user its permissions",
  NOT_ALLOWED: "Create the virtual host (rabbitmqctl add_vhost NAME) and give the user its permissions",
  NOT_FOUND: "Declare the plant first: traveler run does so for each plant that it serves",
  RESOURCE_LOCKED: "Another connection holds the queue as its own: stop it, then try again"
}

export const brokerFailure = (field: string, cause: unknown): TechnicalFailure => {
  const message = messageOf(cause)
  const unequal = mismatch.exec(message)?.groups
  if (unequal !== undefined) {
    const { argument = "", kind = "", name = "", vhost = "", expected = "", found = "" } = unequal
    return new TechnicalFailure({
      field: `${kind} ${name}, ${argument}`,
      value: plain(found),
      reason: `Expected ${plain(expected)}, found ${plain(found)} in virtual host ${vhost}`,
      nextStep:
        kind === "queue"
          ? `Stop its senders, empty it, then: rabbitmqctl delete_queue ${name} -p ${vhost}; it is declared anew by itself`
          : `Delete exchange ${name} in virtual host ${vhost} while its senders are stopped; it is declared anew by itself`
    })
  }
  const code = codeOf(cause)
  return new TechnicalFailure({
    field,
    value: code,
    reason: cause instanceof AMQPError ? message : `The broker can't be reached: ${message}`,
    nextStep: nextSteps[code] ?? "See that RabbitMQ runs and can be reached at the URL; Traveler tries again by itself"
  })
}
