// 200 half-finished orders of a running plant are taken over; people go on posting beside Traveler, and then it posts. The
// ERP's books, read here by the test's own code, hold everything once.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { type SandboxAdmin, sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import { fromText } from "../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { plantScope } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import type { DocumentContent, MovementType } from "../../core/port/erp.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("ulm")
const publish = publishing(id)
const message = messagesOf(id)

/** Before the plant is connected, while people post beside Traveler, and once it posts. */
const before = "2026-11-30T05:00:00+01:00"
const cutover = "2026-11-30T06:00:00+01:00"
const beside = "2026-11-30T09:00:00+01:00"
const live = "2026-11-30T14:00:00+01:00"
const after = "2026-11-30T16:00:00+01:00"

const orders = Array.from({ length: 200 }, (_, index) => `4${String(index).padStart(3, "0")}`)
const lotOf = (order: string) => `L-${order}`
const item = "STEEL"
const operation = OperationId.make("10")
const EA = Unit.make("EA")
const KGM = Unit.make("KGM")

const confirmation = (order: string, yielded: string): DocumentContent => ({
  orderId: OrderId.make(order),
  operationId: operation,
  amounts: { yield: { value: fromText(yielded), unit: EA } },
  final: false
})

const movement = (type: MovementType, lot: string, quantity: string, order?: string): DocumentContent => ({
  ...(order === undefined ? {} : { orderId: OrderId.make(order) }),
  movements: [
    {
      type,
      direction: type === "goodsIssue" ? "out" : "in",
      itemId: ItemId.make(item),
      lotId: LotId.make(lot),
      scope: plantScope(id),
      quantity: { value: fromText(quantity), unit: KGM }
    }
  ]
})

/** As people do it in the ERP. */
const byHand = (erp: SandboxAdmin, at: string, content: DocumentContent) =>
  erp.postByHand({
    kind: content.movements === undefined ? "confirmation" : "goodsMovement",
    plant: id,
    postingDate: at.slice(0, 10),
    ...content
  })

const atOnce = { concurrency: 16, discard: true } as const

const confirmed = (name: string, order: string, at: string, yielded: string) =>
  message(`${name}/${order}`, "OperationConfirmed", {
    orderId: order,
    operationId: "10",
    occurredAt: at,
    yield: { value: yielded, unit: "EA" }
  })

const consumed = (name: string, order: string, at: string, quantity: string) =>
  message(`${name}/${order}`, "MaterialConsumed", {
    orderId: order,
    occurredAt: at,
    materials: [{ itemId: item, lotId: lotOf(order), quantity: { value: quantity, unit: "KGM" } }]
  })

const run = (plant: Plant, ...words: ReadonlyArray<string>) => traveler(plant, ...words)
const decide = (plant: Plant, mode: string, from: string) =>
  run(plant, "plants", "post", id, mode, "--from", from, "--by", "B7", "--reason", "Step by step")

interface Reconciled {
  readonly plants: ReadonlyArray<{
    readonly differences: ReadonlyArray<{ readonly stream: string; readonly subject: string; readonly kind: string }>
  }>
}

/** What the reconciliation lists, as `<order> <kind>`: it ends with 1 where it lists anything. */
const differences = (plant: Plant) =>
  Effect.map(Effect.flip(run(plant, "reconcile", "--plant", id, "--json")), ({ message }) => {
    const { plants }: Reconciled = JSON.parse(message.split("\n")[1] ?? "")
    return plants
      .flatMap(({ differences }) => differences.map(({ kind, subject }) => `${subject.split("/").at(-1)} ${kind}`))
      .sort()
  })

/** Documents of the ERP by whether we posted them, as numbers by order. */
const booked = (documents: Effect.Success<ReturnType<SandboxAdmin["documents"]>>) => {
  const yields = new Map<string, number>()
  const issued = new Map<string, number>()
  for (const { content } of documents) {
    const { amounts, movements = [], orderId = "" } = content
    if (amounts?.yield !== undefined) yields.set(orderId, (yields.get(orderId) ?? 0) + Number(amounts.yield.value))
    for (const { quantity, type } of movements) {
      if (type === "goodsIssue") issued.set(orderId, (issued.get(orderId) ?? 0) + Number(quantity.value))
    }
  }
  return { yields, issued }
}

const states = (plant: Plant) =>
  Effect.map(
    rows<{ readonly is: string; readonly count: number }>(
      plant,
      "select state || case when adopted then ' by hand' else '' end as is, count(*)::integer as count from postings.posting group by 1"
    ),
    (found) => Object.fromEntries(found.map(({ count, is }) => [is, count]))
  )

