// Sends people's decisions to their cases, by the one queue that only our own user may write to, and waits until the
// views show what became of them. Used by `exceptions waive` and `exceptions resubmit`.
import { randomUUID } from "node:crypto"
import { Clock, Effect } from "effect"
import { TechnicalFailure } from "../../core/failure.ts"
import { encode } from "../../core/journal/codec.ts"
import { sha256 } from "../../core/journal/hash.ts"
import { schemaVersion } from "../../core/message/catalogue.ts"
import type { CaseId } from "../../core/plant/identifiers.ts"
import { Broker, exchanges, type Publication } from "../../core/port/broker.ts"
import { type CaseRow, casesById } from "../../projections/exceptions/queries.ts"
import { requireCore } from "./with-core.ts"

export interface Decision {
  readonly caseId: CaseId
  readonly action: "waive" | "resubmit"
  readonly by: string
  readonly reason: string
  /** The corrected bytes; the original's are tried again where absent. */
  readonly body?: Uint8Array
}

/** A core that is up takes a decision within a moment; this is for one that is drowning. */
const patience = 60_000

const publicationOf = (decision: Decision, contentType: string, occurredAt: string): Publication => {
  const { action, body: bytes, by, caseId, reason } = decision
  const type = action === "waive" ? "ExceptionWaived" : "ExceptionResubmitted"
  const replacement = bytes === undefined ? {} : { replacement: { contentType, bytes, digest: sha256(bytes) } }
  return {
    exchange: exchanges.travelerCommands,
    routingKey: `traveler.${type}`,
    type,
    contentType: "application/msgpack",
    body: encode({ caseId, occurredAt, badge: by, reason, ...replacement }),
    messageId: randomUUID(),
    appId: "cli",
    schemaVersion
  }
}

/** A waived case is closed; a resubmitted one is closed, or open again with one more attempt. */
const isDecided = (before: CaseRow, now: CaseRow | undefined): boolean =>
  now !== undefined && (now.state === "closed" || (now.attempts > before.attempts && now.state === "open"))

const refuseClosed = (row: CaseRow) =>
  new TechnicalFailure({
    field: "case",
    value: row.id,
    reason: `It is ${row.state}${row.resolution === null ? "" : ` (${row.resolution})`}, so nothing can be decided`,
    nextStep: `See: npm run traveler -- exceptions show ${row.id}`
  })

/** The cases once they are decided, in the order of the decisions. */
export const decide = Effect.fnUntraced(function* (decisions: ReadonlyArray<Decision>) {
  yield* requireCore
  const broker = yield* Broker
  const ids = decisions.map(({ caseId }) => caseId)
  const before = new Map((yield* casesById(ids)).map((row) => [row.id, row]))
  for (const row of before.values()) if (row.state !== "open") return yield* refuseClosed(row)
  const occurredAt = new Date(yield* Clock.currentTimeMillis).toISOString()
  yield* broker.publish(
    decisions.map((decision) =>
      publicationOf(decision, before.get(decision.caseId)?.contentType || "application/json", occurredAt)
    )
  )
  const deadline = (yield* Clock.currentTimeMillis) + patience
  while (true) {
    const now = yield* casesById(ids)
    const byId = new Map(now.map((row) => [row.id, row]))
    if ([...before.values()].every((row) => isDecided(row, byId.get(row.id)))) return now
    if ((yield* Clock.currentTimeMillis) > deadline) {
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
