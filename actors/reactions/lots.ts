// Reaction: what one lot's fact means for the lots at its other end.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, lotStream } from "../../core/journal/stream.ts"
import type { LotNotice, Passage } from "../../core/message/lot.ts"
import type { LotId, StorageLocationId } from "../../core/plant/identifiers.ts"
import { type LotKey, type LotScope, lotKey } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Incoming } from "../../core/port/door.ts"
import { type Reaction, reactionMessage } from "./reaction.ts"

const name = "lots"

interface Part {
  readonly lotId: LotId
  readonly scope?: LotScope
  readonly storageLocation?: StorageLocationId
  readonly quantity: Quantity
}

/** What is told to the lot at the other end. */
interface Line {
  readonly lot: LotKey
  readonly storageLocation?: StorageLocationId | undefined
  readonly quantity: Quantity
  readonly through: Passage
  readonly number: number
}

const tell = (event: RecordedEvent, { lot, number }: Line, message: LotNotice): Incoming =>
  reactionMessage(name, event, lotStream(lot), message, number)

const about = (event: RecordedEvent, { lot, quantity, storageLocation, through }: Line) => ({
  ...lot,
  occurredAt: event.metadata.occurredAt,
  quantity,
  through,
  ...(storageLocation === undefined ? {} : { storageLocation })
})

const derived = (event: RecordedEvent, from: LotKey, line: Line): Incoming => {
  const body = { ...about(event, line), from }
  return tell(event, line, { type: "LotDerived", body })
}

const passedOn = (event: RecordedEvent, to: LotKey, line: Line): Incoming => {
  const body = { ...about(event, line), to }
  return tell(event, line, { type: "LotPassedOn", body })
}

/** Each part is of the item and, where it names none, of the scope and at the place of the lot that it is a part of. */
const linesOf = (
  { itemId, scope }: LotKey,
  parts: ReadonlyArray<Part>,
  storageLocation: StorageLocationId | undefined,
  through: Passage
): ReadonlyArray<Line> =>
  parts.map((part, number) => ({
    lot: { itemId, lotId: part.lotId, scope: part.scope ?? scope },
    storageLocation: part.storageLocation ?? storageLocation,
    quantity: part.quantity,
    through,
    number
  }))

const notices = (event: RecordedEvent): ReadonlyArray<Incoming> | undefined => {
  switch (event.type) {
    case "LotSplit": {
      const lot = lotOf(event.stream)
      const { into, storageLocation } = event.data
      return linesOf(lot, into, storageLocation, "split").map((line) => derived(event, lot, line))
    }
    case "LotMerged": {
      const lot = lotOf(event.stream)
      const { from, storageLocation } = event.data
      return linesOf(lot, from, storageLocation, "merge").map((line) => passedOn(event, lot, line))
    }
    case "LotTransferred": {
      const lot = lotOf(event.stream)
      const { quantity, storageLocation, to } = event.data
      const line: Line = { lot: lotKey(to, lot.scope), storageLocation, quantity, through: "transfer", number: 0 }
      return [derived(event, lot, line)]
    }
    default:
      return undefined
  }
}

export const lots: Reaction = {
  name,
  react: (event) => {
    const sent = notices(event)
    return sent === undefined ? undefined : Effect.succeed(sent)
  }
}
