// A plant whose messages come twice, late and broken, through a core that may be killed meanwhile; what comes out is
// compared with `order-model.ts`, before and after people have mended what they can. Used by the tests beside it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Redacted, Schedule, type Scope } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import * as RabbitBroker from "../../adapters/rabbitmq/broker.ts"
import { madeUpOrders } from "../../adapters/simulator/orders.ts"
import { type Played, withTrouble } from "../../adapters/simulator/trouble.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { Broker } from "../../core/port/broker.ts"
import { type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { modelled, type Totals, withoutBad } from "./order-model.ts"

export interface Trial {
  readonly seed: number
  readonly orders: number
  readonly deadlineMillis: number
  /** Publishing takes at least this long, so that there is load while the plant is disturbed. */
  readonly spreadMillis?: number
  /** What is done to the core and its services while they work; all must be running again in the end. */
  readonly disturb: (plant: Plant) => Effect.Effect<void, unknown, Scope.Scope>
}

const id = PlantId.make("troubled")
const queue = `traveler.in.${id}`
const shares = { duplicates: 0.2, reordered: 0.1, bad: 0.02 }

/** Makes the tables, where no core has yet, and the plant. */
const register = (plant: Plant) =>
  Effect.gen(function* () {
    yield* traveler(plant, "doctor")
    yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
  })

/**
 * What the broker hasn't confirmed is sent again. It goes by one channel to one queue, so what a crash of the broker
 * leaves is a beginning of it, and the order in which the messages first come is as it was.
 */
const publish = (plant: Plant, played: ReadonlyArray<Played>, spreadMillis: number) =>
  Effect.gen(function* () {
    const broker = yield* Broker
    yield* broker.declarePlant(id)
    const batch = spreadMillis === 0 ? 1_000 : 100
    const pause = (spreadMillis * batch) / played.length
    for (let from = 0; from < played.length; from += batch) {
      yield* broker
        .publish(played.slice(from, from + batch).map(({ publication }) => publication))
        .pipe(Effect.retry({ schedule: Schedule.spaced("500 millis"), times: 120 }))
      yield* Effect.sleep(pause)
    }
  }).pipe(Effect.provide(RabbitBroker.layer(Redacted.make(plant.brokerUrl))))

type Cells = { [cell: string]: Totals }

const cells = (sums: Iterable<readonly [order: string, sums: Map<string, Totals>]>): Cells => {
  const found: Cells = {}
  for (const [order, operations] of sums) {
    for (const [operation, totals] of operations) {
      if (Object.values(totals).some((total) => total !== 0)) found[`${order} | ${operation}`] = totals
    }
  }
  return found
}

interface ViewRow {
  readonly order: string
  readonly operation: string
  readonly unit: string
  readonly good: number
  readonly scrap: number
  readonly rework: number
  readonly nonconforming: number
  readonly labor: number
  readonly machine: number
}

const inView = (plant: Plant) =>
  Effect.map(
    rows<ViewRow>(
      plant,
      `select order_id as "order", operation_id as operation, (sum(good) * 10)::float8 as good,
         (sum(scrap) * 10)::float8 as scrap, (sum(rework) * 10)::float8 as rework,
         (sum(nonconforming) * 10)::float8 as nonconforming, (sum(labor) * 10)::float8 as labor,
         (sum(machine) * 10)::float8 as machine
       from orders.order_quantity where plant = $1 group by 1, 2`,
      [id]
    ),
    (found) =>
      cells(
        found.map(({ good, labor, machine, nonconforming, operation, order, rework, scrap }) => [
          order,
          new Map([[operation, { yield: good, scrap, rework, nonconforming, laborTime: labor, machineTime: machine }]])
        ])
      )
  )

/** What the ERP itself says that it holds: the net of each operation, and that no key is there twice. */
const inErp = ({ erpOrigin }: Plant) =>
  Effect.gen(function* () {
    const documents = yield* (yield* sandboxAdmin(erpOrigin)).documents(id)
    expect(new Set(documents.map(({ content }) => content.key)).size).toBe(documents.length)
    const orders = new Map<string, Map<string, Totals>>()
    for (const { content } of documents) {
      const { amounts = {}, kind, operationId = "", orderId = "" } = content
      const operations = orders.get(orderId) ?? new Map<string, Totals>()
      const sign = kind === "reversal" ? -1 : 1
      const tenths = (amount: keyof typeof amounts) => {
        const quantity = amounts[amount]
        return sign * Math.round(Number(typeof quantity === "object" ? quantity.value : 0) * 10)
      }
      const before = operations.get(operationId)
      operations.set(operationId, {
        yield: (before?.yield ?? 0) + tenths("yield"),
        scrap: (before?.scrap ?? 0) + tenths("scrap"),
        rework: (before?.rework ?? 0) + tenths("rework"),
        nonconforming: (before?.nonconforming ?? 0) + tenths("nonconforming"),
        laborTime: (before?.laborTime ?? 0) + tenths("laborTime"),
        machineTime: (before?.machineTime ?? 0) + tenths("machineTime")
      })
      orders.set(orderId, operations)
    }
    return { documents: documents.length, sums: cells(orders) }
  })

interface OpenCase {
  readonly id: string
  readonly subject: "message" | "breach"
  readonly messageId: string | null
  readonly waiting: string | null
  readonly breach: string | null
}

const openCases = (plant: Plant) =>
  Effect.map(
    traveler(plant, "exceptions", "list", "--state", "open", "--limit", "100000", "--json"),
    (answer): ReadonlyArray<OpenCase> => JSON.parse(answer)
  )

const withheld = (plant: Plant) =>
  Effect.map(
    rows<{ count: number }>(plant, "select count(*)::integer as count from postings.posting where state = 'Withheld'"),
    ([row]) => row?.count
  )

/** Sends every correct twin by `exceptions resubmit --from`. */
const resubmit = (plant: Plant, cases: ReadonlyArray<OpenCase>, played: ReadonlyArray<Played>) =>
  Effect.gen(function* () {
    const twins = new Map(
      played.flatMap(({ bad, message }) => (bad === undefined ? [] : [[message.messageId, bad.twin]]))
    )
    const folder = mkdtempSync(join(tmpdir(), "traveler-twins-"))
    const file = join(folder, "twins.jsonl")
    const decoder = new TextDecoder()
    const lines = cases.flatMap(({ id, messageId, subject }) =>
      subject === "message" ? [JSON.stringify({ id, body: decoder.decode(twins.get(messageId ?? "")) })] : []
    )
    writeFileSync(file, lines.join("\n"))
    yield* traveler(plant, "exceptions", "resubmit", "--from", file, "--by", "Steward", "--reason", "Mended", "--json")
    rmSync(folder, { recursive: true })
  })

const waive = (plant: Plant, ids: ReadonlyArray<string>) =>
  ids.length === 0
    ? Effect.void
    : traveler(plant, "exceptions", "waive", ...ids, "--by", "Supervisor", "--reason", "Wanted", "--json")

const perOrder = <A>(orders: Map<string, A>, of: (order: A) => Map<string, Totals>) =>
  cells([...orders].map(([order, model]) => [order, of(model)] as const))

/** Nonconforming quantity alone makes no document. */
const posts = (totals: Cells): Cells => {
  const found: Cells = {}
  for (const [cell, sums] of Object.entries(totals)) {
    const posted = { ...sums, nonconforming: 0 }
    if (Object.values(posted).some((total) => total !== 0)) found[cell] = posted
  }
  return found
}

export const tryPlant = (plant: Plant, { deadlineMillis, disturb, orders, seed, spreadMillis = 0 }: Trial) =>
  Effect.gen(function* () {
    const played = withTrouble(id, madeUpOrders({ seed, orders, overproduced: 0.03 }), { seed, ...shares })
    const predicted = modelled(played)
    const distinct = played.filter(({ first }) => first).length
    const bad = played.filter((one) => one.first && one.bad !== undefined)

    yield* register(plant)
    yield* Effect.all([publish(plant, played, spreadMillis), disturb(plant)], { concurrency: 2 })
    yield* settled(plant, queue, distinct, deadlineMillis)

    const cases = yield* openCases(plant)
    expect(
      cases
        .filter(({ subject }) => subject === "message")
        .map(({ messageId }) => messageId)
        .sort()
    ).toEqual(bad.map(({ message }) => message.messageId).sort())
    expect(cases.flatMap(({ breach, waiting }) => (breach === null ? [] : [`${waiting} ${breach}`])).sort()).toEqual(
      [...predicted]
        .flatMap(([order, { openBreaches }]) => openBreaches.map((on) => `order/${id}/${order} overproduction/${on}`))
        .sort()
    )
    expect(yield* inView(plant)).toEqual(perOrder(predicted, (order) => order.totals()))
    const documents = [...predicted.values()].flatMap((order) => order.documents)
    expect(yield* withheld(plant)).toBe(documents.filter((document) => document.withheld).length)
    const before = yield* inErp(plant)
    expect(before.documents).toBe(documents.filter((document) => !document.withheld).length)
    expect(before.sums).toEqual(perOrder(predicted, (order) => order.posted()))

    yield* resubmit(plant, cases, played)
    yield* settled(plant, queue, distinct, deadlineMillis)
    const left = yield* openCases(plant)
    expect(left.filter(({ subject }) => subject === "message")).toEqual([])
    yield* waive(
      plant,
      left.map((row) => row.id)
    )
    yield* settled(plant, queue, distinct, deadlineMillis)

    const clean = perOrder(modelled(withoutBad(played)), (order) => order.totals())
    expect(yield* inView(plant)).toEqual(clean)
    expect((yield* inErp(plant)).sums).toEqual(posts(clean))
    expect(yield* withheld(plant)).toBe(0)
    return played.length
  })

/** Kills the core at random moments and starts it again at once. */
export const killing = (times: number, pause: () => number) => (plant: Plant) =>
  Effect.gen(function* () {
    for (let time = 0; time < times; time++) {
      yield* Effect.scoped(
        Effect.gen(function* () {
          const core = yield* startCore(plant)
          yield* Effect.sleep(pause())
          yield* core.kill
        })
      )
    }
  })
