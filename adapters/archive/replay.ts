// Archived history as messages to send again: new ids, where each goes and when. Pure; used by `replay publish`.
import { hex, sha256 } from "../../core/journal/hash.ts"
import { exchanges } from "../../core/port/broker.ts"
import type { Sendable } from "../rabbitmq/properties.ts"
import { isContracts } from "../rabbitmq/replay-target.ts"
import type { ArchivedMessage } from "./message.ts"

/** What says that a message is history: which run of replay sent it, and what it was. */
export const replayHeaders = {
  run: "traveler-replay",
  source: "traveler-replay-source",
  messageId: "traveler-replay-message"
} as const

const encoder = new TextEncoder()
const idOf = ({ digest, envelope }: ArchivedMessage): string => envelope.messageId ?? `sha256:${hex(digest)}`

/** Equal ids stay equal within a run: what came twice comes twice again. 255 bytes are what AMQP carries. */
const newId = (run: string, id: string): string => {
  const whole = `${run}/${id}`
  return encoder.encode(whole).length <= 255 ? whole : `${run}/sha256:${hex(sha256(encoder.encode(id)))}`
}

/** The id of an earlier message, in a JSON body that reverses or corrects it. */
const reference = /("(?:reverses|corrects)"\s*:\s*\{[^{}]*?"messageId"\s*:\s*")/g

/** All bytes stay, but that a reference names the new id of what it names: by Latin-1, in which each byte is a character. */
const bodyOf = (run: string, body: Uint8Array, contentType: string | undefined): Uint8Array =>
  contentType === "application/json"
    ? Buffer.from(Buffer.from(body).toString("latin1").replaceAll(reference, `$1${run}/`), "latin1")
    : body

/**
 * An exchange of the contract takes what came by the same one; another one takes all the rest but people's commands, which
 * are about cases that no other core has.
 */
export const exchangeFor = (came: string, targets: ReadonlyArray<string>): string | undefined =>
  targets.includes(came)
    ? came
    : came === exchanges.travelerCommands
      ? undefined
      : targets.find((target) => !isContracts(target))

/** None where it was redacted, or no target takes it. Its trace stays behind: a replay is no part of it. */
export const replayed = (
  run: string,
  message: ArchivedMessage,
  targets: ReadonlyArray<string>
): Sendable | "redacted" | "leftOut" => {
  const { body, envelope } = message
  const exchange = exchangeFor(envelope.exchange, targets)
  if (exchange === undefined) return "leftOut"
  if (body === undefined) return "redacted"
  const { plant, queue: _queue, traceparent: _traceparent, ...properties } = envelope
  const id = idOf(message)
  return {
    ...properties,
    exchange,
    messageId: newId(run, id),
    body: bodyOf(run, body, envelope.contentType),
    headers: {
      [replayHeaders.run]: run,
      [replayHeaders.source]: `${plant}/${envelope.exchange}/${envelope.appId ?? "unknown"}`,
      [replayHeaders.messageId]: id
    }
  }
}

/** When a message is due, in milliseconds since the first one was sent. */
export const dueAfter = (first: number, receivedAt: number, speed: number): number => (receivedAt - first) / speed
