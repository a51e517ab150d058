// Stream names and the partition that a name belongs to. Anyone may import this file.
import { Brand } from "effect"
import type { CaseId, OrderId, PlantId } from "../plant/identifiers.ts"

/** `order/<plant>/<order>`, `case/<id>`: the category, then what makes it unique. */
export type StreamName = string & Brand.Brand<"StreamName">
export const StreamName = Brand.nominal<StreamName>()

export const orderStream = (plant: PlantId, order: OrderId): StreamName => StreamName(`order/${plant}/${order}`)
export const caseStream = (id: CaseId): StreamName => StreamName(`case/${id}`)

export const category = (stream: StreamName): string => stream.slice(0, stream.indexOf("/"))

/** What follows `order/<plant>/` or `case/`. */
export const plantOf = (stream: StreamName): string => stream.split("/", 2)[1] ?? ""
export const orderOf = (stream: StreamName): string => stream.slice(stream.indexOf("/", stream.indexOf("/") + 1) + 1)

const encoder = new TextEncoder()

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
