// Carries a recall out, or practises one: holds its lots where that was asked for, and has it recorded with its clock. Used by
// `recall`.
import { Clock, Effect } from "effect"
import { recallStream } from "../../core/journal/stream.ts"
import type { RecallScope } from "../../core/message/recall.ts"
import type { Badge, PlantId } from "../../core/plant/identifiers.ts"
import type { LotKey } from "../../core/plant/lot.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { type Held, holdLots } from "../recall/hold.ts"
import { newRecallId } from "../recall/recall-id.ts"
import { recallRecorded } from "../recall/record.ts"
import type { RecallReport } from "../recall/report.ts"
import { say } from "./output.ts"
import { tellCore, toCommands } from "./tell-core.ts"

export interface Order {
  /** Nothing is held in a mock recall. */
  readonly hold?: RecallScope
  readonly badge: Badge
  readonly reason: string
  readonly signature?: { readonly role: string; readonly meaning: string }
  /** Says of lots of no plant's own that they are held. */
  readonly plant?: PlantId
}

const seconds = (millis: number): string => `${(millis / 1_000).toFixed(1)} s`

const heldInWords = (done: Held | undefined): string => {
  if (done === undefined) return "nothing is held"
  const { held, notHeld, rejected } = done
  return [
    `${held.length} lots are held`,
    ...(rejected.length === 0 ? [] : [`${rejected.length} had been rejected and stay so`]),
    ...(notHeld.length === 0 ? [] : [`${notHeld.length} AREN'T held`])
  ].join(", ")
}

/** `startedAt` is when it was asked for, milliseconds since 1970. Gives what isn't held though it should be. */
export const carryOutRecall = Effect.fnUntraced(function* (
  lot: LotKey,
  report: RecallReport,
  startedAt: number,
  { hold, ...decision }: Order
) {
  const scopeKnownAt = yield* Clock.currentTimeMillis
  const recallId = newRecallId(startedAt)
  const occurredAt = OccurredAt.make(new Date(scopeKnownAt).toISOString())
  const done =
    hold === undefined ? undefined : yield* holdLots(report, { ...decision, recallId, scope: hold, occurredAt })
  const completedAt = yield* Clock.currentTimeMillis
  const { badge, reason, signature } = decision
  const body = recallRecorded({
    recallId,
    kind: hold === undefined ? "mock" : "recall",
    reason,
    badge,
    ...(signature === undefined ? {} : { signature }),
    lot,
    report,
    clock: { startedAt, scopeKnownAt, completedAt },
    ...(hold === undefined || done === undefined ? {} : { held: { scope: hold, lots: done.held.length } })
  })
  yield* tellCore(toCommands("RecallRecorded", body, recallStream(recallId)))
  yield* say(
    `${recallId} is recorded: scope known after ${seconds(scopeKnownAt - startedAt)}, complete after ${seconds(completedAt - startedAt)}; ${heldInWords(done)}`
  )
  return done?.notHeld ?? []
})
