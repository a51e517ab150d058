// Holds the last simulation's plants against their ledger, and every queue's account. Used by `simulate --check`.
import { Effect } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { caughtUp } from "../../projections/checkpoint.ts"
import { projections } from "../../projections/index.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import type { SandboxAdmin } from "../erp/sandbox/admin.ts"
import type { BookName, Books, Cells } from "../simulator/books.ts"
import { bookNames } from "../simulator/books.ts"
import { compare, type Difference } from "../simulator/check.ts"
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

/**
 * Every message that was sent is there once: handled, or parked where it can't be understood. How many duplicates came
 * on top isn't certain, since a killed core loses that count and the broker delivers again.
 */
const accountOf = Effect.fnUntraced(function* ({ bad, distinct, mendings, plant }: PlantLedger, isMended: boolean) {
  const account = yield* queueAccount(inboundQueue(plant))
  const { duplicates, handled, parked, received } = account
  const sent = distinct + (isMended ? mendings.length : 0)
  const balances = received === handled + duplicates + parked && handled + parked === sent && parked === bad.length
  return { ...account, sent, balances }
})

/** A view that is being built has nothing to compare. */
const requireViews = Effect.gen(function* () {
  const { heads } = yield* Journal
  const now = yield* heads
  for (const { name } of projections) {
    if (yield* caughtUp(name, now)) continue
    return yield* new TechnicalFailure({
      field: "view",
      value: name,
      reason: "It is behind the journal, so it can't be compared yet",
      nextStep: "Try again once a core that runs has brought it up: npm run traveler -- run"
    })
  }
})

/**
 * While a message waits for a person, what was predicted for that holds; else the whole truth. Documents may be still to
 * come as long as any case is open.
 */
export const checkSimulation = Effect.fnUntraced(function* ({ plants, predicted }: Ledger, erp: SandboxAdmin) {
  yield* requireViews
  const ids = plants.map(({ plant }) => plant)
  const cases = yield* casesLeft(ids)
  const phase = cases.some(({ subject }) => subject === "message") ? "before" : "after"
  const { books, toCome } = yield* found(ids, erp)
  const isPosted = toCome === 0 || cases.length > 0
  const { compared, differences } = compare(predicted[phase], books)
  const accounts = yield* Effect.forEach(plants, (plant) => accountOf(plant, phase === "after"))
  const book = (name: BookName) => ({
    compared: compared[name],
    differences: differences.filter((difference) => difference.book === name).length
  })
  return {
    isWhole: differences.length === 0 && isPosted && accounts.every(({ balances }) => balances),
    answer: {
      phase,
      orders: book("orders"),
      lots: book("lots"),
      edges: book("edges"),
      documents: book("documents"),
      stock: book("stock"),
      casesLeft: cases.length,
      documentsToCome: toCome,
      accounts,
      differences: differences.slice(0, shown)
    }
  }
})
export type Checked = Effect.Success<ReturnType<typeof checkSimulation>>

const inWords = ({ book, cell, expected = "nothing", found = "nothing" }: Difference): string =>
  `  ${book}: ${cell}: ${found}, predicted was ${expected}`

export const checkedInSentences = ({ answer, isWhole }: Checked): string => {
  const { accounts, casesLeft, differences, documentsToCome, phase } = answer
  const count = bookNames.reduce((sum, name) => sum + answer[name].differences, 0)
  return [
    phase === "before"
      ? "Messages wait for a person, so this is compared with what was predicted for that."
      : "No message waits for a person: this is compared with the whole truth.",
    ...bookNames.map(
      (name) => `  ${name.padEnd(9)} ${answer[name].compared} compared, ${answer[name].differences} differ`
    ),
    `  ${casesLeft} cases are open, and ${documentsToCome} documents aren't in the ERP yet${documentsToCome > 0 && casesLeft === 0 ? ": NOBODY IS ASKED ABOUT THEM" : ""}`,
    ...accounts.map(
      ({ balances, duplicates, handled, parked, queue, received, sent }) =>
        `  ${queue}: received ${received} = ${handled} handled + ${duplicates} duplicates + ${parked} parked; ${sent} were sent, so it ${balances ? "balances" : "DOESN'T BALANCE"}`
    ),
    ...(isWhole ? ["All is as it should be."] : []),
    ...(count > differences.length ? [`The first ${differences.length} of ${count} differences:`] : []),
    ...differences.map(inWords)
  ].join("\n")
}
