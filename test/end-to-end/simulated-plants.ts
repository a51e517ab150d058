// Two simulated plants whose messages come twice, late and broken, through a core and services that may crash meanwhile;
// what comes of them is held against their own ledger before a repair and after it. Used by the tests beside it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Redacted, Schedule, Schema, type Scope } from "effect"
import { expect } from "vitest"
import { clientLayer } from "../../adapters/postgres/client.ts"
import * as RabbitBroker from "../../adapters/rabbitmq/broker.ts"
import { bookNames } from "../../adapters/simulator/books.ts"
import { Ledger } from "../../adapters/simulator/ledger.ts"
import { type Mix, type Simulation, simulation } from "../../adapters/simulator/simulation.ts"
import { StreamName } from "../../core/journal/stream.ts"
import { zero } from "../../core/plant/decimal.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, inboundQueue } from "../../core/port/broker.ts"
import { everything } from "../../projections/cut.ts"
import { bookedOf } from "../../projections/ledger/queries.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { type Plant, rows, settled, traveler } from "../harness/processes.ts"
import { recallsAreTrue } from "./recalled-lots.ts"

export const everyTrouble = { duplicates: 0.2, reorder: 0.1, late: 0.01, bad: 0.02, doubleReports: 0.02 }

const decodeLedger = Schema.decodeUnknownEffect(Schema.fromJsonString(Ledger))

const ledgerFile = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "traveler-ledger-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(Effect.map((folder) => join(folder, "simulation.json")))

/** Nothing differs, everything was compared, and it is the phase that it should be; after a repair nothing is left. */
const holds = Effect.fnUntraced(function* (plant: Plant, ledger: string, phase: "before" | "after") {
  const answer = JSON.parse(yield* traveler(plant, "simulate", "--check", "--ledger", ledger, "--json"))
  expect(answer).toMatchObject({ phase, differences: [], faults: [], documentsOnTheirWay: 0 })
  if (phase === "after") expect(answer).toMatchObject({ casesLeft: 0, documentsToCome: 0 })
  for (const book of bookNames) {
    expect(answer[book]).toMatchObject({ differences: 0 })
    expect(answer[book].compared).toBeGreaterThan(0)
  }
  for (const account of answer.accounts) expect(account).toMatchObject({ balances: true })
  return answer
})

/** It exits with 1, and its last line says why. */
const failedCheck = Effect.fnUntraced(function* (plant: Plant, ledger: string) {
  const { message } = yield* Effect.flip(traveler(plant, "simulate", "--check", "--ledger", ledger, "--json"))
  const [command = "", answer = "", ...said] = message.trim().split("\n")
  expect(command).toMatch(/: 1$/)
  const checked = JSON.parse(answer)
  expect(said.at(-1)).toContain(checked.faults.join("; "))
  return checked
})

/** One cell of each book is predicted otherwise: the check finds these, and nothing else. */
const findsDifferences = Effect.fnUntraced(function* (plant: Plant, file: string, ledger: Ledger) {
  const wrong = "12345.678"
  const planted = bookNames.map((book) => {
    const [cell, found] = Object.entries(ledger.predicted.before[book])[0] ?? ["none", "nothing"]
    return { book, cell, expected: wrong, found }
  })
  const { before } = ledger.predicted
  const altered = Object.fromEntries(
    planted.map(({ book, cell }) => [book, { ...before[book], [cell]: wrong }] as const)
  )
  const alteredFile = `${file}.altered`
  writeFileSync(alteredFile, JSON.stringify({ ...ledger, predicted: { ...ledger.predicted, before: altered } }))
  const checked = yield* failedCheck(plant, alteredFile)
  expect(checked.differences).toEqual(planted)
  for (const book of bookNames) expect(checked[book]).toMatchObject({ differences: 1 })
  expect(checked.faults).toEqual(["5 cells differ from what was predicted"])
})

/** What waits for a person whom nobody has asked: the books agree all the same, and the run isn't mended. */
const findsWhatIsLeft = Effect.fnUntraced(function* (plant: Plant, file: string) {
  yield* rows(
    plant,
    "update postings.posting set state = 'Withheld' where key = (select min(key) from postings.posting where state = 'Verified')"
  )
  const checked = yield* failedCheck(plant, file)
  expect(checked).toMatchObject({ phase: "after", differences: [], casesLeft: 0, documentsToCome: 1 })
  expect(checked.faults).toEqual(["1 documents aren't in the ERP after the repair"])
})

