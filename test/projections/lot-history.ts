// A random history such as lots could have, and what its balances must be, kept in plain maps by code that shares
// nothing with the projections. For their property tests.
import fc from "fast-check"
import type { LotEvent } from "../../core/event/lot.ts"
import { lotStream, orderStream, type StreamName } from "../../core/journal/stream.ts"
import { fromText } from "../../core/plant/decimal.ts"
import {
  ItemId,
  LotId,
  MessageId,
  OrderId,
  PartnerId,
  Source,
  StorageLocationId
} from "../../core/plant/identifiers.ts"
import { type LotKey, LotScope } from "../../core/plant/lot.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import { plant, quantity, Writer } from "./events.ts"

/** The order's place among the lots' numbers, for the edges. */
export const orderNode = 8
const orderId = OrderId.make("PO-1")
export const nodeCalled = (number: number): StreamName =>
  number === orderNode ? orderStream(plant, orderId) : lotStream(lotCalled(number))

const kinds = [
  "consume",
  "produce",
  "return",
  "receive",
  "split",
  "merge",
  "transfer",
  "move",
  "ship",
  "back",
  "scrap",
  "adjust",
  "sample"
] as const

export interface LotStep {
  readonly kind: (typeof kinds)[number] | "hold" | "release"
  readonly lot: number
  readonly other: number
  readonly tenths: number
}

export const lotSteps = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds, "hold" as const, "release" as const),
    lot: fc.nat(7),
    other: fc.nat(7),
    tenths: fc.integer({ min: 1, max: 99 })
  }),
  { minLength: 20, maxLength: 80, size: "max" }
)

export const lotCalled = (number: number): LotKey => ({
  scope: LotScope.make(number % 2 === 0 ? "plant/plant-1" : "enterprise"),
  itemId: ItemId.make("STEEL/7"),
  lotId: LotId.make(`L-${number}`)
})

export class LotHistory {
  readonly writer = new Writer()
  /** Per lot's number, what is on hand in tenths. */
  readonly onHand = new Map<number, number>()
  /** From one lot's number to another's. */
  readonly edges: Array<readonly [from: number, to: number]> = []
  reversedEdges = 0

  constructor(plan: ReadonlyArray<LotStep>) {
    for (const step of plan) this.#apply(step)
  }

