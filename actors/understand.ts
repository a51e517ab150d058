// From a delivery's bytes to a canonical message on its way to a stream, or to a parked one. Pure; used by the
// ingress and by whatever sends parked bytes again. Decodes and validates once; nothing downstream checks again.
// Total: whatever a sender puts into bytes and properties, the result is a message or a failure, never a throw.
import { Result, Schema, SchemaIssue } from "effect"
import { SchemaJITCompiler } from "effect/schema"
import { DataQualityIssue, type Failure, recorded, TechnicalFailure } from "../core/failure.ts"
import { decode } from "../core/journal/codec.ts"
import { hex, sha256 } from "../core/journal/hash.ts"
import { caseStream, lotStream, orderStream, type StreamName } from "../core/journal/stream.ts"
import {
  commandMessages,
  erpMessages,
  type MessageSchema,
  plantMessages,
  schemaVersion
} from "../core/message/catalogue.ts"
import { equipmentMessages } from "../core/message/equipment.ts"
import type { MessageMetadata } from "../core/message/metadata.ts"
import { type Badge, MessageId, OrderId, type PlantId, Source } from "../core/plant/identifiers.ts"
import { LotReference, lotKey, plantScope } from "../core/plant/lot.ts"
import { OccurredAt } from "../core/plant/time.ts"
import { commandQueue, type Delivery, exchanges } from "../core/port/broker.ts"
import type { Incoming } from "../core/port/door.ts"
import type { ProcessSpan } from "../core/port/tracer.ts"
import { caseId } from "./case-id.ts"
import { messageSubject } from "./message-subject.ts"
import { type Routable, route } from "./route.ts"

type Decoded = Result.Result<Routable, Failure>
type Decoder = (body: unknown) => Decoded

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** The schemas of the hot path are compiled: every message is checked by some of them. */
const compiled = <S extends Schema.Top>(schema: S): S => {
  SchemaJITCompiler.enable(schema.ast)
  return schema
}

/** A value by its kind and size alone. */
const kind = (value: unknown): string => {
  if (typeof value === "string") return `a text of ${value.length} characters`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (isRecord(value)) return "an object"
  return value === undefined || value === null ? "(none)" : `a ${typeof value}`
}

/** What may be shown of a value: nothing of an object, since anybody's badge or name may be in it. */
const shown = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "object" || value === undefined ? kind(value) : String(value)

/** Names and badges stay out of the chain, where they could never be erased; the body as a whole may hold one. */
const isPersonal = (path: ReadonlyArray<PropertyKey>): boolean => path.length === 0 || path.includes("badge")

