// Reaction: what one lot's fact means for the lots at its other end, and what an order's material means for its lots.
import { Effect } from "effect"
import type { OrderEvent } from "../../core/event/order.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { Journal } from "../../core/journal/journal.ts"
import { lotOf, lotStream, orderOf, plantOf } from "../../core/journal/stream.ts"
import type { LotNotice, Passage } from "../../core/message/lot.ts"
import { type LotId, OrderId, PlantId, type StorageLocationId } from "../../core/plant/identifiers.ts"
import { type LotKey, type LotScope, lotKey, lotOfLine, partOf } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import type { Incoming } from "../../core/port/door.ts"
import { type Reaction, reactionMessage, reactionMetadata } from "./reaction.ts"

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
  lot: LotKey,
  parts: ReadonlyArray<Part>,
  storageLocation: StorageLocationId | undefined,
  through: Passage
): ReadonlyArray<Line> =>
  parts.map((part, number) => ({
    lot: partOf(lot, part),
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

const kinds = {
  MaterialConsumed: "LotConsumed",
  MaterialReturned: "LotReturned",
  MaterialProduced: "LotProduced"
} as const

type MaterialEvent = RecordedEvent & Extract<OrderEvent, { readonly type: keyof typeof kinds }>
const isMaterial = (event: RecordedEvent): event is MaterialEvent => event.type in kinds

/** Lines that name a lot, each with what it tells that lot; one without a number touches none. */
const orderLines = (event: MaterialEvent) => {
  const plantId = PlantId.make(plantOf(event.stream))
  const order = { plantId, orderId: OrderId.make(orderOf(event.stream)) }
  return event.data.materials.flatMap((line, number) => {
    const lot = lotOfLine(line, plantId)
    if (lot === undefined) return []
    const { quantity, storageLocation } = line
    const body = { ...lot, order, quantity, ...(storageLocation === undefined ? {} : { storageLocation }) }
    return [{ stream: lotStream(lot), body, number }]
  })
}

const recorded = (event: MaterialEvent): ReadonlyArray<Incoming> =>
  orderLines(event).map(({ body, number, stream }) => {
    const { occurredAt } = event.metadata
    return reactionMessage(name, event, stream, { type: kinds[event.type], body: { ...body, occurredAt } }, number)
  })

/** The same lines, taken back: each names what was told of it. */
const reversed = (event: RecordedEvent, taken: MaterialEvent): ReadonlyArray<Incoming> =>
  orderLines(taken).map(({ body, number, stream }) => {
    const { messageId, source } = reactionMetadata(name, taken, stream, number)
    const { occurredAt } = event.metadata
    const content = { ...body, occurredAt, was: kinds[taken.type], reverses: { source, messageId } }
    return reactionMessage(name, event, stream, { type: "LotLineReversed", body: content }, number)
  })

/** What was told of a split, a merge or a transfer, taken back at the other ends. */
const passagesReversed = (event: RecordedEvent, taken: RecordedEvent): ReadonlyArray<Incoming> =>
  (notices(taken) ?? []).flatMap(({ content, metadata, stream }, number) => {
    if (content._tag !== "Understood") return []
    const { message } = content
    if (message.type !== "LotDerived" && message.type !== "LotPassedOn") return []
    const { itemId, lotId, quantity, scope, storageLocation, through } = message.body
    const { messageId, source } = metadata
    const body = {
      ...{ scope, itemId, lotId, quantity, through, was: message.type, reverses: { source, messageId } },
      ...(storageLocation === undefined ? {} : { storageLocation }),
      occurredAt: event.metadata.occurredAt
    }
    return [reactionMessage(name, event, stream, { type: "LotPassageReversed", body }, number)]
  })

/** What the event at this version of the same stream told its lots is taken back. */
const takenBack = Effect.fnUntraced(function* (event: RecordedEvent, version: number) {
  const journal = yield* Journal
  const [taken] = yield* journal
    .readStream(event.stream, version - 1, 1)
    .pipe(Effect.catchTag("UnreadableEvent", Effect.die))
  if (taken === undefined) return []
  return isMaterial(taken) ? reversed(event, taken) : passagesReversed(event, taken)
})

export const lots: Reaction<Journal> = {
  name,
  react: (event) => {
    if (isMaterial(event)) return Effect.succeed(recorded(event))
    if (event.type === "ReportReversed" && event.data.material === true) return takenBack(event, event.data.version)
    if (event.type === "LotReportReversed") return takenBack(event, event.data.version)
    const sent = notices(event)
    return sent === undefined ? undefined : Effect.succeed(sent)
  }
}
