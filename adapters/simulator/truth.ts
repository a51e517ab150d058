// What is true once certain messages have been heard: a fold over their set. Each message carries what it means, as
// entries in books, plans of orders, words on lots, and the message that it takes back; none of Traveler's rules is called here.
import { type BookName, type Books, bookNames, expiryCell, plannedCell, plannedText, statusCell } from "./books.ts"
import type { SentMessage } from "./message.ts"
import { decimalText } from "./thousandths.ts"

/** So much more in a cell, or less. */
export interface Entry {
  readonly book: BookName
  readonly cell: string
  /** Thousandths; of an edge, how many edges. */
  readonly amount: number
}

/** What quality people say of a lot, from then on (milliseconds since 1970). */
export interface Word {
  readonly lot: string
  readonly at: number
  readonly is: "held" | "released" | "rejected"
}

/** What an order is to make, released by the first revision; of several, the highest rules. A change alone waits. */
export interface Plan {
  readonly order: string
  readonly revision: number
  /** Thousandths. */
  readonly amount: number
  readonly unit: string
}

export interface Meaning {
  readonly entries: ReadonlyArray<Entry>
  readonly plan?: Plan
  readonly word?: Word
  /** The lot that has expired by now. */
  readonly expired?: string
  /** The id of an earlier message that counts no more. */
  readonly takesBack?: string
}

export interface MeantMessage extends SentMessage {
  /** When it happened, milliseconds since 1970. */
  readonly at: number
  readonly means: Meaning
}

/** What takes back a message that isn't heard waits, and so does what takes that back. */
const isEffective = (heard: ReadonlyMap<string, MeantMessage>, messageId: string | undefined): boolean => {
  if (messageId === undefined) return true
  const message = heard.get(messageId)
  return message !== undefined && isEffective(heard, message.means.takesBack)
}

const text = (book: BookName, amount: number): string => (book === "edges" ? String(amount) : decimalText(amount))

/** Of one plant, which tells its messages apart by their ids. */
export const truthOf = (messages: Iterable<MeantMessage>): Books => {
  const heard = new Map(Array.from(messages, (message) => [message.messageId, message]))
  const effective = [...heard.values()].filter(({ means }) => isEffective(heard, means.takesBack))
  const takenBack = new Set(effective.flatMap(({ means }) => means.takesBack ?? []))
  const counted = effective.filter(({ messageId }) => !takenBack.has(messageId))

  const sums = new Map(bookNames.map((book) => [book, new Map<string, number>()]))
  const plans = new Map<string, Plan>()
  const words = new Map<string, Word>()
  const expired = new Set<string>()
  const released = new Set<string>()
  for (const { means } of counted) {
    for (const { amount, book, cell } of means.entries) {
      const cells = sums.get(book)
      cells?.set(cell, (cells.get(cell) ?? 0) + amount)
    }
    const { plan, word } = means
    if (plan?.revision === 1) released.add(plan.order)
    if (plan !== undefined && plan.revision > (plans.get(plan.order)?.revision ?? 0)) plans.set(plan.order, plan)
    if (word !== undefined && word.at >= (words.get(word.lot)?.at ?? 0)) words.set(word.lot, word)
    if (means.expired !== undefined) expired.add(means.expired)
  }

  const cellsOf = (book: BookName) =>
    [...(sums.get(book) ?? [])].flatMap(([cell, sum]) => (sum === 0 ? [] : [[cell, text(book, sum)] as const]))
  const statuses = Array.from(words.values(), ({ is, lot }) => [statusCell(lot), is] as const)
  const planned = [...plans.values()].flatMap(({ amount, order, revision, unit }) =>
    released.has(order) ? [[plannedCell(order), plannedText(decimalText(amount), unit, revision)] as const] : []
  )
  return {
    orders: Object.fromEntries([...cellsOf("orders"), ...planned]),
    lots: Object.fromEntries([
      ...cellsOf("lots"),
      ...statuses,
      ...[...expired].map((lot) => [expiryCell(lot), "yes"] as const)
    ]),
    edges: Object.fromEntries(cellsOf("edges")),
    documents: Object.fromEntries([...cellsOf("documents"), ...statuses]),
    stock: Object.fromEntries(cellsOf("stock"))
  }
}
