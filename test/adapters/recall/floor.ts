// A plant with a tank and a filler, as its streams record what happens there. Times are minutes. For the tests of what a
// recall derives.
import type { AnyEvent } from "../../../core/event/catalogue.ts"
import {
  equipmentStream,
  lotOf,
  lotStream,
  orderOf,
  orderStream,
  plantStream,
  type StreamName
} from "../../../core/journal/stream.ts"
import {
  ItemId,
  LotId,
  MessageId,
  OperationId,
  OrderId,
  PartnerId,
  StorageLocationId,
  WorkCenterId
} from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import type { MixingModel } from "../../../core/plant/vessel.ts"
import { at, plant, quantity, Writer } from "../../projections/events.ts"

export const tank = StorageLocationId.make("TANK-1")
export const filler = WorkCenterId.make("FILLER-1")
const itemId = ItemId.make("SYRUP")

const key = (lot: string) => ({ scope: plantScope(plant), itemId, lotId: LotId.make(lot) })
export const lot = (name: string): StreamName => lotStream(key(name))
export const order = (name: string): StreamName => orderStream(plant, OrderId.make(name))
const litres = (value: number) => quantity(String(value), "LTR")

export class Floor {
  readonly writer: Writer

  constructor(partitions = 4) {
    this.writer = new Writer(partitions)
  }

  #wrote(stream: StreamName, event: AnyEvent, minute: number, messageId?: string): number {
    return this.writer.write(stream, event, { minute, ...(messageId === undefined ? {} : { messageId }) })
  }

  defined(minute: number, mixing?: MixingModel, from = minute): void {
    const data = { plantId: plant, storageLocation: tank, from: at(from), reason: "It is a tank" }
    const event = { type: "VesselDefined", data: mixing === undefined ? data : { ...data, mixing } } as const
    this.#wrote(plantStream(plant), event, minute)
  }

  received(minute: number, name: string, amount: number): number {
    const data = { ...key(name), storageLocation: tank, quantity: litres(amount) }
    return this.#wrote(lot(name), { type: "LotReceived", data }, minute)
  }

  shipped(minute: number, name: string, amount: number): number {
    const about = { customer: PartnerId.make("C-1"), document: "D-1", storageLocation: tank }
    return this.#wrote(
      lot(name),
      { type: "LotShipped", data: { ...key(name), ...about, quantity: litres(amount) } },
      minute
    )
  }

  /** Material without a number, as a valve counts it. */
  consumed(minute: number, name: string, amount: number): number {
    const materials = [{ itemId, storageLocation: tank, quantity: litres(amount) }]
    return this.#wrote(
      order(name),
      { type: "MaterialConsumed", data: { orderId: OrderId.make(name), materials } },
      minute
    )
  }

  /** Of a lot with a number, into one lot of the order alone. */
  dosed(minute: number, name: string, from: string, into: string): number {
    const reference = { itemId, lotId: LotId.make(into) }
    const materials = [{ itemId, lotId: LotId.make(from), quantity: litres(1), into: reference }]
    const data = { orderId: OrderId.make(name), materials }
    return this.#wrote(order(name), { type: "MaterialConsumed", data }, minute)
  }

  produced(minute: number, name: string, made: string): number {
    const materials = [{ itemId, lotId: LotId.make(made), quantity: litres(1) }]
    const data = { orderId: OrderId.make(name), materials }
    return this.#wrote(order(name), { type: "MaterialProduced", data }, minute)
  }

  takenBack(minute: number, stream: StreamName, version: number): void {
    const about = { reverses: { messageId: MessageId.make("m") }, reason: "Typing", version }
    const event: AnyEvent = stream.startsWith("order/")
      ? { type: "ReportReversed", data: { ...about, orderId: OrderId.make(orderOf(stream)), material: true } }
      : {
          type: "LotReportReversed",
          data: { ...about, ...lotOf(stream), takesBack: { type: "LotReceived", quantities: [litres(1)] } }
        }
    this.#wrote(stream, event, minute)
  }

  #atFiller(minute: number, event: AnyEvent, messageId?: string): void {
    this.#wrote(equipmentStream(plant, filler, at(minute)), event, minute, messageId)
  }

  /** Its id is `begun-` and the order's name. */
  began(minute: number, name: string): void {
    const data = { workCenterId: filler, order: { orderId: OrderId.make(name) } }
    this.#atFiller(minute, { type: "EquipmentUseStarted", data }, `begun-${name}`)
  }

  ended(minute: number, name: string): void {
    this.#atFiller(minute, {
      type: "EquipmentUseEnded",
      data: { workCenterId: filler, order: { orderId: OrderId.make(name) } }
    })
  }

  /** A report of the order that names the work center. */
  started(minute: number, name: string): number {
    const data = { orderId: OrderId.make(name), operationId: OperationId.make("10"), workCenterId: filler }
    return this.#wrote(order(name), { type: "OperationStarted", data }, minute)
  }

  /** From a minute before. Its id is its document's number. */
  cleaned(minute: number, reference: string, where: string = filler): void {
    const workCenterId = WorkCenterId.make(where)
    const data = { workCenterId, startedAt: at(minute - 1), endedAt: at(minute), method: "Rinsed", reference }
    this.writer.write(
      equipmentStream(plant, workCenterId, at(minute)),
      { type: "CleanBreakRecorded", data },
      { minute, messageId: reference }
    )
  }

  /** What the message of this id said; on the next day, so in another stream. */
  wasNotSo(minute: number, messageId: string): void {
    const about = {
      workCenterId: filler,
      reverses: { messageId: MessageId.make(messageId) },
      reason: "Another was meant"
    }
    this.#atFiller(minute + 24 * 60, { type: "EquipmentReportReversed", data: about })
  }
}
