// Answers a recall: walks the genealogy with what vessels and equipment add to it, and asks the ledger where everything of
// the lots found is. All of it is read as of one moment, of one prefix of the journal. Used by the command, the exercise and
// tests.
import { Effect, Fiber, Schedule } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import { lotStream, StreamName } from "../../core/journal/stream.ts"
import { instant, type OccurredAt } from "../../core/plant/time.ts"
import type { Checkpoint } from "../../core/port/checkpoints.ts"
import { behind, checkpointsOf } from "../../projections/checkpoint.ts"
import type { Cut } from "../../projections/cut.ts"
import { broughtBack, stepsFrom } from "../../projections/genealogy/steps.ts"
import { inOwnUnits } from "../../projections/ledger/own-unit.ts"
import { type Booked, bookedOf } from "../../projections/ledger/queries.ts"
import { version } from "../version.ts"
import { derivedFrom, windowLots } from "./derive.ts"
import type { DerivedEdge, Node } from "./derived.ts"
import { graphFrom, type Way } from "./graph.ts"
import { type Ask, atOneMoment } from "./one-moment.ts"
import { chainHashes, commonPrefix, eventsIn, prefixHash } from "./prefix.ts"
import type { Direction, RecallReport } from "./report.ts"
import { type Answer, type Question, reportOf } from "./report-of.ts"
import { isLot, surest } from "./surest.ts"
import { linksOf, lotsOf, nodesOf } from "./traced.ts"

/** Every view that an answer is made of. */
export const viewsAsked = ["genealogy", "ledger", "plants", "equipment"]

/** 30 seconds: a core that runs takes a tenth of one. */
const patience = { schedule: Schedule.spaced("100 millis"), times: 300 }

/** What was recorded before the question belongs to the answer. */
const caughtUp = Effect.gen(function* () {
  const journal = yield* Journal
  const heads = yield* journal.heads
  yield* Effect.gen(function* () {
    for (const [name, checkpoint] of yield* checkpointsOf(viewsAsked)) {
      const events = behind(checkpoint, heads)
      if (events > 0) {
        return yield* new TechnicalFailure({
          field: "view",
          value: name,
          reason: `It is ${events} events behind the journal, and doesn't catch up: no core runs that feeds it, or it stands still`,
          nextStep: "Start a core in another terminal: npm run traveler -- run; npm run traveler -- doctor says more"
        })
      }
    }
  }).pipe(Effect.retry({ ...patience, while: ({ _tag }) => _tag === "TechnicalFailure" }))
})

/** As recorded by then and as valid by then. */
const cutAt = (cut: Cut, asOf: OccurredAt | undefined): Cut =>
  asOf === undefined ? cut : { ...cut, recordedBy: instant(asOf), occurredBy: instant(asOf) }

const waysOf: { readonly [direction in Direction]: ReadonlyArray<Way> } = {
  forward: ["forward"],
  backward: ["backward"],
  both: ["forward", "backward"]
}

/** From the recalled lot to whatever was on the equipment then, in the direction of the walk. */
const suspicion =
  (start: Node, way: Way) =>
  ({ node, reason }: { readonly node: Node; readonly reason: string }): DerivedEdge => ({
    ...(way === "forward" ? { source: start, target: node } : { source: node, target: start }),
    ...{ certainty: "window", reason, validFrom: 0, knownFrom: 0 }
  })

const oneMap = <Key, Value>(maps: ReadonlyArray<ReadonlyMap<Key, Value>>): ReadonlyMap<Key, Value> => {
  const all = new Map<Key, Value>()
  for (const map of maps) for (const [key, value] of map) all.set(key, value)
  return all
}

const together = (parts: ReadonlyArray<Booked>): Booked => ({
  balances: oneMap(parts.map(({ balances }) => balances)),
  dispositions: oneMap(parts.map(({ dispositions }) => dispositions)),
  shipments: oneMap(parts.map(({ shipments }) => shipments)),
  receipts: oneMap(parts.map(({ receipts }) => receipts))
})

