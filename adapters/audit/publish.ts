// Puts checkpoints that haven't left the machine into the second place. What is there can't be taken away, so nothing goes
// there on the database's word alone. Used by `make-checkpoint.ts` and `schedule.ts`.
import { Effect } from "effect"
import { BusinessRuleViolation } from "../../core/failure.ts"
import { hex, sha256 } from "../../core/journal/hash.ts"
import { technicalFailure } from "../postgres/failure.ts"
import { parseCheckpoint, type SignedCheckpoint, whyNotNext } from "./checkpoint.ts"
import { asPem, type PublicKey } from "./keys.ts"
import { hashesName, noteName, type Place } from "./place.ts"
import { isSignedBy } from "./signed-note.ts"
import { firstUnpublished, markPublished, notesFrom } from "./tables.ts"

/** What the database holds of a checkpoint isn't what the key's owner signed. */
export const notOurs = (number: number, reason: string) =>
  new BusinessRuleViolation({
    field: "checkpoint",
    value: String(number),
    reason,
    nextStep: "Find out what happened: npm run traveler -- audit verify"
  })

const failed = Effect.mapError(technicalFailure("tables of the audit"))

/** The last is signed by the key, and what each says of the one before vouches for that: so for all from `number` on. */
const requireOurs = Effect.fnUntraced(function* (number: number, key: PublicKey) {
  let before: SignedCheckpoint | undefined
  for (const stored of yield* failed(notesFrom(number - 1))) {
    const checkpoint = parseCheckpoint(stored.note)
    if (checkpoint?.number !== stored.number)
      return yield* notOurs(stored.number, "What the database holds of it was changed")
    const isNext = before !== undefined || checkpoint.number === 1
    const reason = isNext ? whyNotNext(checkpoint, before, before?.key ?? checkpoint.key) : undefined
    if (reason !== undefined) return yield* notOurs(stored.number, reason)
    before = checkpoint
  }
  if (before === undefined || !isSignedBy(before.note, key))
    return yield* notOurs(before?.number ?? number, `It isn't signed by the key ${key.id}`)
})

/** Oldest first; a note only once its hashes are there. */
export const publish = Effect.fnUntraced(function* (place: Place, key: PublicKey) {
  const first = yield* failed(firstUnpublished)
  if (first !== undefined) yield* requireOurs(first.number, key)
  for (let waiting = first; waiting !== undefined; waiting = yield* failed(firstUnpublished)) {
    const { hashes, note, number } = waiting
    const checkpoint = parseCheckpoint(note)
    if (checkpoint === undefined || hex(sha256(hashes)) !== hex(checkpoint.hashes))
      return yield* notOurs(number, "The hashes that the database holds with it aren't those that it signed")
    yield* place.put(`key-${checkpoint.key.id}.txt`, Buffer.from(`${checkpoint.key.text}\n`))
    yield* place.put(`key-${checkpoint.key.id}.pem`, Buffer.from(asPem(checkpoint.key)))
    yield* place.put(hashesName(number), hashes)
    yield* place.put(noteName(number), Buffer.from(note))
    yield* failed(markPublished(number, place.name))
  }
})
