// Protobuf on the wire: what is encoded once, and a growing buffer for what is encoded span by span. For
// adapters/telemetry only. Encoding: https://protobuf.dev/programming-guides/encoding
const varint = (value: number): Array<number> =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]

export const varintSize = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5

/** Tag and length of a length-delimited field. */
export const fieldHead = (number: number, length: number): Buffer =>
  Buffer.from([...varint((number << 3) | 2), ...varint(length)])

/** A length-delimited field, for what is encoded once and copied often. */
export const field = (number: number, content: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(content)
  return Buffer.concat([fieldHead(number, bytes.length), bytes])
}

const nibbles = new Uint8Array(128)
for (let digit = 0; digit < 16; digit++) nibbles[digit.toString(16).charCodeAt(0)] = digit

/** Bytes being written. `room` first: no other method looks at the buffer's end. */
export class Bytes {
  buffer: Buffer
  at = 0

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size)
  }

  room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.at + bytes))
    larger.set(this.buffer.subarray(0, this.at))
    this.buffer = larger
  }

  byte(value: number): void {
    this.buffer[this.at++] = value
  }

  pair(first: number, second: number): void {
    this.buffer[this.at] = first
    this.buffer[this.at + 1] = second
    this.at += 2
  }

  copy(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.buffer[this.at++] = rest
  }

  fixed32(value: number): void {
    const { buffer, at } = this
    buffer[at] = value
    buffer[at + 1] = value >>> 8
    buffer[at + 2] = value >>> 16
    buffer[at + 3] = value >>> 24
    this.at = at + 4
  }

  /** A time as fixed64 nanoseconds. They don't fit a double, so the product is made in two halves of 32 bits. */
  time(micros: number): void {
    const high = Math.floor(micros / 0x100000000)
    const low = (micros - high * 0x100000000) * 1000
    const carry = Math.floor(low / 0x100000000)
    this.fixed32(low - carry * 0x100000000)
    this.fixed32(high * 1000 + carry)
  }

  /** `bytes` bytes from the hexadecimal digits of `text`, from the character `from` on. */
  hex(text: string, from: number, bytes: number): void {
    const { buffer } = this
    let at = this.at
    for (let index = from; index < from + bytes * 2; index += 2) {
      buffer[at++] = ((nibbles[text.charCodeAt(index)] ?? 0) << 4) | (nibbles[text.charCodeAt(index + 1)] ?? 0)
    }
    this.at = at
  }

  /** Writes plain text at a place further on; false, and nothing worth keeping, if it isn't plain. */
  ascii(text: string, at: number): boolean {
    const { buffer } = this
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code > 0x7f) return false
      buffer[at + index] = code
    }
    return true
  }
}