const answered = Effect.fnUntraced(function* ({ direction, lot, windows }: Question, cut: Cut, ask: Ask) {
  const start = lotStream(lot)
  const derived = yield* derivedFrom(cut)
  const suspects = yield* Effect.forEach(windows, ({ equipment, from, to }) =>
    windowLots(equipment, instant(from), instant(to), cut)
  )
  const graphs = yield* Effect.forEach(waysOf[direction], (way) =>
    Effect.gen(function* () {
      const genealogy = {
        stepsFrom: (nodes: ReadonlyArray<Node>) => ask(nodes, (portion, first) => stepsFrom(portion, way, cut, first)),
        broughtBack: (pairs: Parameters<typeof broughtBack>[0]) => broughtBack(pairs, cut)
      }
      const suspected = suspects.flatMap(({ inputs, starts }) => (way === "forward" ? starts : [...starts, ...inputs]))
      const edges = [...derived.edges, ...suspected.map(suspicion(start, way))]
      return yield* graphFrom(start, way, genealogy, edges)
    })
  )
  // What Postgres looks up while Node finds the surest ways: the question is on its way before that begins.
  const lots = nodesOf(graphs).flatMap((node) => (isLot(node) ? [StreamName(node)] : []))
  const asked = yield* Effect.forkChild(ask(lots, (portion) => bookedOf(portion, cut)))
  yield* Effect.yieldNow
  const walks = graphs.map((graph) => ({ graph, reached: surest(graph) }))
  const traced = lotsOf(walks)
  const { balances, ...booked } = together(yield* Fiber.join(asked))
  const answer: Answer = {
    lots: traced,
    booked: { ...booked, balances: yield* inOwnUnits(balances, cut) },
    links: () => linksOf(walks),
    assumptions: [...derived.assumptions, ...suspects.flatMap(({ assumptions }) => assumptions)]
  }
  return answer
})

/** Asks any number of times, all of them of one prefix. */
const ofOnePrefix = <A, E, R>(
  question: Question,
  program: (
    answerAt: (asOf: OccurredAt | undefined) => ReturnType<typeof reported>,
    prefix: Checkpoint
  ) => Effect.Effect<A, E, R>
) =>
  Effect.andThen(
    caughtUp,
    atOneMoment((ask) =>
      Effect.gen(function* () {
        const { isAllThereIs, offsets } = commonPrefix([...(yield* checkpointsOf(viewsAsked)).values()])
        const journal = { events: eventsIn(offsets), hash: prefixHash(offsets, yield* chainHashes(offsets)) }
        return yield* program(
          (asOf) => reported(question, asOf, isAllThereIs ? {} : { prefix: offsets }, journal, ask),
          offsets
        )
      })
    )
  )

const reported = (
  question: Question,
  asOf: OccurredAt | undefined,
  cut: Cut,
  journal: RecallReport["journal"],
  ask: Ask
) =>
  Effect.map(answered(question, cutAt(cut, asOf), ask), (answer) =>
    reportOf(question, asOf, answer, { journal, version })
  )

/** A report, and what of the views and of the journal it was made of: whoever asks more of that moment asks so. */
export interface Recalled {
  readonly report: RecallReport
  readonly cut: Cut
}

/** As of a time; without one, of all that the journal holds. */
export const recall = (question: Question, asOf: OccurredAt | undefined) =>
  ofOnePrefix(question, (answerAt, prefix) =>
    Effect.map(answerAt(asOf), (report): Recalled => ({ report, cut: cutAt({ prefix }, asOf) }))
  )

/** As of two times, to be compared. */
export const recallTwice = (question: Question, earlier: OccurredAt, later: OccurredAt | undefined) =>
  ofOnePrefix(question, (answerAt) => Effect.all({ before: answerAt(earlier), after: answerAt(later) }))
