// Plays the steward and the supervisor of the last simulation: bad messages are sent again as they should have been,
// reports that came twice under two ids are taken back, and what is left on purpose is waived. Used by `simulate`.
import { Effect } from "effect"
import { CaseId, type PlantId } from "../../core/plant/identifiers.ts"
import { exchanges } from "../../core/port/broker.ts"
import { type CaseRow, listCases } from "../../projections/exceptions/queries.ts"
import type { Settings } from "../config.ts"
import type { Ledger, PlantLedger } from "../simulator/ledger.ts"
import { publication } from "../simulator/trouble.ts"
import { type Decision, decide } from "./decide-case.ts"
import { drained } from "./drained.ts"
import { say } from "./output.ts"
import { play } from "./play.ts"

/** So many decisions are sent and awaited at once. */
const chunk = 500
const mostCases = 1_000_000

const openCases = (plant: PlantId) => listCases({ plant, state: "open" }, mostCases)

const decideAll = Effect.fnUntraced(function* (settings: Settings, decisions: ReadonlyArray<Decision>) {
  for (let from = 0; from < decisions.length; from += chunk) {
    yield* decide(settings, decisions.slice(from, from + chunk))
  }
})

const encoder = new TextEncoder()

/** The bodies that the bad messages should have had. */
const corrections = ({ bad }: PlantLedger, cases: ReadonlyArray<CaseRow>): ReadonlyArray<Decision> => {
  const bodies = new Map(bad.map(({ body, messageId }) => [messageId, body]))
  return cases.flatMap(({ id, messageId, subject }) => {
    const body = subject === "message" && messageId !== null ? bodies.get(messageId) : undefined
    if (body === undefined) return []
    const replacement = { bytes: encoder.encode(body), contentType: "application/json" } as const
    return [{ caseId: id, action: "resubmit", by: "Steward", reason: "Mended", replacement } as const]
  })
}

const mendingsOf = ({ mendings, plant }: PlantLedger) =>
  mendings.map(({ body, messageId, type }) =>
    publication(plant, { exchange: exchanges.mesEvents, type, messageId, body: {} }, encoder.encode(body))
  )

export const repairSimulation = Effect.fnUntraced(function* (settings: Settings, { plants }: Ledger) {
  const repaired = { resubmitted: 0, reversed: 0, waived: 0 }
  for (const ledger of plants) {
    const decisions = corrections(ledger, yield* openCases(ledger.plant))
    yield* say(`Sending ${decisions.length} bad messages of plant ${ledger.plant} again, corrected`)
    yield* decideAll(settings, decisions)
    repaired.resubmitted += decisions.length
    repaired.reversed += ledger.mendings.length
  }
  yield* play(new Map(plants.map((ledger) => [ledger.plant, mendingsOf(ledger)])), undefined)
  for (const { plant } of plants) {
    const left = yield* openCases(plant)
    yield* say(`Waiving ${left.length} cases of plant ${plant} that are left on purpose`)
    const waived = left.map(
      ({ id }) => ({ caseId: CaseId.make(id), action: "waive", by: "Supervisor", reason: "Wanted" }) as const
    )
    yield* decideAll(settings, waived)
    yield* drained(plant, [], 0)
    repaired.waived += left.length
  }
  return repaired
})
