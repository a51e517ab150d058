// Holds books against books, what was predicted and what was found, and says what isn't as it should be. Pure; used by
// `simulate --check` and the tests.
import { type BookName, type Books, bookNames, type Cells } from "./books.ts"

export interface Difference {
  readonly book: BookName
  readonly cell: string
  /** Absent where there is no such cell. */
  readonly expected?: string
  readonly found?: string
}

export interface Comparison {
  /** Cells that either side has. */
  readonly compared: { readonly [Name in BookName]: number }
  readonly differences: ReadonlyArray<Difference>
}

const differing = (book: BookName, expected: Cells, found: Cells): ReadonlyArray<Difference> =>
  Object.keys({ ...expected, ...found }).flatMap((cell) => {
    const [one, other] = [expected[cell], found[cell]]
    if (one === other) return []
    return [
      { book, cell, ...(one === undefined ? {} : { expected: one }), ...(other === undefined ? {} : { found: other }) }
    ]
  })

const size = (expected: Cells, found: Cells): number => Object.keys({ ...expected, ...found }).length

export const compare = (expected: Books, found: Books): Comparison => ({
  compared: {
    orders: size(expected.orders, found.orders),
    lots: size(expected.lots, found.lots),
    edges: size(expected.edges, found.edges),
    documents: size(expected.documents, found.documents),
    stock: size(expected.stock, found.stock)
  },
  differences: bookNames.flatMap((book) => differing(book, expected[book], found[book]))
})

export type Phase = "before" | "after"

/**
 * Which prediction holds: the one for before a repair while a bad message waits for a person. A run that has no bad
 * message counts as repaired once no case is left at all.
 */
export const phaseOf = (subjects: ReadonlyArray<string>, bad: number): Phase =>
  subjects.includes("message") || (bad === 0 && subjects.length > 0) ? "before" : "after"

export interface QueueAccount {
  readonly queue: string
  readonly handled: number
  readonly parked: number
  /** Distinct messages, and those of them that can't be understood. */
  readonly sent: number
  readonly bad: number
}

/**
 * Every message that was sent is there once: handled, or parked where it can't be understood. How many duplicates came
 * on top isn't certain, since a killed core loses that count and the broker delivers again.
 */
export const balances = ({ bad, handled, parked, sent }: QueueAccount): boolean =>
  handled + parked === sent && parked === bad

export interface Outcome {
  readonly phase: Phase
  readonly differences: number
  readonly accounts: ReadonlyArray<QueueAccount>
  readonly casesLeft: number
  readonly documentsToCome: number
  /** Of the documents to come, those that nobody need do anything about. */
  readonly documentsOnTheirWay: number
}

/** What isn't as it should be, a sentence each. Before a repair, documents may wait for a person; after it nothing may. */
export const faultsOf = (outcome: Outcome): ReadonlyArray<string> => {
  const { accounts, casesLeft, differences, documentsOnTheirWay, documentsToCome, phase } = outcome
  const isMended = phase === "after"
  return [
    ...(differences > 0 ? [`${differences} cells differ from what was predicted`] : []),
    ...accounts.flatMap((account) => (balances(account) ? [] : [`The account of ${account.queue} doesn't balance`])),
    ...(documentsOnTheirWay > 0 ? [`${documentsOnTheirWay} documents are still on their way to the ERP`] : []),
    ...(isMended && casesLeft > 0 ? [`${casesLeft} cases are open after the repair`] : []),
    ...(isMended && documentsToCome > 0 ? [`${documentsToCome} documents aren't in the ERP after the repair`] : [])
  ]
}
