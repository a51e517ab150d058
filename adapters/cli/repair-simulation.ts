// Plays the steward and the supervisor of the last simulation: bad messages are sent again as they should have been,
// reports that came twice under two ids are taken back, and what is left on purpose is waived. Used by `simulate`.
import { Effect } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { exchanges } from "../../core/port/broker.ts"
import type { CaseRow } from "../../projections/exceptions/queries.ts"
import { postingsToCome } from "../../projections/postings/queries.ts"
import type { Settings } from "../config.ts"
import type { Ledger, PlantLedger } from "../simulator/ledger.ts"
import { publication } from "../simulator/trouble.ts"
import { type Decision, decide } from "./decide-case.ts"
import { drained } from "./drained.ts"
import { say } from "./output.ts"
import { play } from "./play.ts"
import { casesLeft } from "./simulated-cases.ts"

/** So many decisions are sent and awaited at once. */
const chunk = 500
const decideAll = Effect.fnUntraced(function* (settings: Settings, decisions: ReadonlyArray<Decision>) {
  for (let from = 0; from < decisions.length; from += chunk) {
    yield* decide(settings, decisions.slice(from, from + chunk))
  }
})

const encoder = new TextEncoder()

/** The bodies that the bad messages should have had. */
const corrections = ({ bad, plant }: PlantLedger, cases: ReadonlyArray<CaseRow>): ReadonlyArray<Decision> => {
  const bodies = new Map(bad.map(({ body, messageId }) => [messageId, body]))
  return cases.flatMap(({ id, messageId, plant: of, subject }) => {
    const body = of === plant && subject === "message" && messageId !== null ? bodies.get(messageId) : undefined
    if (body === undefined) return []
    const replacement = { bytes: encoder.encode(body), contentType: "application/json" } as const
    return [{ caseId: id, action: "resubmit", by: "Steward", reason: "Mended", replacement } as const]
  })
}

const mendingsOf = ({ mendings, plant }: PlantLedger) =>
  mendings.map(({ body, messageId, type }) =>
    publication(plant, { exchange: exchanges.mesEvents, type, messageId, body: {} }, encoder.encode(body))
  )

/** A breach or a suspicion is waived; a document that didn't go is posted again. */
const decisionOn = ({ id, subject }: CaseRow): Decision =>
  subject === "posting"
    ? { caseId: id, action: "resubmit", by: "Supervisor", reason: "Post it all the same" }
    : { caseId: id, action: "waive", by: "Supervisor", reason: "Wanted" }

/** It is a repair only if nothing is left. */
export const requireNothingLeft = ({ casesLeft, documentsToCome }: Record<"casesLeft" | "documentsToCome", number>) =>
  casesLeft === 0 && documentsToCome === 0
    ? Effect.void
    : Effect.fail(
        new TechnicalFailure({
          field: "simulation",
          value: "not repaired",
          reason: `${casesLeft} cases are open and ${documentsToCome} documents aren't in the ERP, and nothing more happens to them`,
          nextStep: "See: npm run traveler -- exceptions list, and npm run traveler -- simulate --check"
        })
      )

/** A document that is refused as often as that isn't mended by posting it again. */
const lastTry = 5

/** Once what is left has stood still for so many seconds, nothing more happens to it. */
const patience = 30

export const repairSimulation = Effect.fnUntraced(function* (settings: Settings, { plants }: Ledger) {
  const ids = plants.map(({ plant }) => plant)
  const isOpen = ({ state }: CaseRow) => state === "open"
  const toCome = Effect.map(Effect.forEach(ids, postingsToCome), (rows) => rows.flat())
  const cases = (yield* casesLeft(ids)).filter(isOpen)
  const resubmissions = plants.flatMap((ledger) => corrections(ledger, cases))
  yield* say(`Sending ${resubmissions.length} bad messages again, corrected`)
  yield* decideAll(settings, resubmissions)
  const mendings = new Map(plants.map((ledger) => [ledger.plant, mendingsOf(ledger)]))
  yield* play(mendings, undefined)
  const decided: Array<CaseRow> = []
  const isWorthIt = ({ id }: CaseRow) => decided.filter((row) => row.id === id).length < lastTry
  let left = { casesLeft: -1, documentsToCome: -1 }
  for (let still = 0; still < patience; ) {
    const open = (yield* casesLeft(ids)).filter(isOpen).filter(isWorthIt)
    if (open.length > 0) yield* say(`Deciding ${open.length} cases that are left`)
    yield* decideAll(settings, open.map(decisionOn))
    decided.push(...open)
    for (const plant of ids) yield* drained(plant, [], 0)
    const before = left
    const documents = yield* toCome
    left = { casesLeft: (yield* casesLeft(ids)).length, documentsToCome: documents.length }
    if (left.casesLeft === 0 && left.documentsToCome === 0) break
    // Documents that wait for each other become a case once somebody has looked for such.
    const isStill = left.casesLeft === before.casesLeft && left.documentsToCome === before.documentsToCome
    const rests = documents.some(({ state }) => state === "Deferred")
    still = isStill && open.length === 0 && !rests ? still + 1 : 0
    yield* Effect.sleep("1 second")
  }
  const postedAgain = decided.filter(({ subject }) => subject === "posting").length
  return {
    resubmitted: resubmissions.length,
    reversed: plants.reduce((sum, { mendings }) => sum + mendings.length, 0),
    postedAgain,
    waived: decided.length - postedAgain,
    ...left
  }
})
