// Whether everything that a plant has sent is through: its queue, its views, its postings. Used by commands that wait.
import { Clock, Effect } from "effect"
import { reactions } from "../../actors/reactions/all.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, inboundQueue, type Publication } from "../../core/port/broker.ts"
import { Checkpoints } from "../../core/port/checkpoints.ts"
import { caughtUp } from "../../projections/checkpoint.ts"
import { projections } from "../../projections/index.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { onTheirWay, postingCounts } from "../../projections/postings/queries.ts"
import { dueTimers } from "../../projections/timers/queries.ts"
import { say } from "./output.ts"
import { type Awaited, allRecorded, awaitedOf } from "./published.ts"

/** How many events, all reactions taken together, they haven't read yet. */
export const lagOfReactions = Effect.fnUntraced(function* (heads: ReadonlyMap<number, number>) {
  const checkpoints = yield* Checkpoints
  let behind = 0
  for (const { name } of reactions) {
    const at = yield* checkpoints.load(`reaction/${name}`)
    for (const [partition, head] of heads) behind += Math.max(0, head - (at.get(partition) ?? 0))
  }
  return behind
})

/** What is still on its way, in words; undefined when nothing is. */
const remaining = Effect.fnUntraced(function* (plant: PlantId, awaited: Awaited) {
  const broker = yield* Broker
  const journal = yield* Journal
  const queue = inboundQueue(plant)
  const depth = yield* broker.depth(queue)
  if (depth > 0) return `${depth} messages in ${queue}`
  if (!(yield* allRecorded(awaited))) return `messages of ${awaited.size} streams aren't in the journal yet`
  const heads = yield* journal.heads
  for (const { name } of projections) {
    if (!(yield* caughtUp(name, heads))) return `view ${name} is behind the journal`
  }
  if ((yield* lagOfReactions(heads)) > 0) return "reactions are behind the journal"
  const counts = (yield* postingCounts).get(plant)
  const postings = counts === undefined ? 0 : onTheirWay(counts)
  if (postings > 0) return `${postings} postings on their way to the ERP`
  if ((yield* dueTimers(yield* Clock.currentTimeMillis, 1)).length > 0) return "a timer is due"
  const after = yield* journal.heads
  for (const [partition, head] of after) if (heads.get(partition) !== head) return "the journal grows"
  return undefined
})

/** How long (milliseconds) an account that lacks duplicates must stand still to be taken as it is. */
const stillness = 2_000

/**
 * Waits until nothing remains; says every few seconds what does.
 *
 * Whether every message is through is asked of the journal, by the messages' ids: that is exact whichever process the
 * core is, however often the broker delivered a message, and when the same log is played again. The queue's depth can't
 * tell (what is delivered and unacknowledged isn't in it), nor can the number received: duplicates append nothing, so
 * their count is lost with a killed core, and grows again with what the broker delivers again. So that count only
 * decides how long to wait for the account itself: until it has all `expected` messages, or stands still.
 */
export const drained = Effect.fnUntraced(function* (
  plant: PlantId,
  publications: ReadonlyArray<Publication>,
  expected: number
) {
  const awaited = awaitedOf(plant, publications)
  let toldAt = performance.now()
  let movedAt = performance.now()
  let counted = -1
  while (true) {
    const askedAt = performance.now()
    const left = yield* remaining(plant, awaited)
    const { received } = yield* queueAccount(inboundQueue(plant))
    const now = performance.now()
    if (received !== counted || left !== undefined) movedAt = now
    counted = received
    if (left === undefined && (received >= expected || now - movedAt > stillness)) return
    if (now - toldAt > 3_000) {
      toldAt = now
      yield* say(`Waiting: ${left ?? `${received} of ${expected} messages counted`}`)
    }
    // What is dear to ask would slow down what it waits for.
    yield* Effect.sleep(Math.max(150, 2 * (now - askedAt)))
  }
})