it.live(
  "200 half-finished orders are taken over in mid-run, and nothing is in the ERP twice",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      const erp = yield* sandboxAdmin(plant.erpOrigin)
      const release = (order: string) => ({
        orderId: order,
        occurredAt: before,
        itemId: "GEAR",
        quantity: { value: "100", unit: "EA" },
        revision: 1,
        operations: [{ operationId: "10" }]
      })
      // What is in the ERP when the plant is connected: a part of each order, as much as is reported next and never that, and what is left of each lot.
      yield* Effect.forEach(
        orders,
        (order) =>
          Effect.gen(function* () {
            yield* erp.change({ plant: id, type: "ProductionOrderReleased", body: JSON.stringify(release(order)) })
            yield* byHand(erp, before, movement("supplierReceipt", lotOf(order), "100"))
            yield* byHand(erp, before, movement("goodsIssue", lotOf(order), "10", order))
            yield* byHand(erp, before, confirmation(order, "10"))
          }),
        atOnce
      )
      yield* run(plant, "doctor")
      yield* startCore(plant)
      yield* decide(plant, "shadow", cutover)
      const taken = JSON.parse(yield* run(plant, "plants", "takeover", id, "--at", cutover, "--json"))
      expect(taken).toMatchObject({ orders: 200, lots: 200, ordersLeftAlone: 0, lotsLeftAlone: 0, messages: 600 })
      // A release for each by capture, and what was taken over.
      yield* settled(plant, inboundQueue(id), 800, 60_000)
      expect(yield* states(plant)).toEqual({})
      const again = JSON.parse(yield* run(plant, "plants", "takeover", id, "--at", cutover, "--json"))
      expect(again).toMatchObject({ orders: 0, lots: 0, ordersLeftAlone: 200, lotsLeftAlone: 200, messages: 0 })

      // People post beside Traveler: of three orders nothing, of two twice as much as they should, of two what is right in parts.
      const missing = new Set(orders.slice(0, 3))
      const twice = new Set(orders.slice(3, 5))
      const inParts = new Set(orders.slice(5, 7))
      const theirs = (order: string) => (twice.has(order) ? ["20"] : inParts.has(order) ? ["4", "6"] : ["10"])
      yield* publish(
        plant,
        orders.flatMap((order) => [confirmed("b", order, beside, "10"), consumed("bm", order, beside, "10")])
      )
      yield* Effect.forEach(
        orders.filter((order) => !missing.has(order)),
        (order) =>
          Effect.gen(function* () {
            yield* Effect.forEach(theirs(order), (part) => byHand(erp, beside, confirmation(order, part)))
            yield* byHand(erp, beside, movement("goodsIssue", lotOf(order), "10", order))
          }),
        atOnce
      )
      yield* eventually(
        "what people posted is found",
        Effect.map(states(plant), (found) => found["Verified by hand"] === 390 && found.Shadowed === 10),
        90
      )
      expect(yield* states(plant)).toEqual({ "Verified by hand": 390, Shadowed: 10 })
      // Exactly what was planted is listed; what is right in parts, by its sum, is right.
      expect(yield* differences(plant)).toEqual(
        [
          ...[...missing].flatMap((order) => [`${order} shadowed`, `${order} shadowed`]),
          ...[...twice].flatMap((order) => [`${order} postedByOthers`, `${order} shadowed`])
        ].sort()
      )

      // Traveler posts what happens from now on. Ten reports of the time before come late: people have posted them.
      yield* decide(plant, "on", live)
      const late = orders.slice(10, 20)
      yield* Effect.forEach(late, (order) => byHand(erp, beside, confirmation(order, "3")), atOnce)
      yield* publish(plant, [
        ...late.map((order) => confirmed("late", order, beside, "3")),
        ...orders.flatMap((order) => [confirmed("c", order, after, "40"), consumed("cm", order, after, "5")])
      ])
      yield* settled(plant, inboundQueue(id), 800 + 400 + 410, 60_000)
      yield* eventually(
        "the late ones are found",
        Effect.map(states(plant), (found) => found["Verified by hand"] === 400),
        90
      )
      expect(yield* states(plant)).toEqual({ "Verified by hand": 400, Shadowed: 10, Verified: 400 })

      const documents = yield* erp.documents(id)
      const { issued, yields } = booked(documents)
      for (const order of orders) {
        const beforeLive = missing.has(order) ? 0 : twice.has(order) ? 20 : 10
        expect([order, yields.get(order)]).toEqual([order, 10 + beforeLive + (late.includes(order) ? 3 : 0) + 40])
        expect([order, issued.get(order)]).toEqual([order, 10 + (missing.has(order) ? 0 : 10) + 5])
      }
      const ours = documents.filter(({ content }) => content.key.startsWith("order/"))
      expect(ours.length).toBe(400)

      // What was planted before is still all that is listed.
      expect((yield* differences(plant)).length).toBe(10)

      // What is known here begins where it was taken over, and says so.
      const shown = JSON.parse(yield* run(plant, "order", "show", `${id}/${orders[20]}`, "--json"))
      expect(shown.order).toMatchObject({ takenOverAt: cutover, operations: [{ quantities: [{ good: "60" }] }] })
      const trace = yield* run(plant, "lot", "trace", lotOf(orders[20] ?? ""))
      expect(trace).toContain(`history begins here: taken over from the ERP ${cutover}`)
      const lot = JSON.parse(yield* run(plant, "lot", "show", lotOf(orders[20] ?? ""), "--json"))
      expect(lot.lot).toMatchObject({ takenOverAt: cutover, balances: [{ takenOver: "90", onHand: "75" }] })
    }).pipe(Effect.scoped),
  300_000
)
