// Reads a connection's frames in place of rabbitmq-client's own reader, once it is open. For adapters/rabbitmq only.
// Why: the client parses bodies by content type (`0.1000000000000000055` becomes 0.1, a repeated key vanishes), where
// the ingress needs the bytes as sent; and it awaits two promises a frame, six a message, where all that one read of
// the socket brings can be taken at once. Only deliveries are taken here; every other frame is given to the client.
// This relies on internals of the pinned version: test/adapters/rabbitmq/frame-reader.* fail when they change.
import type { Socket } from "node:net"
import { Result } from "effect"
import type { Channel, Connection } from "rabbitmq-client"
import * as codec from "rabbitmq-client/lib/codec.js"
import { TechnicalFailure } from "../../core/failure.ts"
import { DeliveryFrames } from "./delivery-frames.ts"

export const pinnedVersion = "5.0.8"

/** Gets a channel's deliveries, at once and synchronously. It must not throw: the connection would be dropped. */
export type Sink = (delivery: DeliveryFrames) => void

const frame = { method: 1, header: 2, body: 3, end: 0xce, headLength: 7 } as const

type Read = (length: number) => Promise<Buffer>
type DecodeFrame = (read: Read) => Promise<unknown>

interface Internals {
  readonly _socket: Socket
  /** Without a frame it only notes that the broker is alive. */
  readonly _handleChunk: (frame?: unknown) => void
}

const hasInternals = (connection: Connection): connection is Connection & Internals =>
  "_handleChunk" in connection && typeof connection._handleChunk === "function" && "_socket" in connection

const isDecoder = (value: unknown): value is DecodeFrame => typeof value === "function"

const otherVersion = () =>
  new TechnicalFailure({
    field: "rabbitmq-client",
    value: "other internals",
    reason: `adapters/rabbitmq/frame-reader.ts is made for version ${pinnedVersion}`,
    nextStep: "Install the packages that package-lock.json names"
  })

/** A channel whose deliveries are taken, and the one of them that lacks frames. */
interface Intercepted {
  readonly sink: Sink
  begun: DeliveryFrames | undefined
}

export interface FrameReader {
  /** From now on, and until it closes, the channel's deliveries go to `sink` and not to `basicConsume`'s callback. */
  readonly intercept: (channel: Channel, sink: Sink) => void
}

/** For a connection that was just made: it takes over at each (re)connection, before a channel is opened. */
export const readFrames = (connection: Connection): Result.Result<FrameReader, TechnicalFailure> => {
  const decodeFrame = "decodeFrame" in codec ? codec.decodeFrame : undefined
  if (!hasInternals(connection) || !isDecoder(decodeFrame)) return Result.fail(otherVersion())
  let channels = new Map<number, Intercepted>()
  connection.on("connection", () => {
    channels = new Map()
    new Reading(connection, decodeFrame, channels).begin()
  })
  return Result.succeed({
    intercept: (channel, sink) => {
      const current = channels
      const intercepted: Intercepted = { sink, begun: undefined }
      current.set(channel.id, intercepted)
      channel.on("close", () => {
        if (current.get(channel.id) === intercepted) current.delete(channel.id)
      })
    }
  })
}

/** One socket's frames, from the connection's opening to its end. */
class Reading {
  readonly #connection: Connection & Internals
  readonly #decodeFrame: DecodeFrame
  readonly #channels: ReadonlyMap<number, Intercepted>
  readonly #socket: Socket
  #unread: Buffer = Buffer.alloc(0)
  /** The client is decoding a frame, which takes it a few microtasks: those behind it wait, so that order is kept. */
  #waits = false

  constructor(
    connection: Connection & Internals,
    decodeFrame: DecodeFrame,
    channels: ReadonlyMap<number, Intercepted>
  ) {
    this.#connection = connection
    this.#decodeFrame = decodeFrame
    this.#channels = channels
    this.#socket = connection._socket
  }

  /** The client's reader stays, and ends with the socket; nothing wakes it before. */
  begin(): void {
    this.#socket.removeAllListeners("readable")
    this.#socket.on("data", (chunk: Buffer) => {
      this.#connection._handleChunk()
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
      this.#take()
    })
    this.#socket.resume()
  }

  #take(): void {
    let at = 0
    const unread = this.#unread
    try {
      while (!this.#waits && unread.length - at >= frame.headLength) {
        const end = at + frame.headLength + unread.readUInt32BE(at + 3) + 1
        if (unread.length < end) break
        if (unread[end - 1] !== frame.end) throw new Error("A frame without its end")
        if (!this.#isDelivery(unread, at, end)) this.#letClientDecode(unread.subarray(at, end))
        at = end
      }
      this.#unread = unread.subarray(at)
    } catch (cause) {
      this.#drop(cause)
    }
  }

  /** Whether the frame from `at` to `end` was part of a delivery to one of our channels; else it is the client's. */
  #isDelivery(bytes: Buffer, at: number, end: number): boolean {
    const channel = this.#channels.get(bytes.readUInt16BE(at + 1))
    if (channel === undefined) return false
    const payload = at + frame.headLength
    if (bytes[at] === frame.method) {
      if (bytes.readUInt32BE(payload) !== codec.Cmd.BasicDeliver) return false
      channel.begun = new DeliveryFrames(bytes, payload)
      return true
    }
    const { begun } = channel
    if (begun === undefined) return false
    if (bytes[at] === frame.header) begun.addHeader(bytes, payload, end - 1)
    else if (bytes[at] === frame.body) begun.addBody(bytes, payload, end - 1)
    else return false
    if (begun.isWhole) {
      channel.begun = undefined
      channel.sink(begun)
    }
    return true
  }

  #letClientDecode(bytes: Buffer): void {
    this.#waits = true
    let at = 0
    const read: Read = async (length) => {
      at += length
      return bytes.subarray(at - length, at)
    }
    this.#decodeFrame(read)
      .then((decoded) => {
        this.#connection._handleChunk(decoded)
        this.#waits = false
        this.#take()
      })
      .catch((cause: unknown) => this.#drop(cause))
  }

  /** What can't be read makes all that follows unreadable. */
  #drop(cause: unknown): void {
    this.#waits = true
    this.#socket.destroy(cause instanceof Error ? cause : new Error(String(cause)))
  }
}
