// Recorded events as a document of EPCIS 2.0 (JSON-LD): the same bytes for the same events. Pure; used by the recall's
// format and by `traveler epcis export`.
import { isLotEvent } from "../../core/event/lot.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { hex } from "../../core/journal/hash.ts"
import { category } from "../../core/journal/stream.ts"
import { identity } from "../../core/message/metadata.ts"
import { instant } from "../../core/plant/time.ts"
import { eventHash, namespacesOf } from "./hash/event-hash.ts"
import { each, type Json, type JsonObject, writeJson } from "./json.ts"
import { lotEventSaid } from "./lot-events.ts"
import { orderEventSaid } from "./order-events.ts"

export const standardContext = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
const context: Json = [standardContext, { traveler: "urn:traveler:" }]
const namespaces = namespacesOf(context)

/** An event as a partner wrote it, with the context that its names are of. */
export interface Original {
  readonly event: JsonObject
  readonly context: Json
}

/** What came by `traveler epcis import` is written as it came; by the digest of the message that it came in, in hex. */
export type Originals = ReadonlyMap<string, Original>

const hashOf = ({ context, event }: Original): string => eventHash(event, namespacesOf(context))

const iso = (at: number): string => new Date(at).toISOString()

const offsetOf = (occurredAt: string): string => {
  const offset = /[+-]\d\d:\d\d$/.exec(occurredAt)?.[0] ?? "+00:00"
  // EPCIS has none beyond 14 hours, and a clock that says so is wrong anyway: the instant is right in any case.
  return /^[+-](0\d|1[0-3]):[0-5]\d$|^[+-]14:00$/.test(offset) ? offset : "+00:00"
}

const saidBy = (event: RecordedEvent): ReadonlyArray<JsonObject> => {
  if (category(event.stream) === "order") return orderEventSaid(event)
  const said = isLotEvent(event) ? lotEventSaid(event) : undefined
  return said === undefined ? [] : [said]
}

/** Two reports of the same thing are two events: which one is told here is part of what it says. */
const asRecorded = ({ stream, version }: RecordedEvent): JsonObject => ({ "traveler:event": `${stream}/${version}` })

const enveloped = (event: RecordedEvent, said: JsonObject): JsonObject => {
  const { occurredAt } = event.metadata
  const whole: JsonObject = {
    eventTime: iso(instant(occurredAt)),
    eventTimeZoneOffset: offsetOf(occurredAt),
    ...said,
    ...asRecorded(event)
  }
  const { type = null, ...others } = whole
  return { type, eventID: eventHash(whole, namespaces), recordTime: iso(event.recordedAt), ...others }
}

const placeOf = ({ stream }: RecordedEvent, version: number): string => `${stream}/${version}`

/** By the event that was taken back: what is said of it in a document that still holds it; a partner's own words first. */
const declarations = (events: ReadonlyArray<RecordedEvent>, originals: Originals): ReadonlyMap<string, Json> =>
  new Map(
    events.flatMap((event) => {
      if (event.type !== "LotReportReversed" && event.type !== "ReportReversed") return []
      const declaration = originals.get(hex(event.metadata.digest))?.event.errorDeclaration ?? {
        declarationTime: iso(event.recordedAt),
        reason: "did_not_occur",
        "traveler:reason": event.data.reason
      }
      return [[placeOf(event, event.data.version), declaration] as const]
    })
  )

const inOrder = (left: RecordedEvent, right: RecordedEvent): number =>
  instant(left.metadata.occurredAt) - instant(right.metadata.occurredAt) ||
  left.partition - right.partition ||
  left.offset - right.offset

/** The standard's own, in whichever version and from wherever: every document has it once. */
const isStandard = (context: Json): boolean => typeof context === "string" && context.endsWith("/epcis-context.jsonld")

const asWritten = ({ context, event }: Original, recordedAt: number): JsonObject => {
  const { "@context": within, ...said } = event
  const all = [...each(context), ...each(within)].filter((one) => !isStandard(one))
  // Each once, which the schema asks for; the later of two equal ones is the one that rules.
  const texts = all.map(writeJson)
  const own = all.filter((_, place) => texts.lastIndexOf(texts[place] ?? "") === place)
  return {
    ...(own.length === 0 ? {} : { "@context": own }),
    ...said,
    eventID: event.eventID ?? hashOf({ context, event }),
    recordTime: iso(recordedAt)
  }
}

/** An import's ids are the hash of the event and a number: the messages that one event became have one hash. */
const importedAs = ({ metadata }: RecordedEvent): string | undefined =>
  /^(ni:\/\/\/sha-256;[\da-f]{64}\?ver=CBV2\.0)\/\d+$/.exec(identity(metadata).messageId)?.[1]

interface Told {
  readonly event: RecordedEvent
  readonly said: ReadonlyArray<JsonObject>
  readonly declaration?: Json
  readonly original?: Original
}

/**
 * Whether what became of a partner's event can be told by that event: not where some of it was taken back and some was
 * not, nor where the bytes of some are gone or were repaired. It would say what isn't so, or say it twice.
 */
const isOneEvent = (told: ReadonlyArray<Told>): boolean =>
  told.every(({ original }) => original !== undefined) &&
  new Set(told.map(({ declaration }) => declaration !== undefined)).size === 1

/** In the order in which it happened; a partner's event that became several messages is there once. */
export const epcisEvents = (
  events: ReadonlyArray<RecordedEvent>,
  originals: Originals = new Map()
): ReadonlyArray<JsonObject> => {
  const declared = declarations(events, originals)
  const told = events.toSorted(inOrder).flatMap((event): ReadonlyArray<Told> => {
    const said = saidBy(event)
    if (said.length === 0) return []
    const declaration = declared.get(placeOf(event, event.version))
    // A repaired message has the partner's event still with it, which says what was wrong.
    const original = event.metadata.corrects === undefined ? originals.get(hex(event.metadata.digest)) : undefined
    return [
      {
        event,
        said,
        ...(declaration === undefined ? {} : { declaration }),
        ...(original === undefined ? {} : { original })
      }
    ]
  })
  const together = Map.groupBy(told, ({ event }) => importedAs(event))
  const asTheyCame = new Set([...together].flatMap(([hash, of]) => (isOneEvent(of) ? [hash] : [])))
  const written = new Set<string>()
  return told.flatMap(({ declaration, event, original, said }) => {
    const withDeclaration = (whole: JsonObject): JsonObject =>
      declaration === undefined ? whole : { errorDeclaration: declaration, ...whole }
    const hash = importedAs(event)
    if (hash === undefined || original === undefined || !asTheyCame.has(hash))
      return said.map((one) => withDeclaration(enveloped(event, one)))
    if (written.has(hash)) return []
    written.add(hash)
    return [withDeclaration(asWritten(original, event.recordedAt))]
  })
}

/** One event a line. Made of nothing but the events: it is of the time when the last of them was recorded. */
export const epcisDocument = (events: ReadonlyArray<RecordedEvent>, originals?: Originals): string => {
  const created = events.reduce((latest, { recordedAt }) => Math.max(latest, recordedAt), 0)
  const head = { "@context": context, type: "EPCISDocument", schemaVersion: "2.0", creationDate: iso(created) }
  const list = epcisEvents(events, originals).map(writeJson).join(",\n")
  return `${writeJson(head).slice(0, -1)},"epcisBody":{"eventList":[\n${list}\n]}}\n`
}
