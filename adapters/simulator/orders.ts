// Made-up production orders as their ERP and MES would report them: messages only, no rule of ours is called here.
// Used by the bench and the tests.
import { exchanges } from "../../core/port/broker.ts"
import type { SentMessage } from "./message.ts"
import { type Chance, chance } from "./random.ts"

export interface MadeUpMessage extends SentMessage {
  readonly orderId: string
}

export interface OrderMix {
  readonly seed: number
  readonly orders: number
  /** Share of orders that report more than was planned. */
  readonly overproduced: number
}

const start = Date.UTC(2026, 0, 5, 6)
const each = (value: number) => ({ value: String(value), unit: "EA" })
const minutes = (value: number) => ({ value: String(value), unit: "MIN" })

/** One order from release to close, in the order in which it happens: 12 to 40 messages. */
const order = (number: number, random: Chance, overproduced: boolean): ReadonlyArray<MadeUpMessage> => {
  const orderId = `PO-${String(number).padStart(6, "0")}`
  const messages: Array<MadeUpMessage> = []
  let clock = start + number * 60_000
  let sequence = 0
  const at = () => {
    clock += random.between(1, 30) * 60_000
    return `${new Date(clock).toISOString().slice(0, 19)}+00:00`
  }
  const erp = (type: string, body: MadeUpMessage["body"]) =>
    messages.push({
      exchange: exchanges.erpEvents,
      type,
      messageId: `${orderId}/erp/${messages.length}`,
      orderId,
      body: { orderId, occurredAt: at(), ...body }
    })
  const mes = (type: string, body: MadeUpMessage["body"]): string => {
    const messageId = `${orderId}/mes/${++sequence}`
    const sent = { orderId, occurredAt: at(), ...body }
    messages.push({ exchange: exchanges.mesEvents, type, messageId, sequence, orderId, body: sent })
    return messageId
  }

  const quantity = random.between(5, 400)
  const operations = Array.from({ length: random.between(1, 4) }, (_, index) => `OP${(index + 1) * 10}`)
  const plan = {
    itemId: `ITEM-${random.between(1, 90)}`,
    quantity: each(quantity),
    operations: operations.map((operationId) => ({ operationId, workCenterId: `WC-${random.between(1, 12)}` })),
    operationsDefinition: { id: `ROUTING-${random.between(1, 30)}`, version: "A" }
  }
  erp("ProductionOrderReleased", { ...plan, revision: 1 })
  const changed = random.happens(0.1)
  const planned = changed ? quantity + random.between(1, 20) : quantity
  if (changed) erp("ProductionOrderChanged", { ...plan, quantity: each(planned), revision: 2, reason: "Demand" })

  operations.forEach((operationId, index) => {
    const on = { operationId, workCenterId: `WC-${index + 1}`, badge: `B${random.between(1, 60)}` }
    mes("OperationStarted", on)
    if (random.happens(0.05)) {
      mes("ProductionOrderHeld", { reason: "Tool worn" })
      mes("ProductionOrderRestarted", { reason: "Tool changed" })
    }
    let left = planned
    const parts = random.between(1, 4)
    for (let part = 1; part <= parts; part++) {
      const made = part === parts ? left : Math.floor(left / 2)
      left -= made
      const scrap = random.happens(0.15) && made > 0 ? 1 : 0
      const report = mes("OperationConfirmed", {
        ...on,
        yield: each(made - scrap),
        ...(scrap === 0 ? {} : { scrap: each(scrap), scrapReason: "Scratched" }),
        laborTime: minutes(random.between(1, 90)),
        machineTime: { value: (random.between(1, 900) / 10).toString(), unit: "MIN" },
        ...(part === parts ? { final: true } : {})
      })
      const mended = random.next()
      if (mended < 0.03) mes("ReportReversed", { reverses: { messageId: report }, reason: "Wrong order" })
      else if (mended < 0.06) {
        mes("ReportCorrected", {
          ...on,
          yield: each(Math.max(0, made - scrap - 1)),
          laborTime: minutes(5),
          ...(part === parts ? { final: true } : {}),
          corrects: { messageId: report },
          reason: "Counted again"
        })
      }
    }
    if (random.happens(0.1)) mes("ScrapDeclared", { ...on, scrap: each(1), scrapReason: "Found later" })
    if (random.happens(0.05)) mes("ReworkDeclared", { ...on, rework: each(1), reason: "Burr" })
    if (random.happens(0.05)) mes("NonconformanceRaised", { ...on, nonconforming: each(1), reason: "Diameter" })
    if (random.happens(0.2)) mes("LaborBooked", { ...on, laborTime: minutes(random.between(1, 30)) })
    if (random.happens(0.2)) mes("MachineTimeBooked", { ...on, machineTime: minutes(random.between(1, 30)) })
    if (overproduced && index === 0) mes("OperationConfirmed", { ...on, yield: each(planned + 7) })
  })
  if (!overproduced) {
    mes("ProductionOrderTechnicallyCompleted", { reason: "Done" })
    if (random.happens(0.5)) erp("ProductionOrderClosed", { reason: "Settled" })
  }
  return messages
}

/** Orders of a plant, each in its own order, interleaved as on a shop floor where about 40 run at once. */
export const madeUpOrders = (mix: OrderMix): ReadonlyArray<MadeUpMessage> => {
  const random = chance(mix.seed)
  const running: Array<Array<MadeUpMessage>> = []
  const played: Array<MadeUpMessage> = []
  let released = 0
  while (released < mix.orders || running.length > 0) {
    while (running.length < 40 && released < mix.orders) {
      running.push([...order(released++, random, random.happens(mix.overproduced))].reverse())
    }
    const index = random.between(0, running.length - 1)
    const next = running[index]?.pop()
    if (next === undefined) running.splice(index, 1)
    else played.push(next)
  }
  return played
}
