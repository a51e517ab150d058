// One text for what every delivery repeats: its exchange, type, content type, names of headers. For adapters/rabbitmq
// only. A fresh text each would cost more to make than to find, and lives as long as its delivery does.

interface Known {
  readonly bytes: Uint8Array
  readonly text: string
}

/** Each in one place, by a hash of its bytes, so their number is bounded whatever senders make up. */
const places = 256
const known: Array<Known | undefined> = Array.from({ length: places })

/** A longer one is nothing that comes again. */
const longest = 64

const isAt = (bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean => {
  if (text.length !== to - from) return false
  for (let at = from; at < to; at++) if (bytes[at] !== text[at - from]) return false
  return true
}

/** FNV-1a. */
const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return hash >>> 0
}

/** The UTF-8 text from `from` to `to`: the same one as the last time where it was here lately. */
export const knownText = (bytes: Buffer, from: number, to: number): string => {
  if (to - from > longest) return bytes.toString("utf8", from, to)
  const place = hashOf(bytes, from, to) % places
  const found = known[place]
  if (found !== undefined && isAt(bytes, from, to, found.bytes)) return found.text
  const text = bytes.toString("utf8", from, to)
  known[place] = { bytes: Uint8Array.from(bytes.subarray(from, to)), text }
  return text
}
