// Items that somebody has open in the ERP: what moves them goes one document at a time, after pauses that grow, and
// everything else flows. Used by the poster alone.
import type { StreamName } from "../../core/journal/stream.ts"
import type { ItemId, PostingKey } from "../../core/plant/identifiers.ts"
import type { Document } from "../../core/port/erp.ts"
import type { Posting } from "./poster-queue.ts"

const longestPauseMillis = 60_000
/** Since the ERP said last that it is open there; until then documents go one at a time. */
const forgottenAfterMillis = 2 * longestPauseMillis

interface Locked {
  /** On `performance.now()`, as all times here. */
  saidAt: number
  pauseMillis: number
  notBefore: number
  /** The document that is on its way. */
  sent: PostingKey | undefined
  /** Streams whose next document moves it, the first that came first. */
  readonly waiting: Set<StreamName>
}

const itemsOf = ({ movements = [] }: Document): ReadonlyArray<ItemId> => [
  ...new Set(movements.map(({ itemId }) => itemId))
]

/** Those that the ERP names; any of them may be the one where it names none. */
const namedIn = (document: Document, reason: string): ReadonlyArray<ItemId> => {
  const items = itemsOf(document)
  const named = items.filter((item) => reason.includes(item))
  return named.length > 0 ? named : items
}

export const lockedItems = (pauseMillis: number) => {
  const known = new Map<string, Locked>()
  const keyOf = (document: Document, item: ItemId) => `${document.plant}\n${item}`

  const lockedOf = (document: Document): ReadonlyArray<Locked> => {
    if (known.size === 0) return []
    return itemsOf(document).flatMap((item) => known.get(keyOf(document, item)) ?? [])
  }

  const isFree = ({ notBefore, sent }: Locked) => sent === undefined && performance.now() >= notBefore

  return {
    /** Whether it may be sent now, which it is until it is `over`. If not, its stream waits. */
    begin: ({ document, stream }: Pick<Posting, "document" | "stream">): boolean => {
      const locked = lockedOf(document)
      const inTheWay = locked.find((item) => !isFree(item))
      if (inTheWay !== undefined) {
        inTheWay.waiting.add(stream)
        return false
      }
      for (const item of locked) item.sent = document.key
      return true
    },

    /** The ERP refuses it because somebody has an item open. Those that were on their way at once say one thing. */
    locked: (document: Document, reason: string): void => {
      const now = performance.now()
      for (const item of namedIn(document, reason)) {
        const key = keyOf(document, item)
        const before = known.get(key)
        if (before === undefined) {
          const notBefore = now + pauseMillis
          known.set(key, { saidAt: now, pauseMillis, notBefore, sent: undefined, waiting: new Set() })
          continue
        }
        before.saidAt = now
        if (before.sent !== document.key) continue
        before.pauseMillis = Math.min(2 * before.pauseMillis, longestPauseMillis)
        before.notBefore = now + before.pauseMillis
      }
    },

    /** Whatever became of it. */
    over: (document: Document): void => {
      const now = performance.now()
      for (const item of lockedOf(document)) {
        if (item.sent !== document.key) continue
        item.sent = undefined
        if (item.notBefore <= now) item.pauseMillis = pauseMillis
      }
    },

    /** Streams that are best left out when it is asked what may be sent. One of each item that is free now isn't among them. */
    waiting: (): ReadonlySet<StreamName> => {
      const streams = new Set<StreamName>()
      const now = performance.now()
      for (const [key, item] of known) {
        if (item.sent === undefined && now - item.saidAt > forgottenAfterMillis) known.delete(key)
        else {
          const [first] = isFree(item) ? item.waiting : []
          if (first !== undefined) item.waiting.delete(first)
          for (const stream of item.waiting) streams.add(stream)
        }
      }
      return streams
    }
  }
}

export type LockedItems = ReturnType<typeof lockedItems>
