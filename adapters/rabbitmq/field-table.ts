// AMQP field tables, which hold a message's headers, decoded. For adapters/rabbitmq only.
// Types as RabbitMQ reads and writes them: https://www.rabbitmq.com/amqp-0-9-1-errata#section_3
import { knownText } from "./known-texts.ts"

export type Headers = { readonly [name: string]: unknown }

/** Their types by the letter that stands before each. */
const kind = {
  text: 0x53,
  boolean: 0x74,
  int8: 0x62,
  uint8: 0x42,
  int16: 0x73,
  uint16: 0x75,
  int32: 0x49,
  uint32: 0x69,
  int64: 0x6c,
  /** Another letter for the same. */
  long: 0x4c,
  timestamp: 0x54,
  float: 0x66,
  double: 0x64,
  decimal: 0x44,
  bytes: 0x78,
  array: 0x41,
  table: 0x46,
  nothing: 0x56
} as const

/** The tables that stand within a table, and the arrays: a sender may nest them, not without end. */
const deepest = 16

/** One value after the other. Throws a RangeError where bytes are none of RabbitMQ's. */
class FieldReader {
  readonly #bytes: Buffer
  #at: number
  /** Nothing is read beyond: that of the frame, then of the table or array that is being read. */
  #limit: number

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes
    this.#at = at
    this.#limit = end
  }

  table(depth: number): Headers {
    const headers: { [name: string]: unknown } = {}
    this.#within(() => {
      const at = this.#skip(1 + (this.#bytes[this.#at] ?? 0))
      const name = knownText(this.#bytes, at + 1, this.#at)
      headers[name] = this.#value(depth)
    })
    return headers
  }

  #array(depth: number): ReadonlyArray<unknown> {
    const values: Array<unknown> = []
    this.#within(() => values.push(this.#value(depth)))
    return values
  }

  /** Field after field until the table or array ends. */
  #within(readField: () => void): void {
    const end = this.#end()
    const outer = this.#limit
    if (end > outer) throw new RangeError("A table is longer than what it stands in")
    this.#limit = end
    while (this.#at < end) readField()
    this.#limit = outer
  }

  #end(): number {
    const at = this.#skip(4)
    return this.#at + this.#bytes.readUInt32BE(at)
  }

  /** Where what is passed over begins. */
  #skip(length: number): number {
    const at = this.#at
    this.#at += length
    if (this.#at > this.#limit) throw new RangeError("A field is longer than what it stands in")
    return at
  }

  #value(depth: number): unknown {
    if (depth > deepest) throw new RangeError("A table is nested too deep")
    const bytes = this.#bytes
    switch (bytes[this.#skip(1)]) {
      case kind.text: {
        const end = this.#end()
        return bytes.toString("utf8", this.#skip(end - this.#at), end)
      }
      case kind.boolean:
        return bytes[this.#skip(1)] !== 0
      case kind.int8:
        return bytes.readInt8(this.#skip(1))
      case kind.uint8:
        return bytes.readUInt8(this.#skip(1))
      case kind.int16:
        return bytes.readInt16BE(this.#skip(2))
      case kind.uint16:
        return bytes.readUInt16BE(this.#skip(2))
      case kind.int32:
        return bytes.readInt32BE(this.#skip(4))
      case kind.uint32:
        return bytes.readUInt32BE(this.#skip(4))
      case kind.int64:
      case kind.long:
        return Number(bytes.readBigInt64BE(this.#skip(8)))
      case kind.timestamp:
        return Number(bytes.readBigUInt64BE(this.#skip(8)))
      case kind.float:
        return bytes.readFloatBE(this.#skip(4))
      case kind.double:
        return bytes.readDoubleBE(this.#skip(8))
      case kind.decimal: {
        const at = this.#skip(5)
        return { scale: bytes.readUInt8(at), value: bytes.readUInt32BE(at + 1) }
      }
      case kind.bytes: {
        const end = this.#end()
        return bytes.subarray(this.#skip(end - this.#at), end)
      }
      case kind.array:
        return this.#array(depth + 1)
      case kind.table:
        return this.table(depth + 1)
      case kind.nothing:
        return null
      default:
        throw new RangeError("A field is of no type that RabbitMQ knows")
    }
  }
}

/** The table that begins at `at`, in a frame that ends at `end`; no headers where it can't be read. */
export const fieldTable = (bytes: Buffer, at: number, end: number): Headers => {
  try {
    return new FieldReader(bytes, at, end).table(0)
  } catch {
    // The broker reads every table that it passes on; should one come that we can't, its message is judged without.
    return {}
  }
}
