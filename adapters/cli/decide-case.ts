// Sends people's decisions to their cases, by the one queue that only our own user may write to, and waits until the
// views show what became of them. Used by `exceptions waive` and `exceptions resubmit`.
import { randomUUID } from "node:crypto"
import { Array as Arrays, Clock, Effect } from "effect"
import { shownDigest } from "../../actors/exception/shown.ts"
import { BusinessRuleViolation, TechnicalFailure } from "../../core/failure.ts"
import { encode } from "../../core/journal/codec.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"
import { schemaVersion } from "../../core/message/catalogue.ts"
import type { CaseId } from "../../core/plant/identifiers.ts"
import { Broker, exchanges, type Publication } from "../../core/port/broker.ts"
import { type CaseRow, casesById } from "../../projections/exceptions/queries.ts"
import type { Settings } from "../config.ts"
import { knownCases } from "./known-cases.ts"
import { requireCore } from "./with-core.ts"

export interface Decision {
  readonly caseId: CaseId
  readonly action: "waive" | "resubmit"
  readonly by: string
  readonly reason: string
  /** The corrected message; the original bytes are tried again as they came where absent. */
  readonly replacement?: Replacement
}

export interface Replacement {
  readonly bytes: Uint8Array
  /** As the original's where absent; one that was neither of ours is mended to JSON. */
  readonly contentType?: ContentType
  /** As the original's where absent. */
  readonly type?: string
}

type ContentType = Publication["contentType"]

/** A core that is up takes a decision within a moment; this is for one that is drowning. */
const patience = 60_000

const contentTypeOf = (row: CaseRow): ContentType =>
  row.contentType === "application/msgpack" ? row.contentType : "application/json"

/** It names its type even where that is the original's, since with a type goes the schema version of today. */
const replacementOf = ({ bytes, contentType, type }: Replacement, row: CaseRow) => {
  const named = type ?? row.messageType ?? ""
  return {
    bytes,
    digest: sha256(bytes),
    contentType: contentType ?? contentTypeOf(row),
    ...(named === "" ? {} : { type: named })
  }
}

const publicationOf = (decision: Decision, row: CaseRow, occurredAt: string): Publication => {
  const { action, by, caseId, reason } = decision
  const type = action === "waive" ? "ExceptionWaived" : "ExceptionResubmitted"
  const replacement =
    decision.replacement === undefined ? {} : { replacement: replacementOf(decision.replacement, row) }
  return {
    exchange: exchanges.travelerCommands,
    routingKey: `traveler.${type}`,
    type,
    contentType: "application/msgpack",
    body: encode({ caseId, occurredAt, badge: by, reason, shown: shown(row), ...replacement }),
    messageId: randomUUID(),
    appId: "cli",
    schemaVersion
  }
}

/** A waived case is closed; a resubmitted one is closed, or open again with one more attempt. */
const isDecided = (before: CaseRow, now: CaseRow | undefined): boolean =>
  now !== undefined && (now.state === "closed" || (now.attempts > before.attempts && now.state === "open"))

const shown = ({ attempts, failureClass, field, id: caseId, nextStep, reason, value }: CaseRow) =>
  shownDigest({ caseId, class: failureClass, field, value, reason, nextStep, attempts })

/** It was closed and opened once more meanwhile: the decision held for what it was about before, or for nothing. */
const isAnother = (before: CaseRow, now: CaseRow | undefined): boolean =>
  now?.state === "open" && now.attempts === before.attempts && hex(shown(now)) !== hex(shown(before))

const refuseAnother = (row: CaseRow) =>
  new TechnicalFailure({
    field: "case",
    value: row.id,
    reason: "It has changed meanwhile, so the decision doesn't hold for what it is about now",
    nextStep: `See: npm run traveler -- exceptions show ${row.id}`
  })

const isOnItsWay = (now: CaseRow | undefined): boolean =>
  (now?.subject === "posting" || now?.subject === "release") && now.state === "resubmitted"

const refuseClosed = (row: CaseRow) =>
  new TechnicalFailure({
    field: "case",
    value: row.id,
    reason: `It is ${row.state}${row.resolution === null ? "" : ` (${row.resolution})`}, so nothing can be decided`,
    nextStep: `See: npm run traveler -- exceptions show ${row.id}`
  })

const refuseToSend = (row: CaseRow) =>
  new BusinessRuleViolation({
    field: "case",
    value: row.id,
    reason: `It is about a ${row.subject}, which can't be sent again`,
    nextStep: "Waive it (npm run traveler -- exceptions waive), or mend what it shows by a correction from the plant"
  })

const refuseOther = (row: CaseRow) =>
  new BusinessRuleViolation({
    field: "case",
    value: row.id,
    reason: `It is about a ${row.subject === "posting" ? "document" : row.subject}, which is tried again as it is`,
    nextStep: "Resubmit it without a body; what it says is changed by the plant or the ERP alone"
  })

/** The cases once they are decided. Nothing is sent unless all of the decisions can be taken. */
export const decide = Effect.fnUntraced(function* (settings: Settings, decisions: ReadonlyArray<Decision>) {
  const broker = yield* Broker
  const ids = decisions.map(({ caseId }) => caseId)
  const before = yield* knownCases(ids)
  const asked = Arrays.zip(decisions, before)
  for (const [{ action, replacement }, row] of asked) {
    if (row.state !== "open") return yield* refuseClosed(row)
    if (action === "resubmit" && (row.subject === "breach" || row.subject === "directive")) {
      return yield* refuseToSend(row)
    }
    if ((row.subject === "posting" || row.subject === "release") && replacement !== undefined) {
      return yield* refuseOther(row)
    }
  }
  yield* requireCore(settings)
  const occurredAt = new Date(yield* Clock.currentTimeMillis).toISOString()
  yield* broker.publish(asked.map(([decision, row]) => publicationOf(decision, row, occurredAt)))
  const deadline = (yield* Clock.currentTimeMillis) + patience
  while (true) {
    const now = yield* casesById(ids)
    const byId = new Map(now.map((row) => [row.id, row]))
    const another = before.find((row) => isAnother(row, byId.get(row.id)))
    if (another !== undefined) return yield* refuseAnother(another)
    if (before.every((row) => isDecided(row, byId.get(row.id)))) return now
    if ((yield* Clock.currentTimeMillis) > deadline) {
      // An ERP or an MES may take its time; that the document or the release is on its way again is all that can be shown until it answers.
      if (before.every((row) => isDecided(row, byId.get(row.id)) || isOnItsWay(byId.get(row.id)))) return now
      return yield* new TechnicalFailure({
        field: "cases",
        value: String(ids.length),
        reason: "The decision is sent and safe, but the core hasn't shown its outcome yet",
        nextStep: "See later: npm run traveler -- exceptions list"
      })
    }
    yield* Effect.sleep("100 millis")
  }
})
