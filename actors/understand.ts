// From a delivery's bytes to a canonical message on its way to a stream, or to a parked one. Pure; used by the
// ingress and by whatever sends parked bytes again. Decodes and validates once; nothing downstream checks again.
import { Result, Schema, SchemaIssue } from "effect"
import { DataQualityIssue, type RecordedFailure, recorded } from "../core/failure.ts"
import { decode } from "../core/journal/codec.ts"
import { hex, sha256 } from "../core/journal/hash.ts"
import { caseStream, orderStream } from "../core/journal/stream.ts"
import { commandMessages, type MessageSchema, plantMessages, schemaVersion } from "../core/message/catalogue.ts"
import type { CaseSubject } from "../core/message/exception.ts"
import type { MessageMetadata } from "../core/message/metadata.ts"
import { type Badge, MessageId, OrderId, Source } from "../core/plant/identifiers.ts"
import { OccurredAt } from "../core/plant/time.ts"
import { commandQueue, type Delivery } from "../core/port/broker.ts"
import type { CanonicalMessage, Incoming } from "../core/port/door.ts"
import { caseId } from "./case-id.ts"
import { route } from "./route.ts"

type Decoded = Result.Result<CanonicalMessage, DataQualityIssue>
type Decoder = (body: unknown) => Decoded

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const shown = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value)))

const at = (body: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[String(key)] : undefined), body)

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const decoders = <Schemas extends { readonly [type: string]: MessageSchema }>(schemas: Schemas): Map<string, Decoder> =>
  new Map(
    Object.entries(schemas).map(([type, schema]) => {
      const decodeBody = Schema.decodeUnknownResult(schema)
      return [
        type,
        (body: unknown): Decoded =>
          Result.match(decodeBody(body), {
            // The schema is the catalogue's for `type`, so the pair is one of CanonicalMessage's.
            onSuccess: (value) => Result.succeed({ type, body: value } as CanonicalMessage),
            onFailure: (error) => {
              const [issue] = formatIssue(error.issue).issues
              const path = (issue?.path ?? []).map((step) => (typeof step === "object" ? step.key : step))
              return Result.fail(
                new DataQualityIssue({
                  field: path.map(String).join(".") || "body",
                  value: shown(at(body, path)),
                  reason: issue?.message ?? "Not a valid message",
                  nextStep: `Correct it and send it with: traveler exceptions resubmit ID --body FILE`
                })
              )
            }
          })
      ]
    })
  )

const plantDecoders = decoders(plantMessages)
const commandDecoders = decoders(commandMessages)

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false })

/**
 * A quantity's value that came as a JSON number, taken from its source text, so that no digit is lost to a float.
 * Only on the second try, since a reviver makes parsing several times slower.
 */
const parseWithSources = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown, context?: { readonly source?: string }) =>
    key === "value" && typeof value === "number" ? (context?.source ?? value) : value
  )

const unreadable = (delivery: Delivery, reason: string) =>
  new DataQualityIssue({
    field: "body",
    value: `${delivery.body.length} bytes of ${delivery.contentType ?? "unknown type"}`,
    reason,
    nextStep: "Ask the sender for the message in canonical form, then: traveler exceptions resubmit ID --body FILE"
  })

type Parsed = { readonly body: unknown; readonly again?: () => unknown }

const parse = (delivery: Delivery): Result.Result<Parsed, DataQualityIssue> => {
  try {
    if (delivery.contentType === "application/json") {
      const text = utf8.decode(delivery.body)
      return Result.succeed({ body: JSON.parse(text) as unknown, again: () => parseWithSources(text) })
    }
    if (delivery.contentType === "application/msgpack") return Result.succeed({ body: decode<unknown>(delivery.body) })
    return Result.fail(unreadable(delivery, "Expected content-type application/json or application/msgpack"))
  } catch (cause) {
    return Result.fail(unreadable(delivery, cause instanceof Error ? cause.message : String(cause)))
  }
}

