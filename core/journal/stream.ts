// Stream names and the partition that a name belongs to. Anyone may import this file.
import { Brand } from "effect"
import type { CaseId, ItemId, LotId, OrderId, PlantId, RecallId, WorkCenterId } from "../plant/identifiers.ts"
import type { LotKey, LotScope } from "../plant/lot.ts"
import type { MasterDataKey } from "../plant/master-data.ts"
import { type OccurredAt, plantDay } from "../plant/time.ts"
import { hex, sha256 } from "./hash.ts"

const encoder = new TextEncoder()

/** `order/<plant>/<order>`, `lot/<scope>/<item>/<lot>`, `case/<id>`: the category, then what makes it unique. */
export type StreamName = string & Brand.Brand<"StreamName">
export const StreamName = Brand.nominal<StreamName>()

/** What the names of all orders of a plant begin with. */
export const ordersOf = (plant: PlantId): string => `order/${plant}/`
export const orderStream = (plant: PlantId, order: OrderId): StreamName => StreamName(`${ordersOf(plant)}${order}`)
/** The plant itself: what people decided of it. */
export const plantStream = (plant: PlantId): StreamName => StreamName(`plant/${plant}`)
export const caseStream = (id: CaseId): StreamName => StreamName(`case/${id}`)

/** Scope and item as they stand in a name that is cut at `/`. */
const escaped = (part: string): string => part.replaceAll("%", "%25").replaceAll("/", "%2F")
const unescaped = (part: string): string => part.replaceAll("%2F", "/").replaceAll("%25", "%")

/** What the names of all lots of a scope begin with. */
export const lotsIn = (scope: LotScope): string => `lot/${escaped(scope)}/`
export const lotStream = ({ itemId, lotId, scope }: LotKey): StreamName =>
  StreamName(`${lotsIn(scope)}${escaped(itemId)}/${lotId}`)

/** Its name without the number: lots of one item and scope begin alike. */
export const lotKindOf = (lot: StreamName): string =>
  lot.slice(0, lot.indexOf("/", lot.indexOf("/", "lot/".length) + 1))

/** Of parts of a name that was made of them, so that there is nothing to check in them. */
const scopeIn = Brand.nominal<LotScope>()
const itemIn = Brand.nominal<ItemId>()
const numberIn = Brand.nominal<LotId>()

/** The lot of a stream of category `lot`. */
export const lotOf = (stream: StreamName): LotKey => {
  const [, scope = "", itemId = ""] = stream.split("/", 3)
  const lotId = stream.slice("lot/".length + scope.length + itemId.length + 2)
  return { scope: scopeIn(unescaped(scope)), itemId: itemIn(unescaped(itemId)), lotId: numberIn(lotId) }
}

/** Each version of what has versions is a stream of its own. */
export const masterDataStream = (plant: PlantId, { id, kind, version }: MasterDataKey): StreamName =>
  StreamName(`masterData/${plant}/${kind}/${escaped(id)}${version === undefined ? "" : `/${version}`}`)

/** What the names of all days of a work center begin with. */
export const equipmentOf = (plant: PlantId, workCenter: WorkCenterId): string =>
  `equipment/${plant}/${escaped(workCenter)}/`
/**
 * Of one day: a work center has no end, its stream has. An actor keeps the id of each message, and what a gateway sends
 * every few seconds makes a month's too many for a snapshot.
 */
export const equipmentStream = (plant: PlantId, workCenter: WorkCenterId, occurredAt: OccurredAt): StreamName =>
  StreamName(`${equipmentOf(plant, workCenter)}${plantDay(occurredAt)}`)

/** What was found at a plant in a month, `yyyy-mm`. */
export const reconciliationStream = (plant: PlantId, month: string): StreamName =>
  StreamName(`reconciliation/${plant}/${month}`)

export const recallStream = (id: RecallId): StreamName => StreamName(`recall/${id}`)

export const category = (stream: StreamName): string => stream.slice(0, stream.indexOf("/"))

/** What follows `order/`, `plant/` or `case/`. */
export const plantOf = (stream: StreamName): string => stream.split("/", 2)[1] ?? ""
export const orderOf = (stream: StreamName): string => stream.slice(stream.indexOf("/", stream.indexOf("/") + 1) + 1)

/** A name as it stands in an id made of it: by its hash where it is longer than that. */
export const nameOrHash = (stream: StreamName, longest: number): string =>
  stream.length > longest ? `sha256:${hex(sha256(encoder.encode(stream)))}` : stream

/** Name of the hash below, stored with the database: another hash would send streams to other partitions. */
export const partitionHash = "fnv1a-32"

/** FNV-1a, 32 bits, over the name's UTF-8 bytes; the remainder by the count is the partition. */
export const partitionOf = (stream: StreamName, partitions: number): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < stream.length; index++) {
    const code = stream.charCodeAt(index)
    // Nearly every name is ASCII, whose characters are its bytes: no copy is made of it.
    if (code > 0x7f) return hashOf(encoder.encode(stream)) % partitions
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  return (hash >>> 0) % partitions
}

const hashOf = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
