// Makes and publishes a checkpoint every day. Composed by adapters/cli (singleton `audit`).
import { Clock, Cron, Effect } from "effect"
import { type Beat, onSchedule } from "../on-schedule.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { parseCheckpoint } from "./checkpoint.ts"
import { type PublicKey, readSigningKey } from "./keys.ts"
import { makeCheckpoint } from "./make-checkpoint.ts"
import type { Place } from "./place.ts"
import { publish } from "./publish.ts"
import { isSignedBy } from "./signed-note.ts"
import { lastStored } from "./tables.ts"

/** Not made since that hour: also where no core ran at it. One that the key didn't sign says nothing of when it was made. */
const isDue = Effect.fnUntraced(function* (at: Cron.Cron, key: PublicKey) {
  const hour = Cron.prev(at, new Date((yield* Clock.currentTimeMillis) + 1))
  const stored = yield* lastStored.pipe(Effect.mapError(technicalFailure("tables of the audit")))
  const last = stored === undefined ? undefined : parseCheckpoint(stored.note)
  return last === undefined || !isSignedBy(last.note, key) || new Date(last.time) < hour
})

/** The key is read each time: after a rotation it is another one. */
export const round = Effect.fnUntraced(function* (at: Cron.Cron, keyFile: string, place: Place) {
  const key = yield* readSigningKey(keyFile)
  yield* (yield* isDue(at, key)) ? Effect.asVoid(makeCheckpoint({ key, next: key }, place)) : publish(place, key)
  return true
})

/** Works until its fiber is interrupted. What fails is told and tried again. */
export const runSchedule = (
  { at, keyFile, place }: { readonly at: Cron.Cron; readonly keyFile: string; readonly place: Place },
  beat?: Beat
) => onSchedule(round(at, keyFile, place), "No checkpoint could be made or published; it is tried again", beat)
