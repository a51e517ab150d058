// Deliveries of a rabbitmq-client channel with the bytes as sent. For adapters/rabbitmq only.
// The client parses bodies by content type (`0.1000000000000000055` becomes 0.1, a repeated key vanishes), so its body
// handling is replaced on the one channel that consumes. This relies on internals of the pinned version:
// test/adapters/rabbitmq/raw-channel.* fail when they change.
import type { Channel, HeaderFields } from "rabbitmq-client"
import { TechnicalFailure } from "../../core/failure.ts"

export const pinnedVersion = "5.0.8"

/** `basic.deliver`, class 60 method 60. The client's own enum is not there at run time. */
const basicDeliver = 0x003c003c

export interface RawDelivery {
  readonly deliveryTag: number
  readonly redelivered: boolean
  readonly exchange: string
  readonly routingKey: string
  readonly properties: HeaderFields
  readonly body: Uint8Array
}

type BodyFrame = { readonly payload: Buffer }

interface Internals {
  readonly _state: {
    incoming?:
      | {
          readonly methodFrame: {
            readonly methodId: number
            readonly params: Omit<RawDelivery, "properties" | "body">
          }
          readonly headerFrame?: { readonly bodySize: number; readonly fields: HeaderFields }
          readonly chunks: Array<Buffer>
          received: number
        }
      | undefined
  }
  _onBody: (frame?: BodyFrame) => void
}

const hasInternals = (channel: Channel): channel is Channel & Internals =>
  "_onBody" in channel &&
  typeof channel._onBody === "function" &&
  "_state" in channel &&
  typeof channel._state === "object" &&
  channel._state !== null

/**
 * From now on what is delivered on `channel` goes to `sink`, at once and synchronously, instead of to the callback of
 * `basicConsume`. A body that fits a frame is a view on what was read from the socket, not a copy. `sink` must not
 * throw: the client would drop the connection.
 */
export const interceptDeliveries = (
  channel: Channel,
  sink: (delivery: RawDelivery) => void
): TechnicalFailure | undefined => {
  if (!hasInternals(channel)) {
    return new TechnicalFailure({
      field: "rabbitmq-client",
      value: "no _onBody",
      reason: `adapters/rabbitmq/raw-channel.ts is made for version ${pinnedVersion}`,
      nextStep: "Install the packages with npm ci"
    })
  }
  const original = channel._onBody
  let size = 0
  channel._onBody = (frame) => {
    const incoming = channel._state.incoming
    const header = incoming?.headerFrame
    if (incoming === undefined || header === undefined || incoming.methodFrame.methodId !== basicDeliver) {
      original.call(channel, frame)
      return
    }
    if (frame !== undefined) {
      incoming.chunks[incoming.received++] = frame.payload
      size += frame.payload.length
    }
    // By size and not by the count of frames, which the client reckons from the frame size it asked for.
    if (size < header.bodySize) return
    size = 0
    channel._state.incoming = undefined
    const { deliveryTag, redelivered, exchange, routingKey } = incoming.methodFrame.params
    const { chunks, received } = incoming
    const body = received === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks.slice(0, received))
    sink({ deliveryTag, redelivered, exchange, routingKey, properties: header.fields, body })
  }
  return undefined
}
