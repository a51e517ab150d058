// Made-up plants with a real ERP: Tryton on this machine, with their items and orders in it, and what it has in stock beside
// what Traveler has. Used by the demo alone.
import { join } from "node:path"
import { Effect, Option, Redacted, Schedule, Schema } from "effect"
import { DataQualityIssue, messageOf, TechnicalFailure } from "../../core/failure.ts"
import { orderMessages } from "../../core/message/order.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Unit } from "../../core/plant/quantity.ts"
import type { Publication } from "../../core/port/broker.ts"
import { lotsOfPlant } from "../../projections/lots/queries.ts"
import { plansOfPlant } from "../../projections/orders/queries.ts"
import { stateDirectory } from "../../scripts/places.mjs"
import { type RunningTryton, startTryton } from "../../scripts/tryton.ts"
import type { Settings } from "../config.ts"
import { captureStates } from "../erp/capture-state.ts"
import { lotNumber } from "../erp/tryton/lot-number.ts"
import { type TrytonPlanner, trytonPlanner } from "../erp/tryton/planner.ts"
import { addPlant } from "../postgres/plants.ts"
import { coreIsRunning } from "../postgres/presence.ts"
import { numbersElsewhere } from "../simulator/receiving.ts"
import { say } from "./output.ts"
import type { Plays } from "./play.ts"
import { storageLayer } from "./storage.ts"
import { trytonOptions } from "./tryton-options.ts"

const database = "traveler_tryton"

const noTryton = (cause: unknown) =>
  new TechnicalFailure({
    field: "erp",
    value: "tryton",
    reason: messageOf(cause),
    nextStep: "Run it as root on Debian, which installs Tryton, or without --erp"
  })

const urlOf = ({ database, origin, password, user }: RunningTryton): Redacted.Redacted => {
  const url = new URL(`/${database}`, origin)
  url.username = user
  url.password = password
  return Redacted.make(url.href)
}

/** A database serves one ERP: the journal beside Tryton is one of its own, on the same Postgres. */
const withOwnDatabase = (postgresUrl: Redacted.Redacted): Redacted.Redacted => {
  const url = new URL(Redacted.value(postgresUrl))
  url.pathname = `${url.pathname}_beside_tryton`
  return Redacted.make(url.href)
}

const runsAlready = new TechnicalFailure({
  field: "core",
  value: "running",
  reason: "A core runs on this database, perhaps for another ERP, and both would post to theirs",
  nextStep: "End it, or name another database in TRAVELER_POSTGRES_URL"
})

/** The one that the settings name, else one that is installed and started, with a database for the core that posts to it. */
export const startedTryton = Effect.fnUntraced(function* (found: Settings) {
  if (Option.isSome(found.trytonUrl)) {
    if (yield* Effect.provide(coreIsRunning, storageLayer(found))) return yield* runsAlready
    return { planner: yield* trytonPlanner(trytonOptions(found.trytonUrl.value)), settings: found }
  }
  const tell = (line: string) => void process.stderr.write(`${line}\n`)
  const place = {
    postgresUrl: Redacted.value(found.postgresUrl),
    directory: join(stateDirectory, "tryton"),
    database,
    port: 8_000
  }
  const running = yield* Effect.tryPromise({ try: () => startTryton(place, tell), catch: noTryton })
  const url = urlOf(running)
  const settings: Settings = {
    ...found,
    postgresUrl: withOwnDatabase(found.postgresUrl),
    trytonUrl: Option.some(url)
  }
  return { planner: yield* trytonPlanner(trytonOptions(url)), settings }
})

const decodeRelease = Schema.decodeUnknownOption(Schema.fromJsonString(orderMessages.ProductionOrderReleased))
const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
const isUnit = Schema.is(Unit)
const decoder = new TextDecoder()

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** Every item that a message names, and the unit that it is counted in there. */
const itemsIn = (value: unknown, around?: Unit): ReadonlyArray<readonly [item: string, unit: Unit]> => {
  if (!isRecord(value)) return []
  const { itemId, quantity } = value
  const own = isRecord(quantity) && isUnit(quantity.unit) ? quantity.unit : around
  const named = typeof itemId === "string" && own !== undefined ? [[itemId, own] as const] : []
  return [...named, ...Object.values(value).flatMap((part) => itemsIn(part, own))]
}

/** The unit that most messages count each item in: a bad message may name another. */
const unitsOf = (publications: ReadonlyArray<Publication>): ReadonlyMap<string, Unit> => {
  const counts = new Map<string, Map<Unit, number>>()
  for (const { body } of publications) {
    for (const [item, unit] of itemsIn(Option.getOrUndefined(decodeJson(decoder.decode(body))))) {
      const units = counts.get(item) ?? new Map<Unit, number>()
      counts.set(item, units.set(unit, (units.get(unit) ?? 0) + 1))
    }
  }
  return new Map(
    [...counts].flatMap(([item, units]) => {
      const [most] = [...units].sort(([, left], [, right]) => right - left)
      return most === undefined ? [] : [[item, most[0]] as const]
    })
  )
}

