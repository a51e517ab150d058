// What one lot's fact means for the lots at its other end.
import { Effect, Layer, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { lots } from "../../../actors/reactions/lots.ts"
import type { LotEvent } from "../../../core/event/lot.ts"
import type { OrderEvent } from "../../../core/event/order.ts"
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { lotStream, orderStream } from "../../../core/journal/stream.ts"
import {
  ItemId,
  LotId,
  MessageId,
  OrderId,
  PlantId,
  Source,
  StorageLocationId
} from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { lot, minute, other, quantity, stream } from "../lot/store.ts"

const recorded = (event: LotEvent): RecordedEvent => ({
  partition: 3,
  offset: 7,
  stream,
  version: 2,
  recordedAt: 0,
  metadata: {
    source: Source.make("ulm/mes.events/mes"),
    messageId: MessageId.make("m1"),
    digest: sha256(new Uint8Array()),
    queue: "traveler.in.ulm",
    occurredAt: minute(5)
  },
  part: 0,
  hash: sha256(new Uint8Array(1)),
  ...event
})

const notUsed = () => Effect.die("Not used by this reaction")

/** A journal that holds these events of one stream. */
const holding = (events: ReadonlyArray<RecordedEvent>) =>
  Layer.succeed(Journal, {
    partitions: 4,
    readStream: (name, afterVersion, limit) =>
      Effect.succeed(events.filter(({ stream, version }) => stream === name && version > afterVersion).slice(0, limit)),
    read: notUsed,
    heads: notUsed(),
    appended: Stream.never,
    head: notUsed,
    append: notUsed,
    load: notUsed,
    saveSnapshots: notUsed,
    rows: notUsed,
    histories: notUsed,
    raw: notUsed
  })

/** Each notice with its stream and id. */
const told = (event: LotEvent) => toldBy(recorded(event))

const toldBy = (event: RecordedEvent, earlier: ReadonlyArray<RecordedEvent> = []) => {
  const effect = lots.react(event)
  const sent = effect === undefined ? [] : Effect.runSync(Effect.provide(effect, holding(earlier)))
  return sent.map(({ content, metadata, stream }) => [
    stream,
    metadata.messageId,
    content._tag === "Understood" ? content.message : content
  ])
}

const { itemId, lotId } = lot
const part = (id: string, each: number, scope?: LotScope) => ({
  lotId: LotId.make(id),
  quantity: quantity(each),
  ...(scope === undefined ? {} : { scope })
})

it("a split tells each part, of its own item and scope, also where one is named twice", () => {
  const enterprise = LotScope.make("enterprise")
  const into = [part("A", 1), part("A", 2), part("A", 3, enterprise)]
  const local = { ...lot, lotId: LotId.make("A") }
  const wide = { ...local, scope: enterprise }
  const derived = (key: typeof lot, each: number) => ({
    type: "LotDerived",
    body: { ...key, occurredAt: minute(5), from: lot, quantity: quantity(each), through: "split" }
  })
  expect(told({ type: "LotSplit", data: { itemId, lotId, into } })).toEqual([
    [lotStream(local), `3/7.0/${lotStream(local)}`, derived(local, 1)],
    [lotStream(local), `3/7.1/${lotStream(local)}`, derived(local, 2)],
    [lotStream(wide), `3/7.2/${lotStream(wide)}`, derived(wide, 3)]
  ])
})

it("a merge tells each source that a part of it went on", () => {
  const key = { ...lot, lotId: LotId.make("B") }
  expect(told({ type: "LotMerged", data: { itemId, lotId, from: [part("B", 4)] } })).toEqual([
    [
      lotStream(key),
      `3/7.0/${lotStream(key)}`,
      {
        type: "LotPassedOn",
        body: { ...key, occurredAt: minute(5), to: lot, quantity: quantity(4), through: "merge" }
      }
    ]
  ])
})

it("a transfer tells the other lot, of another item perhaps", () => {
  const to = { itemId: ItemId.make("STEEL-B"), lotId: other.lotId }
  const key = { ...other, itemId: to.itemId }
  expect(told({ type: "LotTransferred", data: { itemId, lotId, to, quantity: quantity(2) } })).toEqual([
    [
      lotStream(key),
      `3/7.0/${lotStream(key)}`,
      {
        type: "LotDerived",
        body: { ...key, occurredAt: minute(5), from: lot, quantity: quantity(2), through: "transfer" }
      }
    ]
  ])
})

it("a part is where it is said to be, else where the lot is", () => {
  const yard = StorageLocationId.make("YARD")
  const hall = StorageLocationId.make("HALL")
  const into = [part("A", 1), { ...part("B", 2), storageLocation: hall }]
  const sent = told({ type: "LotSplit", data: { itemId, lotId, storageLocation: yard, into } })
  expect(sent.map(([, , notice]) => notice)).toMatchObject([
    { body: { storageLocation: yard } },
    { body: { storageLocation: hall } }
  ])
})

describe("an order's material", () => {
  const plantId = PlantId.make("ulm")
  const orderId = OrderId.make("4711")
  const orders = orderStream(plantId, orderId)
  const ofOrder = (event: OrderEvent, version: number): RecordedEvent => ({
    ...recorded({ type: "LotHeld", data: { itemId, lotId, reason: "" } }),
    stream: orders,
    offset: version,
    version,
    ...event
  })
  const line = { itemId, lotId, quantity: quantity(5) }
  const consumed = ofOrder(
    { type: "MaterialConsumed", data: { orderId, materials: [line, { itemId, quantity: quantity(1) }, line] } },
    3
  )
  const body = { ...lot, order: { plantId, orderId }, occurredAt: minute(5), quantity: quantity(5) }

  it.each([
    ["MaterialConsumed", "LotConsumed"],
    ["MaterialReturned", "LotReturned"],
    ["MaterialProduced", "LotProduced"]
  ] as const)("%s tells the lot of each line that names one: %s", (type, notice) => {
    const event = ofOrder({ type, data: { orderId, materials: [line] } }, 3)
    expect(toldBy(event)).toEqual([[stream, `3/3.0/${stream}`, { type: notice, body }]])
  })

  it("each line is told by itself, also of one lot", () => {
    expect(toldBy(consumed).map(([, id]) => id)).toEqual([`3/3.0/${stream}`, `3/3.2/${stream}`])
  })

  it("a reversal takes back every line, by the message that told it", () => {
    const data = {
      orderId,
      reverses: { messageId: MessageId.make("c") },
      reason: "Wrong",
      posting: "requested"
    } as const
    const reversal = ofOrder({ type: "ReportReversed", data: { ...data, version: 3, material: true } }, 9)
    const reversed = (line: number) => [
      stream,
      `3/9.${line}/${stream}`,
      {
        type: "LotLineReversed",
        body: {
          ...body,
          was: "LotConsumed",
          reverses: { source: "traveler/lots", messageId: `3/3.${line}/${stream}` }
        }
      }
    ]
    expect(toldBy(reversal, [consumed])).toEqual([reversed(0), reversed(2)])
    expect(toldBy(ofOrder({ type: "ReportReversed", data: { ...data, version: 3 } }, 9), [consumed])).toEqual([])
  })
})

it("anything else tells nobody", () => {
  expect(told({ type: "LotHeld", data: { itemId, lotId, reason: "Odd smell" } })).toEqual([])
  expect(told({ type: "LotDerived", data: { ...lot, from: other, quantity: quantity(1), through: "split" } })).toEqual(
    []
  )
})
