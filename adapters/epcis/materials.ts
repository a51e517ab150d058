// What an event of EPCIS is about, in the plant's own words: lots and quantities, where, from whom and to whom, by which
// document, when. Pure; used by `messages.ts` and what it is put together from.
import { DataQualityIssue } from "../../core/failure.ts"
import type { plantMessages } from "../../core/message/catalogue.ts"
import type { EpcisEvent } from "./event.ts"
import { canonicalValue } from "./hash/values.ts"
import { locationOf, type Material, materialOf, ownText, partnerOf } from "./identifiers.ts"
import type { Json, JsonObject } from "./json.ts"
import type { ReadEvent } from "./read.ts"

/** So much of it; nothing said of how much where there is no quantity. */
export interface Line {
  readonly material: Material
  readonly quantity?: { readonly value: string; readonly unit: string }
}

/** A part of an event that no message can say, and why. */
export interface Unsaid {
  readonly what: string
  readonly why: string
}

/** A message, not yet checked by its schema. */
export interface Meant {
  readonly type: keyof typeof plantMessages
  readonly body: JsonObject
}

export interface Meaning {
  readonly messages: ReadonlyArray<Meant>
  readonly unsaid: ReadonlyArray<Unsaid>
}

export interface Lines {
  readonly lines: ReadonlyArray<Line>
  readonly unsaid: ReadonlyArray<Unsaid>
}

type Elements = EpcisEvent["quantityList"]
type OwnQuantities = EpcisEvent["traveler:quantities"]

/** `own` has the quantities in units that EPCIS has no word for, one for each such element of its class in turn. */
export const linesOf = (epcs: ReadonlyArray<string> = [], elements: Elements = [], own: OwnQuantities = []): Lines => {
  const lines: Array<Line> = []
  const unsaid: Array<Unsaid> = []
  const add = (uri: string, quantity: Line["quantity"]) => {
    const material = materialOf(uri)
    if (material === undefined)
      unsaid.push({ what: uri, why: "It names neither a lot nor an item that Traveler knows" })
    else lines.push(quantity === undefined ? { material } : { material, quantity })
  }
  for (const uri of epcs) add(uri, { value: "1", unit: "EA" })
  const seen = new Map<string, number>()
  for (const { epcClass, quantity, uom = "EA" } of elements) {
    if (quantity !== undefined) {
      add(epcClass, { value: quantity, unit: uom })
      continue
    }
    const place = seen.get(epcClass) ?? 0
    seen.set(epcClass, place + 1)
    const said = own.filter((one) => one["traveler:epcClass"] === epcClass)[place]
    add(epcClass, said && { value: said["traveler:quantity"], unit: said["traveler:unit"] })
  }
  return { lines, unsaid }
}

const words = {
  bizStep: "https://ref.gs1.org/cbv/BizStep-",
  disposition: "https://ref.gs1.org/cbv/Disp-",
  transaction: "https://ref.gs1.org/cbv/BTT-",
  party: "https://ref.gs1.org/cbv/SDT-"
} as const

/** A word of the standard's vocabulary, however it is written; anything else as it stands. */
export const word = (
  text: string | undefined,
  of: keyof typeof words,
  { namespaces }: ReadEvent
): string | undefined => {
  if (text === undefined) return undefined
  const uri = canonicalValue(text, namespaces, words[of])
  return uri.startsWith(words[of]) ? uri.slice(words[of].length) : uri
}

/** The plant's clock when it happened. */
export const occurredAt = ({ eventTime, eventTimeZoneOffset }: EpcisEvent): string => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(eventTimeZoneOffset) ?? []
  const shift = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60_000 : 60_000)
  const local = new Date(Date.parse(eventTime) + shift).toISOString()
  return `${local.slice(0, -1).replace(/\.000$/, "")}${eventTimeZoneOffset}`
}

/** Of these types, the first that the event has; in the order given. */
export const documentOfType = (read: ReadEvent, ...types: ReadonlyArray<string>): string | undefined => {
  const uri = transactionOfType(read, ...types)
  return uri === undefined ? undefined : ownText(uri)
}

export const transactionOfType = (read: ReadEvent, ...types: ReadonlyArray<string>): string | undefined => {
  const all = read.said.bizTransactionList ?? []
  return types.flatMap((type) => all.filter((one) => word(one.type, "transaction", read) === type))[0]?.bizTransaction
}

type End = "sourceList" | "destinationList"

const ends = (read: ReadEvent, end: End) =>
  end === "sourceList"
    ? (read.said.sourceList ?? []).map(({ source, type }) => ({ type, uri: source }))
    : (read.said.destinationList ?? []).map(({ destination, type }) => ({ type, uri: destination }))

const endOfType = (read: ReadEvent, end: End, ...types: ReadonlyArray<string>): string | undefined =>
  types.flatMap((type) => ends(read, end).filter((one) => word(one.type, "party", read) === type))[0]?.uri

/** Who has it counts before who owns it. */
export const partner = (read: ReadEvent, end: End) => {
  const uri = endOfType(read, end, "possessing_party", "owning_party")
  return uri === undefined ? undefined : partnerOf(uri)
}

export const locationAt = (read: ReadEvent, end: End) => {
  const uri = endOfType(read, end, "location")
  return uri === undefined ? undefined : locationOf(uri)
}

const locationIn = (place: EpcisEvent["readPoint"]) => (place === undefined ? undefined : locationOf(place.id))

/** Where it has been since. */
export const keptIn = ({ said }: ReadEvent) => locationIn(said.bizLocation)

/** What was there before: a partner's read point is a door or a scanner, Traveler's own is where the stock was. */
export const takenFrom = ({ said }: ReadEvent) =>
  said["traveler:event"] === undefined ? undefined : locationIn(said.readPoint)

/** Members that have nothing to say are left out. */
export const withoutGaps = (members: { readonly [name: string]: Json | undefined }): JsonObject =>
  Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

export const materialJson = ({ material, quantity }: Line): JsonObject =>
  withoutGaps({ ...material, quantity: quantity === undefined ? undefined : { ...quantity } })

export const notUnderstood = (field: string, value: string, reason: string) =>
  new DataQualityIssue({ field, value, reason, nextStep: "See docs/epcis.md for what an event may say" })
