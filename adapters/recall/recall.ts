// Answers a recall: walks the genealogy with what vessels and equipment add to it, and asks the ledger where everything of
// the lots found is. All of it is read as of one moment, of one prefix of the journal. Used by the command, the exercise and
// tests.
import { Effect, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import { lotStream } from "../../core/journal/stream.ts"
import { instant, type OccurredAt } from "../../core/plant/time.ts"
import type { Checkpoint } from "../../core/port/checkpoints.ts"
import { behind, checkpointsOf } from "../../projections/checkpoint.ts"
import type { Cut } from "../../projections/cut.ts"
import { broughtBack, stepsFrom } from "../../projections/genealogy/steps.ts"
import { inOwnUnits } from "../../projections/ledger/own-unit.ts"
import { balancesOf, dispositionsOf, shipmentsOf, suppliersOf } from "../../projections/ledger/queries.ts"
import { keepingTables } from "../../projections/projection.ts"
import { version } from "../version.ts"
import { derivedFrom, windowLots } from "./derive.ts"
import type { DerivedEdge, Node } from "./derived.ts"
import { graphFrom, type Way } from "./graph.ts"
import { chainHashes, commonPrefix, eventsIn, prefixHash } from "./prefix.ts"
import type { Direction, RecallReport } from "./report.ts"
import { type Answer, type Question, reportOf } from "./report-of.ts"
import { surest } from "./surest.ts"
import { traced } from "./traced.ts"

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

/**
 * One snapshot for every statement, whatever the core writes meanwhile. A hundred thousand lots are sorted in memory: with
 * Postgres's usual 4 MB they would go by way of the disk.
 */
const atOneMoment = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`set transaction isolation level repeatable read, read only`
        yield* keepingTables
        yield* sql`set local work_mem = '64MB'`
        return yield* program
      })
    )
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

const answered = Effect.fnUntraced(function* ({ direction, lot, windows }: Question, cut: Cut) {
  const start = lotStream(lot)
  const derived = yield* derivedFrom(cut)
  const suspects = yield* Effect.forEach(windows, ({ equipment, from, to }) =>
    windowLots(equipment, instant(from), instant(to), cut)
  )
  const walks = yield* Effect.forEach(waysOf[direction], (way) =>
    Effect.gen(function* () {
      const genealogy = {
        stepsFrom: (nodes: ReadonlyArray<Node>) => stepsFrom(nodes, way, cut),
        broughtBack: (pairs: Parameters<typeof broughtBack>[0]) => broughtBack(pairs, cut)
      }
      const edges = [...derived.edges, ...suspects.flatMap(({ starts }) => starts.map(suspicion(start, way)))]
      const graph = yield* graphFrom(start, way, genealogy, edges)
      return { graph, reached: surest(graph) }
    })
  )
  const found = traced(walks)
  const lots = found.lots.map(({ stream }) => stream)
  const downstream = found.lots.flatMap(({ direction, stream }) => (direction === "backward" ? [] : [stream]))
  const upstream = found.lots.flatMap(({ direction, stream }) => (direction === "forward" ? [] : [stream]))
  const answer: Answer = {
    traced: found,
    balances: yield* inOwnUnits(yield* balancesOf(lots, cut), cut),
    dispositions: yield* dispositionsOf(lots, cut),
    shipments: yield* shipmentsOf(downstream, cut),
    receipts: yield* suppliersOf(upstream, cut),
    assumptions: [...derived.assumptions, ...suspects.flatMap(({ assumptions }) => assumptions)]
  }
  return answer
})

/** Asks any number of times, all of them of one prefix. */
const ofOnePrefix = <A, E, R>(
  question: Question,
  program: (
    ask: (asOf: OccurredAt | undefined) => ReturnType<typeof reported>,
    prefix: Checkpoint
  ) => Effect.Effect<A, E, R>
) =>
  Effect.andThen(
    caughtUp,
    atOneMoment(
      Effect.gen(function* () {
        const { isAllThereIs, offsets } = commonPrefix([...(yield* checkpointsOf(viewsAsked)).values()])
        const journal = { events: eventsIn(offsets), hash: prefixHash(offsets, yield* chainHashes(offsets)) }
        return yield* program(
          (asOf) => reported(question, asOf, isAllThereIs ? {} : { prefix: offsets }, journal),
          offsets
        )
      })
    )
  )

const reported = (question: Question, asOf: OccurredAt | undefined, cut: Cut, journal: RecallReport["journal"]) =>
  Effect.map(answered(question, cutAt(cut, asOf)), (answer) => reportOf(question, asOf, answer, { journal, version }))

/** A report, and what of the views and of the journal it was made of: whoever asks more of that moment asks so. */
export interface Recalled {
  readonly report: RecallReport
  readonly cut: Cut
}

/** As of a time; without one, of all that the journal holds. */
export const recall = (question: Question, asOf: OccurredAt | undefined) =>
  ofOnePrefix(question, (ask, prefix) =>
    Effect.map(ask(asOf), (report): Recalled => ({ report, cut: cutAt({ prefix }, asOf) }))
  )

/** As of two times, to be compared. */
export const recallTwice = (question: Question, earlier: OccurredAt, later: OccurredAt | undefined) =>
  ofOnePrefix(question, (ask) => Effect.all({ before: ask(earlier), after: ask(later) }))