const releaseIn = ({ body, type }: Publication) =>
  type === "ProductionOrderReleased" ? decodeRelease(decoder.decode(body)) : Option.none()

/** Gives Tryton the plants' items and orders. What is left is for the MES to report; a release that can't be read, too. */
export const planned = Effect.fnUntraced(function* (planner: TrytonPlanner, plays: Plays) {
  const rest = new Map<PlantId, ReadonlyArray<Publication>>()
  let orders = 0
  for (const [plant, publications] of plays) {
    const items = unitsOf(publications)
    const releases = new Map(
      publications.flatMap((publication) =>
        Option.match(releaseIn(publication), { onNone: () => [], onSome: (release) => [[release.orderId, release]] })
      )
    )
    yield* planner.addPlant(plant)
    for (const [item, unit] of items) yield* planner.addItem(item, unit)
    for (const { itemId, operations, orderId, quantity } of releases.values()) {
      const steps = operations.map(({ operationId }) => operationId)
      yield* planner.releaseOrder({ plant, orderId, itemId, quantity, operations: steps })
    }
    orders += releases.size
    yield* say(`Tryton has plant ${plant} with ${items.size} items and ${releases.size} released orders`)
    rest.set(
      plant,
      publications.filter((publication) => Option.isNone(releaseIn(publication)))
    )
  }
  return { plays: rest, orders }
})

/** Milliseconds in which at least one order more comes. */
const patience = 60_000

const notCaptured = (plants: ReadonlyArray<PlantId>, known: number, orders: number) =>
  Effect.flatMap(captureStates, (states) => {
    const failures = states.flatMap(({ failure, plant }) =>
      plants.includes(plant) && failure !== null ? [failure] : []
    )
    return Effect.fail(
      new TechnicalFailure({
        field: "erp",
        value: `${known} of ${orders} orders`,
        reason: failures.join("; ") || "No more orders come from Tryton",
        nextStep: "See the exceptions of these plants: a release that can't be read is parked"
      })
    )
  })

/** The core serves the plants, and hears of their orders from Tryton. */
export const ordersCaptured = Effect.fnUntraced(function* (plants: Iterable<PlantId>, orders: number) {
  const served = [...plants]
  yield* Effect.forEach(served, addPlant)
  yield* say(`Waiting for ${orders} orders to come from Tryton`)
  let movedAt = performance.now()
  for (let known = 0; known < orders; ) {
    yield* Effect.sleep("500 millis")
    const now = (yield* Effect.forEach(served, plansOfPlant)).flat().length
    if (now > known) movedAt = performance.now()
    known = now
    if (performance.now() - movedAt > patience) return yield* notCaptured(served, known, orders)
  }
})

/** Lots of which Traveler and Tryton don't have the same, and how many both have. */
export const comparedStock = Effect.fnUntraced(function* (planner: TrytonPlanner, plants: Iterable<PlantId>) {
  const differences: Array<string> = []
  let lots = 0
  for (const plant of plants) {
    const ours = new Map<string, string>()
    for (const { itemId, lotId, onHand, scope, unit } of yield* lotsOfPlant(plant, numbersElsewhere(plant))) {
      if (unit === null || onHand === null || onHand === "0") continue
      ours.set(`${itemId} ${lotNumber(plant, { lotId, scope })}`, `${onHand} ${unit}`)
    }
    // It is only read: an answer that is lost may be asked for again.
    const inTryton = yield* Effect.retry(planner.stockByLot(plant), {
      times: 20,
      schedule: Schedule.spaced("1 second")
    })
    const theirs = new Map(
      inTryton.map(({ itemId, lot, quantity, unit }) => [`${itemId} ${lot}`, `${quantity} ${unit}`])
    )
    for (const lot of new Set([...ours.keys(), ...theirs.keys()])) {
      const [here, there] = [ours.get(lot) ?? "nothing", theirs.get(lot) ?? "nothing"]
      if (here === there) lots += 1
      else differences.push(`${plant}: ${lot}: ${here} here, ${there} in Tryton`)
    }
  }
  return { lots, differences }
})

export const requireSameStock = ({ differences, lots }: Effect.Success<ReturnType<typeof comparedStock>>) =>
  differences.length === 0 && lots > 0
    ? Effect.void
    : Effect.fail(
        new DataQualityIssue({
          field: "stock",
          value: `${differences.length} lots`,
          reason: differences.slice(0, 5).join("; ") || "Nothing is in stock, here or there",
          nextStep:
            "See the lots' postings (traveler why lot ID, with TRAVELER_POSTGRES_URL naming the journal beside Tryton)"
        })
      )
