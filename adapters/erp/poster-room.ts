// The streams that the poster has in hand, and how much room each way of finding them has. Used by `poster-hand.ts` alone.
import { Effect, Latch } from "effect"
import type { StreamName } from "../../core/journal/stream.ts"

/** A part of the room: of one way of finding what may be sent. */
export interface Share {
  /** So many more streams may be taken in hand. */
  readonly free: () => number
  /** Waits until there is room enough to be worth a question. */
  readonly room: Effect.Effect<void>
  readonly add: (stream: StreamName) => void
}

export interface Room {
  readonly has: (stream: StreamName) => boolean
  readonly streams: ReadonlySet<StreamName>
  /** Outside of all shares: what was sent before is asked for also when all is full. */
  readonly add: (stream: StreamName) => void
  readonly delete: (stream: StreamName) => void
  readonly share: () => Share
}

/**
 * Room for `places` streams. A share takes three quarters of them at most, so that no way of finding streams, however
 * many it finds, keeps the others from sending any.
 */
export const makeRoom = (places: number): Room => {
  const streams = new Set<StreamName>()
  const shares: Array<{ readonly own: Set<StreamName>; readonly left: Latch.Latch }> = []
  const most = Math.ceil((places * 3) / 4)
  const least = Math.ceil(places / 8)

  const share = (): Share => {
    const own = new Set<StreamName>()
    const left = Latch.makeUnsafe(false)
    shares.push({ own, left })
    const free = () => Math.min(places - streams.size, most - own.size)
    return {
      free,
      room: Effect.suspend(() => {
        left.closeUnsafe()
        return free() >= least ? Effect.void : left.await
      }).pipe(Effect.repeat({ until: () => free() >= least })),
      add: (stream) => {
        own.add(stream)
        streams.add(stream)
      }
    }
  }

  return {
    has: (stream) => streams.has(stream),
    streams,
    add: (stream) => void streams.add(stream),
    delete: (stream) => {
      streams.delete(stream)
      for (const { own, left } of shares) {
        own.delete(stream)
        left.openUnsafe()
      }
    },
    share
  }
}