/** Of every lot, what its reporters say came and went is what its own stream has on hand; row by row as by the totals. */
const massBalancesClose = (plant: Plant) =>
  Effect.gen(function* () {
    const lots = yield* rows<{ lot: string }>(plant, "select distinct lot from ledger.flow where lot is not null")
    const names = lots.map(({ lot }) => StreamName(lot))
    const { balances } = yield* bookedOf(names, everything)
    expect(balances.size).toBeGreaterThan(0)
    const open = [...balances].filter(([, units]) => units.some(({ unexplained }) => unexplained !== zero))
    expect(open).toEqual([])
    expect((yield* bookedOf(names, { recordedBy: Infinity })).balances).toEqual(balances)
  }).pipe(Effect.provide(clientLayer(Redacted.make(plant.databaseUrl))))

const repaired = (plant: Plant, ledger: string) =>
  Effect.gen(function* () {
    yield* traveler(plant, "simulate", "--repair", "--ledger", ledger, "--json")
    yield* holds(plant, ledger, "after")
    yield* massBalancesClose(plant)
  })

const words = ({ bad, doubleReports, duplicates, late, messages, reorder, seed }: Mix): ReadonlyArray<string> =>
  Object.entries({ messages, seed, duplicates, reorder, late, bad, "double-reports": doubleReports }).flatMap(
    ([name, value]) => [`--${name}`, String(value)]
  )

/** By the commands, as a person would. */
export const tryCommands = (plant: Plant, mix: Mix) =>
  Effect.gen(function* () {
    const file = yield* ledgerFile
    yield* traveler(plant, "simulate", ...words(mix), "--ledger", file, "--json")
    const ledger = yield* decodeLedger(readFileSync(file, "utf8"))
    const { accounts } = yield* holds(plant, file, "before")
    // Nothing happened to the core and the broker, so that each duplicate was counted, and once.
    for (const { distinct, plant: id, published } of ledger.plants) {
      const account = { queue: inboundQueue(id), duplicates: published - distinct }
      expect(accounts).toContainEqual(expect.objectContaining(account))
    }
    yield* findsDifferences(plant, file, ledger)
    yield* repaired(plant, file)
    yield* recallsAreTrue(plant, ledger.predicted.after.edges)
    yield* findsWhatIsLeft(plant, file)
  })

export interface Disturbance {
  readonly mix: Mix
  readonly deadlineMillis: number
  /** Publishing takes at least this long, so that there is load while things crash. */
  readonly spreadMillis: number
  /** What is done to the core and its services meanwhile; all must be running again in the end. */
  readonly disturb: (plant: Plant) => Effect.Effect<void, unknown, Scope.Scope>
}

const ids = { discrete: PlantId.make("gearbox"), process: PlantId.make("lacquer") }

/** What the broker hasn't confirmed is sent again. */
const publish = (plant: Plant, { publications }: Simulation, spreadMillis: number) =>
  Effect.gen(function* () {
    const broker = yield* Broker
    const batch = 200
    for (const id of publications.keys()) yield* broker.declarePlant(id)
    const longest = Math.max(...Array.from(publications.values(), ({ length }) => length))
    for (let from = 0; from < longest; from += batch) {
      for (const all of publications.values()) {
        yield* broker
          .publish(all.slice(from, from + batch))
          .pipe(Effect.retry({ schedule: Schedule.spaced("500 millis"), times: 120 }))
      }
      yield* Effect.sleep((spreadMillis * batch) / longest)
    }
  }).pipe(Effect.provide(RabbitBroker.layer(Redacted.make(plant.brokerUrl))))

/** A balance below zero is looked at again after a minute; what is due later waits for a person. */
const nothingDueSoon = (plant: Plant) =>
  Effect.map(
    rows(plant, "select from timers.timer where due_at <= extract(epoch from now() + interval '1 minute') * 1000"),
    ({ length }) => length === 0
  )

/** While it is disturbed; the commands come once it is calm. */
export const tryDisturbed = (plant: Plant, { deadlineMillis, disturb, mix, spreadMillis }: Disturbance) =>
  Effect.gen(function* () {
    const simulated = simulation(ids, mix)
    const ledger = yield* ledgerFile
    writeFileSync(ledger, JSON.stringify(simulated.ledger))
    yield* traveler(plant, "doctor")
    for (const id of simulated.publications.keys()) {
      yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
    }
    yield* Effect.all([publish(plant, simulated, spreadMillis), disturb(plant)], { concurrency: 2 })
    const calm = Effect.forEach(simulated.ledger.plants, ({ distinct, plant: id }) =>
      settled(plant, inboundQueue(id), distinct, deadlineMillis)
    )
    yield* calm
    yield* eventually("every lot whose time has come knows it", nothingDueSoon(plant), 120)
    yield* calm
    yield* holds(plant, ledger, "before")
    yield* repaired(plant, ledger)
  })
