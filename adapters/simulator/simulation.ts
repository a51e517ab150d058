// Two made-up plants with everything that goes wrong on the way: what is published, and the ledger that it is held
// against. The same plants, seed, number and shares make the same bytes. Used by `simulate`, the demo and the tests.
import type { PlantId } from "../../core/plant/identifiers.ts"
import type { Publication } from "../../core/port/broker.ts"
import type { BookName, Books } from "./books.ts"
import { GearboxPlant } from "./gearbox-plant.ts"
import type { Ledger, PlantLedger } from "./ledger.ts"
import { ProcessPlant } from "./process-plant.ts"
import { chance } from "./random.ts"
import { Clock, ShopFloor } from "./shop-floor.ts"
import { withLate, withTrouble } from "./trouble.ts"
import { type MeantMessage, truthOf } from "./truth.ts"

/** Shares are from 0 to 1. */
export interface Mix {
  readonly seed: number
  /** That both plants make up; duplicates and double reports come in addition. */
  readonly messages: number
  readonly duplicates: number
  readonly reorder: number
  readonly late: number
  readonly bad: number
  readonly doubleReports: number
}

export interface Plants {
  readonly discrete: PlantId
  readonly process: PlantId
}

export interface Simulation {
  readonly publications: ReadonlyMap<PlantId, ReadonlyArray<Publication>>
  readonly ledger: Ledger
}

/** How the plants work, whatever goes wrong. */
export interface Habits {
  /** Some of what they take is reported as backflushed: their ERP books it by itself. */
  readonly backflushes: boolean
  /** They stop when each job that was begun is done, and not where the number of messages is reached. */
  readonly finishesJobs: boolean
}

const usualHabits: Habits = { backflushes: true, finishesJobs: false }

const start = Date.UTC(2025, 0, 6, 6)
const betweenJobs = 25 * 60_000

/** So many messages of a plant, as they happened; more where it finishes its jobs. */
const history = (
  floor: ShopFloor,
  plant: GearboxPlant | ProcessPlant,
  messages: number,
  { finishesJobs }: Habits
): ReadonlyArray<MeantMessage> => {
  for (let number = 0; floor.messages.length < messages; number++) {
    plant.job(new Clock(start + number * betweenJobs, floor.random))
  }
  const happened = floor.messages.toSorted((left, right) => left.at - right.at)
  return finishesJobs ? happened : happened.slice(0, messages)
}

/** A report that is sent again under another id; the sender doesn't count that one. */
const twinOf = ({ sequence: _, ...message }: MeantMessage): MeantMessage => ({
  ...message,
  messageId: `${message.messageId}/again`
})

/** What takes the twin back. */
const mendingOf = ({ at, body, exchange, messageId, orderId }: MeantMessage): MeantMessage => {
  const { itemId, lotId, occurredAt, scope } = body
  return {
    exchange,
    type: orderId === undefined ? "LotReportReversed" : "ReportReversed",
    messageId: `${messageId}/reversal`,
    ...(orderId === undefined ? {} : { orderId }),
    body: { orderId, itemId, lotId, scope, occurredAt, reverses: { messageId }, reason: "Reported twice" },
    at,
    means: { entries: [], takesBack: messageId }
  }
}

const canBeDoubled = ({ means: { entries, takesBack, word } }: MeantMessage): boolean =>
  (entries.length > 0 || word !== undefined) && takesBack === undefined

const decoder = new TextDecoder()

interface PlayedPlant {
  readonly publications: ReadonlyArray<Publication>
  readonly ledger: PlantLedger
  readonly before: ReadonlyArray<MeantMessage>
  readonly after: ReadonlyArray<MeantMessage>
}

const playedPlant = (plant: PlantId, messages: ReadonlyArray<MeantMessage>, mix: Mix, seed: number): PlayedPlant => {
  const random = chance(seed)
  const twins = new Map(
    messages.flatMap((message) =>
      canBeDoubled(message) && random.happens(mix.doubleReports) ? [[message.messageId, twinOf(message)] as const] : []
    )
  )
  const sent = messages.flatMap((message) => {
    const twin = twins.get(message.messageId)
    return twin === undefined ? [message] : [message, twin]
  })
  const { bad, duplicates, late, reorder } = mix
  const troubled = withTrouble(plant, sent, { seed, bad, duplicates, reordered: reorder })
  const arrivals = withLate(troubled, { seed, late })
  const mendings = Array.from(twins.values(), mendingOf)
  const broken = troubled.flatMap(({ bad, first, message: { messageId } }) =>
    first && bad !== undefined ? [{ messageId, body: decoder.decode(bad.twin) }] : []
  )
  const unread = new Set(broken.map(({ messageId }) => messageId))
  return {
    publications: arrivals.map(({ publication }) => publication),
    ledger: {
      plant,
      published: arrivals.length,
      distinct: sent.length,
      bad: broken,
      mendings: mendings.map(({ body, messageId, type }) => ({ type, messageId, body: JSON.stringify(body) }))
    },
    before: sent.filter(({ messageId }) => !unread.has(messageId)),
    after: [...sent, ...mendings]
  }
}

/** Each plant counts its own messages, and no two plants have a cell in common. */
const together = (books: ReadonlyArray<Books>): Books => {
  const book = (name: BookName) => Object.fromEntries(books.flatMap((one) => Object.entries(one[name])))
  return {
    orders: book("orders"),
    lots: book("lots"),
    edges: book("edges"),
    documents: book("documents"),
    stock: book("stock")
  }
}

export const simulation = ({ discrete, process }: Plants, mix: Mix, habits = usualHabits): Simulation => {
  const half = Math.ceil(mix.messages / 2)
  const floors = {
    discrete: new ShopFloor(discrete, chance(2 * mix.seed), 1),
    process: new ShopFloor(process, chance(2 * mix.seed + 1), -5)
  }
  const gearboxes = history(floors.discrete, new GearboxPlant(floors.discrete), half, habits)
  const lacquer = new ProcessPlant(floors.process, habits.backflushes)
  const lacquers = history(floors.process, lacquer, mix.messages - half, habits)
  const played = [
    playedPlant(discrete, gearboxes, mix, 2 * mix.seed),
    playedPlant(process, lacquers, mix, 2 * mix.seed + 1)
  ]
  return {
    publications: new Map(played.map(({ ledger, publications }) => [ledger.plant, publications])),
    ledger: {
      mix,
      plants: played.map(({ ledger }) => ledger),
      predicted: {
        before: together(played.map(({ before }) => truthOf(before))),
        after: together(played.map(({ after }) => truthOf(after)))
      }
    }
  }
}