const decodeBody = (delivery: Delivery, parsed: Parsed): Decoded => {
  const known = delivery.queue === commandQueue ? commandDecoders : plantDecoders
  const decoder = known.get(delivery.type ?? "")
  const wrong = (field: string, value: string, reason: string, nextStep: string) =>
    Result.fail(new DataQualityIssue({ field, value, reason, nextStep }))
  if (decoder === undefined) {
    return wrong(
      "type",
      delivery.type ?? "(none)",
      `Expected one of ${[...known.keys()].join(", ")}`,
      "Ask the sender to set the property type (docs/contract.md), or waive the message"
    )
  }
  if (delivery.schemaVersion !== schemaVersion) {
    return wrong(
      "schema-version",
      delivery.schemaVersion ?? "(none)",
      `This version understands ${schemaVersion}`,
      "Ask the sender for that version, or upgrade Traveler and resubmit"
    )
  }
  if (delivery.sequence !== undefined && delivery.sequence < 1) {
    return wrong(
      "sequence",
      String(delivery.sequence),
      "Expected a whole number from 1",
      "Ask the sender to count from 1"
    )
  }
  if (isRecord(parsed.body) && "plantId" in parsed.body && parsed.body["plantId"] !== delivery.plant) {
    return wrong(
      "plantId",
      shown(parsed.body["plantId"]),
      `The message came by the queue of plant ${delivery.plant}`,
      "Find out which plant it is from; resubmit it with the right one, or waive it"
    )
  }
  const first = decoder(parsed.body)
  return Result.isSuccess(first) || parsed.again === undefined ? first : decoder(parsed.again())
}

const isText = Schema.is(MessageId)
const isOrderId = Schema.is(OrderId)
const isOccurredAt = Schema.is(OccurredAt)

const named = (parsed: Result.Result<Parsed, DataQualityIssue>, field: string): unknown =>
  Result.isSuccess(parsed) && isRecord(parsed.success.body) ? parsed.success.body[field] : undefined

export interface Understanding {
  readonly incoming: Incoming
  /** Who acted, as the plant knows them; the ingress replaces it by a PersonId in the metadata. */
  readonly badge?: Badge
}

/**
 * What a delivery says and where it goes. `receivedAt` stands in for occurredAt where the message gives none.
 * Bytes that can't be understood go to the order that they name, else to the stream of their own case.
 */
export const understand = (delivery: Delivery, receivedAt: OccurredAt): Understanding => {
  const digest = sha256(delivery.body)
  const parsed = parse(delivery)
  const decoded = Result.flatMap(parsed, (body) => decodeBody(delivery, body))
  const givenTime = named(parsed, "occurredAt")
  const metadata: MessageMetadata = {
    source: Source.make(
      `${delivery.plant}/${delivery.exchange}/${isText(delivery.appId) ? delivery.appId : "unknown"}`
    ),
    messageId: isText(delivery.messageId) ? delivery.messageId : MessageId.make(`sha256:${hex(digest)}`),
    digest,
    queue: delivery.queue,
    occurredAt: isOccurredAt(givenTime) ? givenTime : receivedAt,
    ...(delivery.sequence === undefined || delivery.sequence < 1 ? {} : { sequence: delivery.sequence }),
    ...(delivery.correlationId === undefined ? {} : { correlationId: delivery.correlationId }),
    ...(delivery.causationId === undefined ? {} : { causationId: delivery.causationId })
  }
  const subject: CaseSubject = {
    kind: "message",
    message: { source: metadata.source, messageId: metadata.messageId },
    digest,
    delivery: {
      queue: delivery.queue,
      plant: delivery.plant,
      exchange: delivery.exchange,
      type: delivery.type ?? "",
      contentType: delivery.contentType ?? "",
      schemaVersion: delivery.schemaVersion ?? "",
      ...(metadata.sequence === undefined ? {} : { sequence: metadata.sequence })
    }
  }
  const raw = { digest, bytes: delivery.body }
  if (Result.isSuccess(decoded)) {
    const message = decoded.success
    return {
      incoming: {
        stream: route(delivery.plant, message),
        metadata,
        content: { _tag: "Understood", message },
        redelivered: delivery.redelivered,
        subject,
        raw
      },
      ...("badge" in message.body && message.body.badge !== undefined ? { badge: message.body.badge } : {})
    }
  }
  const orderId = named(parsed, "orderId")
  const failure: RecordedFailure = recorded(decoded.failure)
  return {
    incoming: {
      stream: isOrderId(orderId) ? orderStream(delivery.plant, orderId) : caseStream(caseId(metadata, digest)),
      metadata,
      content: { _tag: "NotUnderstood", failure, subject },
      redelivered: delivery.redelivered,
      subject,
      raw
    }
  }
}
