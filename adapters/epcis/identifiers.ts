// The plant's own identifiers as URIs, and back: GS1's where the id is one of GS1's, else ours, `urn:traveler:<kind>:…`.
// Pure; used inside adapters/epcis.
import { Result, Schema } from "effect"
import { ItemId, LotId, OrderId, PartnerId, type PlantId, StorageLocationId } from "../../core/plant/identifiers.ts"
import { type LotKey, LotScope } from "../../core/plant/lot.ts"
import { digitalLink, hasCheckDigit } from "./hash/digital-link.ts"

const gs1 = "https://id.gs1.org"
const own = "urn:traveler"

const enterprise = LotScope.make("enterprise")

const escaped = (part: string): string => encodeURIComponent(part.toWellFormed()).replaceAll("'", "%27")
const uri = (kind: string, ...parts: ReadonlyArray<string>): string => [own, kind, ...parts.map(escaped)].join(":")

/** Its parts, where it is one of ours and of that kind. */
const partsOf = (kind: string, uri: string): ReadonlyArray<string> => {
  const beginning = `${own}:${kind}:`
  if (!uri.startsWith(beginning)) return []
  return Result.getOrElse(
    Result.try(() => uri.slice(beginning.length).split(":").map(decodeURIComponent)),
    () => []
  )
}

/** What a partner's system names by a URI keeps it. */
const isUri = (text: string): boolean =>
  /^(https?:\/\/[a-z0-9.-]+\/|urn:[a-z0-9][a-z0-9-]*:|ni:\/\/\/)([\w.~:/?@!$&*+,;=-]|%[\dA-F]{2})+$/i.test(text)

const isGtin = (text: string): boolean => text.length === 14 && hasCheckDigit(text)
const isGln = (text: string): boolean => text.length === 13 && hasCheckDigit(text)

/** GS1's own notation for a serial number, in place of a lot's: a piece of its own is a lot of one. */
const serial = "(21)"
/** What GS1 allows in a lot or serial number, but for what would be mistaken for another's notation. */
const isGs1Number = (text: string): boolean => /^(?!\()[\w!"%&'()*+,./:;<=>?-]{1,20}$/.test(text)

/**
 * GS1 says that a lot number is unique for its GTIN, which here only the scope `enterprise` says: lots of other scopes are
 * named by all of scope, item and number, or two lots would become one.
 */
const gs1Number = ({ itemId, lotId, scope }: LotKey): string | undefined => {
  if (scope !== enterprise || !isGtin(itemId)) return undefined
  const isSerial = lotId.startsWith(serial)
  const number = isSerial ? lotId.slice(serial.length) : lotId
  return isGs1Number(number) ? `${gs1}/01/${itemId}/${isSerial ? 21 : 10}/${linked(number)}` : undefined
}

/** As a Digital Link has it: what JavaScript leaves unescaped is escaped there. */
const linked = (text: string): string =>
  escaped(text).replace(/[!()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

export const lotUri = (key: LotKey): string => gs1Number(key) ?? uri("lot", key.scope, key.itemId, key.lotId)

export const itemUri = (itemId: ItemId): string => (isGtin(itemId) ? `${gs1}/01/${itemId}` : uri("item", itemId))

/** Whether the URI names one piece, which has no quantity. */
export const isOnePiece = (uri: string): boolean => uri.startsWith(`${gs1}/01/`) && uri.includes("/21/")

export const plantUri = (plant: PlantId): string => uri("plant", plant)

export const locationUri = (plant: PlantId, location: StorageLocationId): string =>
  isGln(location) ? `${gs1}/414/${location}` : uri("location", plant, location)

export const partnerUri = (partner: PartnerId): string =>
  isGln(partner) ? `${gs1}/417/${partner}` : isUri(partner) ? partner : uri("partner", partner)

/** An order that a partner's transformation was taken for keeps that one's id. */
export const orderUri = (plant: PlantId, order: OrderId): string => (isUri(order) ? order : uri("order", plant, order))

/** What the plant names by a text alone. */
const textKinds = ["document", "test", "characteristic"] as const

export const textUri = (kind: (typeof textKinds)[number], text: string): string =>
  kind === "document" && isUri(text) ? text : uri(kind, text)

/** What an event of EPCIS is about: a lot, or an item without saying which lot. */
export interface Material {
  readonly itemId: ItemId
  readonly lotId?: LotId
  readonly scope?: LotScope
}

const isItem = Schema.is(ItemId)
const isLot = Schema.is(LotId)
const isScope = Schema.is(LotScope)
const isPartner = Schema.is(PartnerId)
const isOrder = Schema.is(OrderId)
const isLocation = Schema.is(StorageLocationId)

const decoded = (text: string): string | undefined =>
  Result.getOrElse(
    Result.try(() => decodeURIComponent(text)),
    () => undefined
  )

/** Undefined where it names neither: a pallet, a returnable container, something of a partner's own. */
export const materialOf = (uri: string): Material | undefined => {
  const [scope, ofLot, number] = partsOf("lot", uri)
  if (isScope(scope) && isItem(ofLot) && isLot(number)) return { scope, itemId: ofLot, lotId: number }
  const [item] = partsOf("item", uri)
  if (isItem(item)) return { itemId: item }
  const [, gtin, qualifier, value = ""] = /\/01\/(\d{14})(?:\/(10|21)\/(.+))?$/.exec(digitalLink(uri) ?? "") ?? []
  if (!isItem(gtin)) return undefined
  if (qualifier === undefined) return { itemId: gtin }
  const text = decoded(value)
  const lotId = qualifier === "21" ? `${serial}${text}` : text
  return isLot(lotId) && text !== undefined ? { scope: enterprise, itemId: gtin, lotId } : undefined
}

const keyIn = (uri: string, key: "414" | "417"): string | undefined =>
  new RegExp(`/${key}/(\\d{13})$`).exec(digitalLink(uri) ?? "")?.[1]

export const partnerOf = (uri: string): PartnerId | undefined => {
  const [ours] = partsOf("partner", uri)
  const partner = ours ?? keyIn(uri, "417") ?? keyIn(uri, "414") ?? uri
  return isPartner(partner) ? partner : undefined
}

export const orderIn = (uri: string): OrderId | undefined => {
  const [, order] = partsOf("order", uri)
  const id = order ?? uri
  return isOrder(id) ? id : undefined
}

export const locationOf = (uri: string): StorageLocationId | undefined => {
  const [, ours] = partsOf("location", uri)
  const location = ours ?? keyIn(uri, "414")
  return isLocation(location) ? location : undefined
}

/** What a document, a test or a characteristic is called here; a partner's own keeps its URI. */
export const ownText = (uri: string): string =>
  textKinds.map((kind) => partsOf(kind, uri)[0]).find((text) => text !== undefined) ?? uri
