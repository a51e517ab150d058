// Plays the steward and the supervisor of the last simulation: bad messages are sent again as they should have been,
// reports that came twice under two ids are taken back, and what is left on purpose is waived. Used by `simulate`.
import { Effect } from "effect"
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

/** Once the documents to come have stood still for so many seconds, nothing more happens to them. */
const patience = 30

export const repairSimulation = Effect.fnUntraced(function* (settings: Settings, { plants }: Ledger) {
  const ids = plants.map(({ plant }) => plant)
  const open = Effect.map(casesLeft(ids), (cases) => cases.filter(({ state }) => state === "open"))
  const toCome = Effect.map(Effect.forEach(ids, postingsToCome), (rows) => rows.flat().length)
  const cases = yield* open
  const resubmissions = plants.flatMap((ledger) => corrections(ledger, cases))
  yield* say(`Sending ${resubmissions.length} bad messages again, corrected`)
  yield* decideAll(settings, resubmissions)
  const mendings = new Map(plants.map((ledger) => [ledger.plant, mendingsOf(ledger)]))
  yield* play(mendings, undefined)
  const decided: Array<CaseRow> = []
  let before = -1
  for (let still = 0; still < patience; ) {
    const left = yield* open
    if (left.length > 0) yield* say(`Deciding ${left.length} cases that are left`)
    yield* decideAll(settings, left.map(decisionOn))
    decided.push(...left)
    for (const plant of ids) yield* drained(plant, [], 0)
    const now = yield* toCome
    if (left.length === 0 && now === 0) break
    // Documents that wait for each other become a case once somebody has looked for such.
    still = left.length === 0 && now === before ? still + 1 : 0
    before = now
    yield* Effect.sleep("1 second")
  }
  const postedAgain = decided.filter(({ subject }) => subject === "posting").length
  return {
    resubmitted: resubmissions.length,
    reversed: plants.reduce((sum, { mendings }) => sum + mendings.length, 0),
    postedAgain,
    waived: decided.length - postedAgain
  }
})
