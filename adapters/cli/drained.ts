// Whether everything that a plant has sent is through: its queue, its views, its postings. Used by commands that wait.
import { Effect } from "effect"
import { reactions } from "../../actors/reactions/all.ts"
import { Journal } from "../../core/journal/journal.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, inboundQueue } from "../../core/port/broker.ts"
import { Checkpoints } from "../../core/port/checkpoints.ts"
import { caughtUp } from "../../projections/checkpoint.ts"
import { projections } from "../../projections/index.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { postingCounts } from "../../projections/postings/queries.ts"
import { say } from "./output.ts"

const lagOfReactions = Effect.fnUntraced(function* (heads: ReadonlyMap<number, number>) {
  const checkpoints = yield* Checkpoints
  let behind = 0
  for (const { name } of reactions) {
    const at = yield* checkpoints.load(`reaction/${name}`)
    for (const [partition, head] of heads) behind += Math.max(0, head - (at.get(partition) ?? 0))
  }
  return behind
})

const onTheirWay = Effect.fnUntraced(function* (plant: PlantId) {
  const counts = (yield* postingCounts).get(plant)
  return counts === undefined ? 0 : counts.Requested + counts.Accepted + counts.InDoubt
})

/** What is still on its way, in words; undefined when nothing is. `expected` is how many messages the queue has had. */
export const remaining = Effect.fnUntraced(function* (plant: PlantId, expected: number) {
  const broker = yield* Broker
  const journal = yield* Journal
  const queue = inboundQueue(plant)
  const depth = yield* broker.depth(queue)
  if (depth > 0) return `${depth} messages in ${queue}`
  const account = yield* queueAccount(queue)
  if (account.received < expected) return `${account.received} of ${expected} messages received`
  const heads = yield* journal.heads
  for (const { name } of projections) {
    if (!(yield* caughtUp(name, heads))) return `view ${name} is behind the journal`
  }
  if ((yield* lagOfReactions(heads)) > 0) return "reactions are behind the journal"
  const postings = yield* onTheirWay(plant)
  if (postings > 0) return `${postings} postings on their way to the ERP`
  const after = yield* journal.heads
  for (const [partition, head] of after) if (heads.get(partition) !== head) return "the journal grows"
  return undefined
})

/** Waits until nothing remains; says every few seconds what does. */
export const drained = Effect.fnUntraced(function* (plant: PlantId, expected: number) {
  let toldAt = performance.now()
  while (true) {
    const left = yield* remaining(plant, expected)
    if (left === undefined) return
    if (performance.now() - toldAt > 3_000) {
      toldAt = performance.now()
      yield* say(`Waiting: ${left}`)
    }
    yield* Effect.sleep("150 millis")
  }
})