  #write(lot: number, event: LotEvent, messageId?: string): number {
    return this.writer.write(lotStream(lotCalled(lot)), event, messageId === undefined ? {} : { messageId })
  }

  /** What reaction `lots` tells a lot of the last event but its notices, by its line. */
  #tell(lot: number, line: number, event: LotEvent): string {
    const cause = this.writer.events.at(-1 - line)
    const messageId = `${cause?.partition}/${cause?.offset}.${line}/${lotStream(lotCalled(lot))}`
    this.#write(lot, event, messageId)
    return messageId
  }

  #add(lot: number, tenths: number): void {
    this.onHand.set(lot, (this.onHand.get(lot) ?? 0) + tenths)
  }

  /** A passage's two ends, as the message and the reaction record them. */
  #pass(from: number, to: number, tenths: number): void {
    this.#add(from, -tenths)
    this.#add(to, tenths)
    this.edges.push([from, to])
  }

  /** A line of the order, as the order records it and the reaction tells the lot: its version, and by which message. */
  #material(lot: number, told: "LotConsumed" | "LotReturned" | "LotProduced", quantity: Quantity) {
    const types = {
      LotConsumed: "MaterialConsumed",
      LotReturned: "MaterialReturned",
      LotProduced: "MaterialProduced"
    } as const
    const line = { ...lotCalled(lot), quantity }
    const version = this.writer.write(orderStream(plant, orderId), {
      type: types[told],
      data: { orderId, materials: [line], ...requested }
    })
    const messageId = this.#tell(lot, 0, { type: told, data: { ...line, order: { plantId: plant, orderId } } })
    return { version, messageId }
  }

  /** Every other consumption is reversed at once. */
  #reverse(lot: number, version: number, told: string, quantity: Quantity): void {
    const reverses = { source: Source.make("traveler/lots"), messageId: MessageId.make(told) }
    this.writer.write(orderStream(plant, orderId), {
      type: "ReportReversed",
      data: { orderId, reverses, reason: "Wrong", posting: "requested", version, material: true }
    })
    const line = { ...lotCalled(lot), order: { plantId: plant, orderId }, quantity }
    this.#write(lot, { type: "LotLineReversed", data: { ...line, was: "LotConsumed", reverses } })
  }

  /** The last report about this lot. */
  #takeBack(lot: number, type: "LotShipped", quantity: Quantity, tenths: number): void {
    const { itemId, lotId } = lotCalled(lot)
    const version = this.writer.versionOf(lotStream(lotCalled(lot)))
    const takesBack = { type, quantities: [quantity], storageLocation: hall }
    const reverses = { messageId: MessageId.make("it") }
    this.#write(lot, {
      type: "LotReportReversed",
      data: { itemId, lotId, reverses, reason: "Wrong", version, takesBack, ...requested }
    })
    this.#add(lot, tenths)
  }

  #apply({ kind, lot, other, tenths }: LotStep): void {
    const { itemId, lotId } = lotCalled(lot)
    const own = { itemId, lotId }
    const each = quantity(String(tenths / 10))
    const part = { lotId: lotCalled(other).lotId, scope: lotCalled(other).scope, quantity: each }
    const partner = { customer: PartnerId.make("C-1"), document: "DN-1" }
    switch (kind) {
      case "consume": {
        const { messageId, version } = this.#material(lot, "LotConsumed", each)
        if (other % 2 === 0) {
          this.#reverse(lot, version, messageId, each)
          this.reversedEdges++
        } else {
          this.#add(lot, -tenths)
          this.edges.push([lot, orderNode])
        }
        break
      }
      case "return":
        this.#material(lot, "LotReturned", each)
        this.#add(lot, tenths)
        this.edges.push([lot, orderNode])
        break
      case "produce":
        this.#material(lot, "LotProduced", each)
        this.#add(lot, tenths)
        this.edges.push([orderNode, lot])
        break
      case "receive":
        this.#write(lot, { type: "LotReceived", data: { ...own, ...requested, quantity: each, storageLocation: yard } })
        this.#add(lot, tenths)
        break
      case "split":
        this.#write(lot, { type: "LotSplit", data: { ...own, ...requested, into: [part] } })
        this.#write(other, {
          type: "LotDerived",
          data: { ...lotCalled(other), from: lotCalled(lot), quantity: each, through: "split" }
        })
        this.#pass(lot, other, tenths)
        break
      case "merge":
        this.#write(lot, { type: "LotMerged", data: { ...own, ...requested, from: [part, part] } })
        for (let line = 0; line < 2; line++) {
          this.#tell(other, line, {
            type: "LotPassedOn",
            data: { ...lotCalled(other), to: lotCalled(lot), quantity: each, through: "merge" }
          })
          this.#pass(other, lot, tenths)
        }
        break
      case "transfer":
        this.#write(lot, {
          type: "LotTransferred",
          data: { ...own, ...requested, to: lotCalled(other), quantity: each }
        })
        this.#write(other, {
          type: "LotDerived",
          data: { ...lotCalled(other), from: lotCalled(lot), quantity: each, through: "transfer" }
        })
        this.#pass(lot, other, tenths)
        break
      case "move":
        this.#write(lot, { type: "LotMoved", data: { ...own, ...requested, from: yard, to: hall, quantity: each } })
        break
      case "ship":
        this.#write(lot, {
          type: "LotShipped",
          data: { ...own, ...requested, ...partner, quantity: each, storageLocation: hall }
        })
        this.#add(lot, -tenths)
        if (other % 2 === 0) this.#takeBack(lot, "LotShipped", each, tenths)
        break
      case "back":
        this.#write(lot, { type: "LotReceivedBack", data: { ...own, ...requested, ...partner, quantity: each } })
        this.#add(lot, tenths)
        break
      case "scrap":
        this.#write(lot, { type: "LotScrapped", data: { ...own, ...requested, quantity: each, scrapReason: "Burst" } })
        this.#add(lot, -tenths)
        break
      case "sample":
        this.#write(lot, { type: "LotSampled", data: { ...own, ...requested, quantity: each, use: "Retained Sample" } })
        this.#add(lot, -tenths)
        break
      case "adjust":
        this.#write(lot, {
          type: "LotAdjusted",
          data: { ...own, ...requested, quantity: { ...each, value: fromText(`-${tenths / 10}`) }, reason: "Counted" }
        })
        this.#add(lot, -tenths)
        break
      case "hold":
        this.#write(lot, { type: "LotHeld", data: { ...own, ...requested, reason: "Odd" } })
        break
      case "release":
        this.#write(lot, { type: "LotReleased", data: { ...own, ...requested, reason: "Fine" } })
        break
    }
  }
}

const requested = { posting: "requested" } as const
const yard = StorageLocationId.make("YARD")
const hall = StorageLocationId.make("HALL")
