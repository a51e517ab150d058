// What waits for a person's decision: a case that isn't closed. Pure. Used by the other files of this folder.
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { byItself, command, type Reason } from "./reason.ts"

const people = { supervisor: "a supervisor", steward: "a steward", integrator: "an integrator" } as const

const decide = (action: "waive" | "resubmit", { id }: CaseRow, ...words: ReadonlyArray<string>): string =>
  command("exceptions", action, id, ...words, "--by NAME --reason TEXT")

const parkedBecause = ({ field, reason, value }: CaseRow): string => `parked because of ${field} "${value}" (${reason})`

const message = (row: CaseRow) => {
  const { failureClass, field, messageId, source } = row
  const waitsFor = `message ${messageId} of ${source}, ${parkedBecause(row)}`
  if (failureClass === "TechnicalFailure") {
    return { waitsFor, how: `mends what stopped it, then sends it again with: ${decide("resubmit", row)}` }
  }
  const correction = field === "type" ? "--type TYPE" : "--body FILE"
  return { waitsFor, how: `corrects it with: ${decide("resubmit", row, correction)}` }
}

/** By the breach's kind, which its key begins with: how it goes away other than by a waiver. */
const mending: { readonly [kind: string]: string } = {
  negativeBalance: "has what came into the lot reported or the lot counted (LotAdjusted)",
  usedWhileRestricted: "has the lot's release reported (LotReleased)",
  usedAfterExpiry: "has a wrong expiry corrected (LotReceived)"
}

const breach = (row: CaseRow) => {
  const kind = row.breach?.split("/", 1)[0] ?? ""
  return {
    waitsFor: `a decision on the breach ${row.breach} (${row.reason})`,
    how: `${mending[kind] ?? "has the report reversed or the order changed"}, or waives it with: ${decide("waive", row)}`
  }
}

/** The case's next step begins with the ERP's own, and ends with what the commands are. */
const ownNextStep = ({ nextStep }: CaseRow): string => nextStep.split("; then: ", 1)[0] ?? nextStep

const posting = (row: CaseRow) => ({
  waitsFor: `a decision on document ${row.posting}, refused with ${row.value} (${row.failureClass}: ${row.reason})`,
  how: `mends the cause (${ownNextStep(row)}), then has it posted again with: ${decide("resubmit", row)}`
})

const directive = (row: CaseRow) => {
  const missing = row.value === "release" ? "the order's release" : `report ${row.value}`
  return {
    waitsFor: `${missing}, which ${row.messageType} ${row.messageId} needs and which is overdue`,
    how: `has it sent, or ends the wait with: ${decide("waive", row)}`
  }
}

const bySubject = { message, breach, posting, directive } as const

export const ofCase = (row: CaseRow): Reason => {
  const { attempts, ownerRole, state, subject } = row
  const { how, waitsFor } = bySubject[subject](row)
  return state === "resubmitted"
    ? { waitsFor: `the outcome of resubmission ${attempts} of ${waitsFor}`, who: byItself, how: "tells it by itself" }
    : { waitsFor, who: people[ownerRole], how }
}

/** As its own message is told of it. */
export const ofOwnCase = (row: CaseRow): Reason =>
  row.subject === "message" && row.state === "open"
    ? { ...ofCase(row), waitsFor: `its repair, ${parkedBecause(row)}` }
    : ofCase(row)

/** What needs a person and hasn't a case yet. */
export const caseToCome = (what: string): Reason => ({
  waitsFor: `the case about ${what}`,
  who: byItself,
  how: `opens it within a moment; if it doesn't, see: ${command("doctor")}`
})

export const isUnderWay = ({ state }: CaseRow): boolean => state !== "closed"
