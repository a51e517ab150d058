// Holds the last simulation's plants against their ledger, and every queue's account. Used by `simulate --check`.
import { Effect, Option, Schedule } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { caughtUp } from "../../projections/checkpoint.ts"
import { projections } from "../../projections/index.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { onTheirWay, postingCounts } from "../../projections/postings/queries.ts"
import type { SandboxAdmin } from "../erp/sandbox/admin.ts"
import type { BookName, Books, Cells } from "../simulator/books.ts"
import { bookNames } from "../simulator/books.ts"
import { balances, compare, type Difference, faultsOf, type Phase, phaseOf } from "../simulator/check.ts"
import type { Ledger, PlantLedger } from "../simulator/ledger.ts"
import { erpBooks } from "./erp-books.ts"
import { edgesBook, lotsBook, ordersBook } from "./simulated-books.ts"
import { casesLeft } from "./simulated-cases.ts"

/** So many differences are named. */
const shown = 20

const together = (books: ReadonlyArray<Cells>): Cells => Object.fromEntries(books.flatMap(Object.entries<string>))

const found = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>, erp: SandboxAdmin) {
  const inErp = yield* Effect.forEach(plants, (plant) => erpBooks(plant, erp))
  const books: Books = {
    orders: together(yield* Effect.forEach(plants, ordersBook)),
    lots: together(yield* Effect.forEach(plants, lotsBook)),
    edges: together(yield* Effect.forEach(plants, edgesBook)),
    documents: together(inErp.map(({ documents }) => documents)),
    stock: together(inErp.map(({ stock }) => stock))
  }
  return { books, toCome: inErp.reduce((sum, { toCome }) => sum + toCome, 0) }
})

const accountOf = Effect.fnUntraced(function* ({ bad, distinct, mendings, plant }: PlantLedger, phase: Phase) {
  const { duplicates, handled, parked, queue } = yield* queueAccount(inboundQueue(plant))
  const sent = distinct + (phase === "after" ? mendings.length : 0)
  const account = { queue, sent, bad: bad.length, handled, parked, duplicates }
  return { ...account, balances: balances(account) }
})

/** So long may a view take to read what the journal holds now: a timer may have fired a moment ago. */
const viewPatience = "10 seconds"

/** A view that is being built has nothing to compare. */
const requireViews = Effect.gen(function* () {
  const { heads } = yield* Journal
  const now = yield* heads
  for (const { name } of projections) {
    const inTime = yield* caughtUp(name, now).pipe(
      Effect.repeat({ until: (done: boolean) => done, schedule: Schedule.spaced("100 millis") }),
      Effect.timeoutOption(viewPatience)
    )
    if (Option.isSome(inTime)) continue
    return yield* new TechnicalFailure({
      field: "view",
      value: name,
      reason: "It is behind the journal, so it can't be compared yet",
      nextStep: "Try again once a core that runs has brought it up: npm run traveler -- run"
    })
  }
})

/** Documents of these plants that the poster has, or will take by itself. */
const onTheirWayOf = (plants: ReadonlyArray<PlantId>) =>
  Effect.map(postingCounts, (counts) =>
    plants.flatMap((plant) => counts.get(plant) ?? []).reduce((sum, states) => sum + onTheirWay(states), 0)
  )

export const checkSimulation = Effect.fnUntraced(function* ({ plants, predicted }: Ledger, erp: SandboxAdmin) {
  yield* requireViews
  const ids = plants.map(({ plant }) => plant)
  const cases = yield* casesLeft(ids)
  const subjects = cases.map(({ subject }) => subject)
  const phase = phaseOf(
    subjects,
    plants.reduce((sum, { bad }) => sum + bad.length, 0)
  )
  const { books, toCome } = yield* found(ids, erp)
  const { compared, differences } = compare(predicted[phase], books)
  const outcome = {
    phase,
    differences: differences.length,
    casesLeft: cases.length,
    documentsToCome: toCome,
    documentsOnTheirWay: yield* onTheirWayOf(ids),
    accounts: yield* Effect.forEach(plants, (plant) => accountOf(plant, phase))
  }
  const book = (name: BookName) => ({
    compared: compared[name],
    differences: differences.filter((difference) => difference.book === name).length
  })
  return {
    ...outcome,
    orders: book("orders"),
    lots: book("lots"),
    edges: book("edges"),
    documents: book("documents"),
    stock: book("stock"),
    faults: faultsOf(outcome),
    differences: differences.slice(0, shown)
  }
})
export type Checked = Effect.Success<ReturnType<typeof checkSimulation>>

const inWords = ({ book, cell, expected = "nothing", found = "nothing" }: Difference): string =>
  `  ${book}: ${cell}: ${found}, predicted was ${expected}`

export const checkedInSentences = (checked: Checked): string => {
  const { accounts, casesLeft, differences, documentsOnTheirWay, documentsToCome, faults, phase } = checked
  const count = bookNames.reduce((sum, name) => sum + checked[name].differences, 0)
  return [
    phase === "before"
      ? "Messages wait for a person, so this is compared with what was predicted for that."
      : "No message waits for a person: this is compared with the whole truth.",
    ...bookNames.map(
      (name) => `  ${name.padEnd(9)} ${checked[name].compared} compared, ${checked[name].differences} differ`
    ),
    `  ${casesLeft} cases are open, and ${documentsToCome} documents aren't in the ERP yet, ${documentsOnTheirWay} of them on their way`,
    ...accounts.map(
      ({ bad, balances, duplicates, handled, parked, queue, sent }) =>
        `  ${queue}: ${handled} handled + ${parked} parked; ${sent} were sent, ${bad} of them bad, so it ${balances ? "balances" : "DOESN'T BALANCE"}; ${duplicates} duplicates came on top`
    ),
    ...(faults.length === 0 ? ["All is as it should be."] : faults.map((fault) => `${fault}.`)),
    ...(count > differences.length ? [`The first ${differences.length} of ${count} differences:`] : []),
    ...differences.map(inWords)
  ].join("\n")
}