const at = (body: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[String(key)] : undefined), body)

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const decoders = <Schemas extends { readonly [type: string]: MessageSchema }>(schemas: Schemas): Map<string, Decoder> =>
  new Map(
    Object.entries(schemas).map(([type, schema]) => {
      const decodeBody = Schema.decodeUnknownResult(compiled(schema))
      return [
        type,
        (body: unknown): Decoded =>
          Result.match(decodeBody(body), {
            // The schema is the catalogue's for `type`, so the pair is one of Routable's.
            onSuccess: (value) => Result.succeed({ type, body: value } as Routable),
            onFailure: (error) => {
              const [issue] = formatIssue(error.issue).issues
              const path = (issue?.path ?? []).map((step) => (typeof step === "object" ? step.key : step))
              return Result.fail(
                new DataQualityIssue({
                  field: path.map(String).join(".") || "body",
                  value: (isPersonal(path) ? kind : shown)(at(body, path)),
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

const size = ({ body, contentType }: Delivery): string => `${body.length} bytes of ${contentType ?? "unknown type"}`

const unreadable = (delivery: Delivery, reason: string) =>
  new DataQualityIssue({
    field: "body",
    value: size(delivery),
    reason,
    nextStep: "Ask the sender for the message in canonical form, then: traveler exceptions resubmit ID --body FILE"
  })

type Parsed = { readonly body: unknown; readonly again?: () => unknown }

/** A parser's own message may quote the body, and with it a badge: only the position is kept. */
const notValidJson = (cause: unknown): string => {
  if (!(cause instanceof SyntaxError)) return "Not valid UTF-8"
  const position = / at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(cause.message)?.[1]
  return position === undefined ? "Not valid JSON" : `Not valid JSON, at position ${position}`
}

const parseJson = (delivery: Delivery): Parsed => {
  const text = utf8.decode(delivery.body)
  return { body: JSON.parse(text) as unknown, again: () => parseWithSources(text) }
}

const parse = (delivery: Delivery): Result.Result<Parsed, DataQualityIssue> => {
  switch (delivery.contentType) {
    case "application/json":
      return Result.try({
        try: () => parseJson(delivery),
        catch: (cause) => unreadable(delivery, notValidJson(cause))
      })
    case "application/msgpack":
      return Result.try({
        try: (): Parsed => ({ body: decode(delivery.body) }),
        catch: () => unreadable(delivery, "Not valid MessagePack")
      })
    default:
      return Result.fail(unreadable(delivery, "Expected content-type application/json or application/msgpack"))
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
  if (delivery.exchange !== exchanges.erpEvents && erpMessages.has(delivery.type ?? "")) {
    return wrong(
      "exchange",
      delivery.exchange,
      `Only the ERP can say that: expected ${exchanges.erpEvents}`,
      "Have the ERP publish it there, and waive this message"
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
  const isPlants = delivery.queue !== commandQueue
  if (isPlants && isRecord(parsed.body) && "plantId" in parsed.body && parsed.body.plantId !== delivery.plant) {
    return wrong(
      "plantId",
      shown(parsed.body.plantId),
      `The message came by the queue of plant ${delivery.plant}`,
      "Find out which plant it is from; resubmit it with the right one, or waive it"
    )
  }
  if (isRecord(parsed.body) && isOfAnotherPlant(delivery.plant, parsed.body.scope)) {
    return wrong(
      "scope",
      shown(parsed.body.scope),
      `The message came by the queue of plant ${delivery.plant}, which has no say on another plant's lot`,
      "Find out which lot is meant; resubmit it with the right scope, or waive it"
    )
  }
  const first = decoder(parsed.body)
  return Result.isSuccess(first) || parsed.again === undefined ? first : decoder(parsed.again())
}

/** A plant's own lots are its own: what happens to them is told by its own queue. */
const isOfAnotherPlant = (plant: PlantId, scope: unknown): boolean =>
  typeof scope === "string" && scope.startsWith("plant/") && scope !== plantScope(plant)

const isMessageId = Schema.is(compiled(MessageId))
const isOrderId = Schema.is(compiled(OrderId))
const isLotReference = Schema.is(compiled(LotReference))
const isOccurredAt = Schema.is(compiled(OccurredAt))
const isSource = Schema.is(compiled(Source))

interface Sender {
  readonly plant: string
  readonly exchange: string
  readonly appId: string | undefined
  readonly source: Source
}

/** A sender whose name makes no source is unknown; so is an exchange, which a dead letter's sender can make up. */
const named = ({ plant, exchange, appId }: Delivery): Source => {
  const source = `${plant}/${exchange}/${appId || "unknown"}`
  if (isSource(source)) return source
  const unnamed = `${plant}/${exchange}/unknown`
  return isSource(unnamed) ? unnamed : Source.make(`${plant}/unknown/unknown`)
}

let lastSender: Sender | undefined

/** One sender's messages follow one another: they get one text, checked once. */
const sourceOf = (delivery: Delivery): Source => {
  const { plant, exchange, appId } = delivery
  if (lastSender?.plant !== plant || lastSender.exchange !== exchange || lastSender.appId !== appId) {
    lastSender = { plant, exchange, appId, source: named(delivery) }
  }
  return lastSender.source
}

/** What a body says, and what can be told from it even where that isn't understood. */
export interface Reading {
  readonly decoded: Decoded
  readonly occurredAt?: OccurredAt
  /**
   * The stream that a body which isn't understood names: an order of the queue's own plant, or a lot; none where a work
   * center is meant.
   */
  readonly stream?: StreamName
}

/** Whatever a machine's state names besides, no order waits for it, and no document of an order. */
const isOfWorkCenter = ({ type = "" }: Delivery): boolean => Object.hasOwn(equipmentMessages, type)

const namedStream = (delivery: Delivery, body: { readonly [key: string]: unknown }): StreamName | undefined => {
  const { plant } = delivery
  const { orderId, plantId = plant } = body
  if (isOfWorkCenter(delivery)) return undefined
  if (plantId !== plant) return undefined
  if (isOrderId(orderId)) return orderStream(plant, orderId)
  return isLotReference(body) && !isOfAnotherPlant(plant, body.scope)
    ? lotStream(lotKey(body, plantScope(plant)))
    : undefined
}

const unexpected = (delivery: Delivery, cause: unknown) =>
  new TechnicalFailure({
    field: "body",
    value: size(delivery),
    reason: `Reading it ended in ${cause instanceof Error ? cause.name : "an unknown error"}`,
    nextStep: "Report it with this case's id; resubmit once it is mended"
  })

/** The first half of understanding a delivery: its body. Who acted is known then, as the plant knows them. */
export const read = (delivery: Delivery): Reading => {
  try {
    const parsed = parse(delivery)
    const decoded = Result.flatMap(parsed, (body) => decodeBody(delivery, body))
    if (Result.isSuccess(decoded)) return { decoded, occurredAt: decoded.success.body.occurredAt }
    if (Result.isFailure(parsed) || !isRecord(parsed.success.body)) return { decoded }
    const { occurredAt } = parsed.success.body
    const stream = namedStream(delivery, parsed.success.body)
    return {
      decoded,
      ...(isOccurredAt(occurredAt) ? { occurredAt } : {}),
      ...(stream === undefined ? {} : { stream })
    }
  } catch (cause) {
    return { decoded: Result.fail(unexpected(delivery, cause)) }
  }
}

/** As the plant knows whoever acted; a PersonId takes its place in what is recorded. */
export const badgeOf = ({ decoded }: Reading): Badge | undefined =>
  Result.isSuccess(decoded) && "badge" in decoded.success.body ? decoded.success.body.badge : undefined

/** What only the receiver knows of a message. */
export interface Receipt {
  /** Stands in for occurredAt where the message gives none. */
  readonly receivedAt: OccurredAt
  readonly by?: MessageMetadata["by"]
  readonly span?: Incoming["span"] & Pick<ProcessSpan, "traceparent">
}

type Draft<Of> = { -readonly [Field in keyof Of]: Of[Field] }

/**
 * The second half: where it goes, and its envelope. Bytes that can't be understood go to the order or lot that they name,
 * else to the stream of their own case. One object each, since they live as long as the message is under
 * way.
 */
export const address = (delivery: Delivery, reading: Reading, { receivedAt, by, span }: Receipt): Incoming => {
  const { decoded, occurredAt = receivedAt, stream } = reading
  const { sequence, correlationId, causationId } = delivery
  const digest = sha256(delivery.body)
  const metadata: Draft<MessageMetadata> = {
    source: sourceOf(delivery),
    messageId: isMessageId(delivery.messageId) ? delivery.messageId : MessageId.make(`sha256:${hex(digest)}`),
    digest,
    queue: delivery.queue,
    occurredAt
  }
  if (sequence !== undefined && sequence >= 1) metadata.sequence = sequence
  if (correlationId !== undefined) metadata.correlationId = correlationId
  if (causationId !== undefined) metadata.causationId = causationId
  if (span !== undefined) metadata.traceparent = span.traceparent
  if (by !== undefined) metadata.by = by
  const incoming: Draft<Incoming> = Result.isSuccess(decoded)
    ? {
        stream: route(delivery.plant, decoded.success),
        metadata,
        content: { _tag: "Understood", message: decoded.success },
        redelivered: delivery.redelivered,
        delivery
      }
    : {
        stream: stream ?? caseStream(caseId(metadata, digest)),
        metadata,
        content: {
          _tag: "NotUnderstood",
          failure: recorded(decoded.failure),
          subject: messageSubject(delivery, metadata)
        },
        redelivered: delivery.redelivered,
        delivery
      }
  if (span !== undefined) incoming.span = span
  return incoming
}

/** Both halves, where nobody needs to know more than the delivery itself tells. */
export const understand = (delivery: Delivery, receivedAt: OccurredAt): Incoming =>
  address(delivery, read(delivery), { receivedAt })
