// AMQP properties and headers of contract v1, both ways: a delivery read, a publication written. For adapters/rabbitmq.
// Nothing that a sender puts there may stop the intake: what can't be understood is left out.
import type { Envelope, HeaderFields } from "rabbitmq-client"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { type Delivery, deadLetterQueue, type Publication } from "../../core/port/broker.ts"
import type { RawDelivery } from "./raw-delivery.ts"

const header = {
  schemaVersion: "schema-version",
  sequence: "sequence",
  causationId: "causation-id",
  traceparent: "traceparent",
  /** Written by the broker when it dead-letters a message. */
  firstDeathExchange: "x-first-death-exchange"
} as const

type Draft = { -readonly [Field in keyof Delivery]: Delivery[Field] }

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

/** A version is told to whoever mends the message, so whatever was sent is kept as text. */
const asText = (value: unknown): string | undefined => {
  if (typeof value === "string") return value === "" ? undefined : value
  if (value === undefined || value === null) return undefined
  return typeof value === "object" ? JSON.stringify(value).slice(0, 200) : String(value)
}

const asWholeNumber = (value: unknown): number | undefined => {
  const number = typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? Number(number) : undefined
}

/** The delivery as the port has it. On the hot path: one object, and fields only where the sender gave them. */
export const toDelivery = (raw: RawDelivery, queue: string, plant: PlantId): Delivery => {
  const { properties } = raw
  const draft: Draft = {
    queue,
    plant,
    exchange: raw.exchange,
    routingKey: raw.routingKey,
    redelivered: raw.redelivered,
    body: raw.body
  }
  if (isText(properties.type)) draft.type = properties.type
  if (isText(properties.contentType)) draft.contentType = properties.contentType
  if (isText(properties.messageId)) draft.messageId = properties.messageId
  if (isText(properties.appId)) draft.appId = properties.appId
  if (isText(properties.correlationId)) draft.correlationId = properties.correlationId
  if (properties.headers !== undefined) readHeaders(draft, properties.headers, queue === deadLetterQueue(plant))
  return draft
}

const readHeaders = (draft: Draft, headers: { readonly [name: string]: unknown }, isDead: boolean): void => {
  const schemaVersion = asText(headers[header.schemaVersion])
  const sequence = asWholeNumber(headers[header.sequence])
  const causationId = headers[header.causationId]
  const traceparent = headers[header.traceparent]
  const cameBy = headers[header.firstDeathExchange]
  if (schemaVersion !== undefined) draft.schemaVersion = schemaVersion
  if (sequence !== undefined) draft.sequence = sequence
  if (isText(causationId)) draft.causationId = causationId
  if (isText(traceparent)) draft.traceparent = traceparent
  // A dead letter is the same message: its source names the exchange that it was sent to.
  if (isDead && isText(cameBy)) draft.exchange = cameBy
}

/** What is published: a message of the contract, or one of a sender who keeps to none of it, sent again. */
export interface Sendable
  extends Omit<Publication, "exchange" | "type" | "contentType" | "appId">,
    Pick<Delivery, "type" | "contentType" | "appId"> {
  readonly exchange: string
  /** Headers beside the contract's. */
  readonly headers?: { readonly [name: string]: string }
}

/** AMQP's short strings; the client would cut a longer one without a word. */
const isTooLong = (text: string | undefined): boolean => text !== undefined && Buffer.byteLength(text) > 255

const shortStrings = ["routingKey", "type", "messageId", "appId", "correlationId"] as const

/** The property of a publication that AMQP can't carry, if there is one. */
export const unsendable = (publication: Sendable): (typeof shortStrings)[number] | undefined =>
  shortStrings.find((field) => isTooLong(publication[field]))

export const toEnvelope = (publication: Sendable): Envelope => {
  const { appId, contentType, type, messageId, correlationId, schemaVersion, sequence, causationId, traceparent } =
    publication
  const headers: NonNullable<HeaderFields["headers"]> = { ...publication.headers }
  if (schemaVersion !== undefined) headers[header.schemaVersion] = schemaVersion
  if (sequence !== undefined) headers[header.sequence] = sequence
  if (causationId !== undefined) headers[header.causationId] = causationId
  if (traceparent !== undefined) headers[header.traceparent] = traceparent
  return {
    exchange: publication.exchange,
    routingKey: publication.routingKey,
    durable: true,
    headers,
    ...(type === undefined ? {} : { type }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(appId === undefined ? {} : { appId }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(correlationId === undefined ? {} : { correlationId })
  }
}
