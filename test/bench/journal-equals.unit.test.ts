// A bench prints no number unless its journal is exactly what was sent, on an unbroken chain.
import { Effect, type Result } from "effect"
import { describe, expect, it } from "vitest"
import { memoryJournal } from "../../adapters/memory/journal.ts"
import { verified } from "../../bench/journal-equals.ts"
import { Journal, type PartitionAppend } from "../../core/journal/journal.ts"
import { orderOf, partitionOf, StreamName } from "../../core/journal/stream.ts"
import { type Planned, takeOver } from "../journal/owner.ts"

const queue = "traveler.in.test"
const partitions = 2
const first = { stream: StreamName("order/test/1"), messageId: "a" }
const second = { stream: StreamName("order/test/2"), messageId: "b" }
const third = { stream: StreamName("order/test/2"), messageId: "c" }

const sent = (events: ReadonlyArray<Planned>) =>
  events.map(({ stream, messageId }) => ({ orderId: orderOf(stream), messageId }))

/** What is said of a journal that holds `recorded`, changed by `change`, when `expected` was sent. */
const verdict = (
  recorded: ReadonlyArray<Planned>,
  expected: ReadonlyArray<Planned>,
  change: (append: PartitionAppend) => PartitionAppend = (append) => append
): Promise<Result.Result<number, { readonly message: string }>> =>
  Effect.gen(function* () {
    const journal = yield* Journal
    for (let partition = 0; partition < partitions; partition++) {
      const owner = yield* takeOver(partition)
      const own = recorded.filter(({ stream }) => partitionOf(stream, partitions) === partition)
      yield* journal.append(change(owner.plan(own)))
    }
    const contents = verified(new Map([[queue, sent(expected)]]))
    return yield* Effect.result(Effect.map(contents, ({ rows }) => rows))
  }).pipe(Effect.provide(memoryJournal(partitions)), Effect.runPromise)

const failing = (reason: RegExp) =>
  expect.objectContaining({ failure: expect.objectContaining({ message: expect.stringMatching(reason) }) })

describe("a journal and what was sent", () => {
  it("gives the rows of a journal that is equal", async () => {
    expect(await verdict([first, second, third], [third, first, second])).toMatchObject({ success: 3 })
  })

  it("fails for a message that isn't there", async () => {
    expect(await verdict([first, second], [first, second, third])).toEqual(failing(/c of order 2 is missing/))
  })

  it("fails for a message on another order's stream", async () => {
    expect(await verdict([first], [{ ...first, stream: second.stream }])).toEqual(failing(/a of order 2 is missing/))
  })

  it("fails for a message that nobody sent", async () => {
    expect(await verdict([first, second, third], [first, second])).toEqual(
      failing(/c of order\/test\/2 was never sent/)
    )
  })

  it("fails for a message that is recorded twice", async () => {
    expect(await verdict([second, second], [second])).toEqual(failing(/b is recorded twice/))
  })

  it("fails for a chain that breaks", async () => {
    const forged = ({ rows, ...append }: PartitionAppend) => ({
      ...append,
      rows: rows.map((row) => (row.version === 2 ? { ...row, recordedAt: row.recordedAt + 1 } : row))
    })
    expect(await verdict([first, second, third], [first, second, third], forged)).toEqual(failing(/chain of partition/))
  })
})
