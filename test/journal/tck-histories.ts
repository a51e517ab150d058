// The journal's contract under random histories: owners come, go and race, appends are sent again. Run by `tck.ts`.
import { Effect, Exit, Result } from "effect"
import fc from "fast-check"
import { expect } from "vitest"
import { hex } from "../../core/journal/hash.ts"
import { Journal, type PartitionAppend } from "../../core/journal/journal.ts"
import { Verification } from "../../core/journal/verify.ts"
import { type Owner, streamIn, takeOver } from "./owner.ts"
import { type Capabilities, partitions, type Specification } from "./tck.ts"

/** What happens next, to one of a few owners of one partition. */
const step = fc.record({
  owner: fc.nat(2),
  /** Append, the last append once more, or begin anew from the journal. */
  act: fc.constantFrom("append", "append", "append", "again", "take over"),
  streams: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
  /** Beside the step before, not after it. */
  atOnce: fc.boolean()
})
export type Step = typeof step extends fc.Arbitrary<infer A> ? A : never

/** A history of one partition: a run of `play`. */
export const steps = fc.array(step, { minLength: 1, maxLength: 25 })

/**
 * Plays the steps on a partition of `count`, of which `verified` is what earlier histories left, and checks the outcome: the log is gapless and chained, every
 * acknowledged append is in it exactly once, and nothing else is.
 */
export const play = Effect.fnUntraced(function* (history: ReadonlyArray<Step>, verified: Verification, count: number) {
  const journal = yield* Journal
  const { partition } = verified
  const names = [0, 1, 2, 3].map((nth) => streamIn(partition, count, nth))
  const owners = new Map<number, { readonly owner: Owner; last?: PartitionAppend }>()
  const acknowledged = new Set<PartitionAppend>()
  let message = 0

  const playOne = ({ owner: number, act, streams }: Step) =>
    Effect.gen(function* () {
      const known = owners.get(number)
      if (known === undefined || act === "take over") {
        owners.set(number, { owner: yield* takeOver(partition, names) })
        return
      }
      const append =
        act === "again" && known.last !== undefined
          ? known.last
          : known.owner.plan(
              streams.map((nth) => ({ stream: streamIn(partition, count, nth), messageId: `${message++}` }))
            )
      known.last = append
      const exit = yield* Effect.exit(journal.append(append))
      if (Exit.isSuccess(exit)) acknowledged.add(append)
      else owners.delete(number)
    })

  for (let at = 0; at < history.length; ) {
    const first = history[at++]
    if (first === undefined) break
    // An owner has one append in flight: beside it only those of others.
    const together = [first]
    for (let next = history[at]; next?.atOnce === true; next = history[at]) {
      if (together.some(({ owner }) => owner === next?.owner)) break
      together.push(next)
      at++
    }
    yield* Effect.forEach(together, playOne, { concurrency: "unbounded" })
  }

  const rows = yield* journal.rows(partition, verified.offset, 1_000_000)
  expect(verified.take(rows)).toEqual(Result.void)
  const stored = rows.map(({ hash }) => hex(hash))
  const expected = Array.from(acknowledged).flatMap(({ rows }) => rows.map(({ hash }) => hex(hash)))
  expect(stored.toSorted()).toEqual(expected.toSorted())
})

export const histories = (specify: Specification, capabilities: Capabilities): void => {
  specify("holds every acknowledged append exactly once, in one unbroken log", () =>
    Effect.gen(function* () {
      const services = yield* Effect.context<Journal>()
      const logs = Array.from({ length: partitions }, (_, partition) => new Verification(partition))
      let run = 0
      // Histories share the journal: each goes on where the last one left its partition.
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(steps, (history) =>
            Effect.runPromiseWith(services)(
              Effect.suspend(() => play(history, logs[run++ % partitions] ?? new Verification(0), partitions))
            )
          ),
          { numRuns: capabilities.histories }
        )
      )
    })
  )
}
