// What waits for a person's decision: a case that isn't closed. Pure. Used by the other files of this folder.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { identity, type MessageReference, messageKey } from "../../../core/message/metadata.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { byItself, command, type Reason } from "./reason.ts"

const people = { supervisor: "a supervisor", steward: "a steward", integrator: "an integrator" } as const

const decide = (action: "waive" | "resubmit", { id }: CaseRow, ...words: ReadonlyArray<string>): string =>
  command("exceptions", action, id, ...words, "--by NAME --reason TEXT")

const parkedBecause = ({ field, reason, value }: CaseRow): string => `parked because of ${field} "${value}" (${reason})`

/** What withholds documents, and from which version of the stream on. */
export interface Withholding {
  readonly since: number
  readonly reason: Reason
}

/** As `messageKey` has it. */
export const keyOf = ({ messageId, source }: CaseRow): string => `${source}\n${messageId}`
export const inWords = (key: string): string => key.split("\n").toReversed().join(" of ")

/**
 * The message that an event is about, by the sender's own id: a second body under one id is known by a reference of its
 * own, which the event's subject names.
 */
export const messageOf = ({ data, metadata, type }: RecordedEvent): MessageReference => {
  const isOfCase = type === "MessageParked" || type === "DuplicateSuspected"
  const { messageId, source } = isOfCase && data.subject.kind === "message" ? data.subject.message : identity(metadata)
  return { source, messageId }
}

/** It can be read, and came again or under an id that was used before: the question is only whether it counts, too. */
const isRepeat = ({ field, recorded }: CaseRow): boolean => field === "message-id" && recorded === null

/** It is recorded already: it can't be sent again, so there is nothing to correct. */
const suspected = (row: CaseRow) => ({
  waitsFor: `a decision on whether message ${row.messageId} of ${row.source} is one report that was sent twice`,
  how: `reverses one of the two where it is, then waives it with: ${decide("waive", row)}`
})

const message = (row: CaseRow) => {
  const { failureClass, field, id, messageId, source } = row
  if (row.recorded) return suspected(row)
  const waitsFor = `message ${messageId} of ${source}, ${parkedBecause(row)}`
  if (failureClass === "TechnicalFailure") {
    return { waitsFor, how: `mends what stopped it, then sends it again with: ${decide("resubmit", row)}` }
  }
  if (isRepeat(row)) {
    const again = `resubmits it as it was where it is a second report (exceptions resubmit ${id})`
    return { waitsFor, how: `${again}, or waives it with: ${decide("waive", row)}` }
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

const release = (row: CaseRow) => ({
  waitsFor: `a decision on its release, which stands at ${row.field} (${row.reason})`,
  how: `mends the cause (${ownNextStep(row)}), then has it tried again with: ${decide("resubmit", row)}`
})

const bySubject = { message, breach, posting, directive, release } as const

export const ofCase = (row: CaseRow): Reason => {
  const { attempts, ownerRole, state, subject } = row
  const { how, waitsFor } = bySubject[subject](row)
  return state === "resubmitted"
    ? { waitsFor: `the outcome of resubmission ${attempts} of ${waitsFor}`, who: byItself, how: "tells it by itself" }
    : { waitsFor, who: people[ownerRole], how }
}

/** As its own message is told of it. */
export const ofOwnCase = (row: CaseRow): Reason =>
  row.subject === "message" && row.state === "open" && !row.recorded
    ? { ...ofCase(row), waitsFor: `${isRepeat(row) ? "a decision on it" : "its repair"}, ${parkedBecause(row)}` }
    : ofCase(row)

/** What needs a person and hasn't a case yet. */
export const caseToCome = (what: string): Reason => ({
  waitsFor: `the case about ${what}`,
  who: byItself,
  how: `opens it within a moment; if it doesn't, see: ${command("doctor")}`
})

export const isUnderWay = ({ state }: CaseRow): boolean => state !== "closed"

/** The messages that are parked on this stream and not settled, by their key, with the version from which they withhold. */
const parkedOn = (events: ReadonlyArray<RecordedEvent>): ReadonlyMap<string, number> => {
  const parked = new Map<string, number>()
  for (const event of events) {
    if (event.type === "ParkedMessageSettled") parked.delete(messageKey(event.data.message))
    // A repaired twin that is parked again reopens its original's case, and that one is waited for already.
    if (event.type !== "MessageParked" || event.metadata.corrects !== undefined) continue
    const key = messageKey(messageOf(event))
    if (!parked.has(key)) parked.set(key, event.version)
  }
  return parked
}

interface Parking {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly cases: ReadonlyArray<CaseRow>
}

const aboutMessages = ({ cases }: Parking): ReadonlyArray<CaseRow> =>
  cases.filter((row) => row.subject === "message" && isUnderWay(row))

/** What its parked messages wait for. */
export const parkedOf = (known: Parking): ReadonlyArray<Withholding> =>
  [...parkedOn(known.events)].flatMap(([key, since]) => {
    const rows = aboutMessages(known).filter((row) => !row.recorded && keyOf(row) === key)
    const reasons = rows.length === 0 ? [caseToCome(`parked message ${inWords(key)}`)] : rows.map(ofCase)
    return reasons.map((reason) => ({ since, reason }))
  })

/** Of messages that this stream hasn't parked: those that it has never seen, and those that came twice, perhaps. */
const notParked = (known: Parking) => {
  const parked = parkedOn(known.events)
  const repeats = known.events.filter(({ type }) => type === "DuplicateSuspected").map(messageOf)
  const repeated = new Set(repeats.map(messageKey))
  const isSuspected = (row: CaseRow) => row.recorded === true || (!parked.has(keyOf(row)) && repeated.has(keyOf(row)))
  const rows = aboutMessages(known)
  return {
    elsewhere: rows.filter((row) => !isSuspected(row) && !parked.has(keyOf(row))),
    suspected: rows.filter(isSuspected)
  }
}

/** Messages that are parked on their case's own stream: this one has never seen them. */
export const parkedElsewhere = (known: Parking): ReadonlyArray<Reason> => notParked(known).elsewhere.map(ofCase)

/** What may be one report that was sent twice: a person should look, and nothing is withheld or missing until then. */
export const suspectedOf = (known: Parking): ReadonlyArray<Reason> => notParked(known).suspected.map(ofCase)
