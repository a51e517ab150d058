// A reaction that can't get past an event: it stands still there, delivers all before it, and names it in the log.
import { it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { type Reaction, reactionMessage, runReaction } from "../../../actors/reactions/reaction.ts"
import { memoryJournal } from "../../../adapters/memory/journal.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { CaseId } from "../../../core/plant/identifiers.ts"
import { Checkpoints } from "../../../core/port/checkpoints.ts"
import { Door, PartitionUnavailable } from "../../../core/port/door.ts"
import { silentTracer } from "../../adapters/erp/posting.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"

const stream = streamIn(0, 1)

/** Reacts to an event of every version with a message about it; dies of the third where `poison` says so. */
const reactionTo = (poison: boolean): Reaction => ({
  name: "test",
  react: (event) =>
    poison && event.version === 3
      ? Effect.die(new Error("Poison"))
      : Effect.succeed([
          reactionMessage("test", event, stream, {
            type: "CaseWithdrawn",
            body: { caseId: CaseId.make("0123456789abcdef0123456789abcdef"), occurredAt: event.metadata.occurredAt }
          })
        ])
})

/** Runs it over five events for a while; a door that is `shut` for the third event's message never takes it. */
const followed = (poison: boolean, shut: boolean) =>
  Effect.gen(function* () {
    const delivered: Array<number> = []
    const told: Array<string> = []
    const saved = new Map<number, number>()
    const offsetOf = (messageId: string) => Number(messageId.split("/")[1])
    const door = Layer.succeed(Door, {
      submit: (partition, incoming) => {
        const offsets = incoming.map(({ metadata }) => offsetOf(metadata.messageId))
        if (shut && offsets.includes(3)) return Effect.fail(new PartitionUnavailable({ partition, reason: "Shut" }))
        delivered.push(...offsets)
        return Effect.succeed(incoming.map(() => "handled" as const))
      }
    })
    const checkpoints = Layer.succeed(Checkpoints, {
      load: () => Effect.sync(() => new Map(saved)),
      save: (_, offsets) =>
        Effect.sync(() => {
          for (const [partition, offset] of offsets) saved.set(partition, offset)
        })
    })
    const log = Logger.layer([Logger.make(({ message }) => void told.push(String(message)))])
    yield* Effect.gen(function* () {
      const journal = yield* Journal
      yield* journal.append((yield* takeOver(0)).planMany(stream, 5))
      const fiber = yield* Effect.forkChild(runReaction(reactionTo(poison)))
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(Layer.mergeAll(memoryJournal(1), door, checkpoints, silentTracer, log)))
    return { delivered: [...new Set(delivered)], checkpoint: saved.get(0), last: told.at(-1) }
  })

const named =
  /^Reaction test stands still at MessageNoted of order\/test\/\d+ \(partition 0, offset 3\), tries again in 10000 ms$/

describe("an event that a reaction can't get past", () => {
  it.effect("is named where the reaction dies of it", () =>
    Effect.gen(function* () {
      expect(yield* followed(true, false)).toEqual({
        delivered: [1, 2],
        checkpoint: 2,
        last: expect.stringMatching(named)
      })
    })
  )

  it.effect("is named where its message is never taken", () =>
    Effect.gen(function* () {
      expect(yield* followed(false, true)).toEqual({
        delivered: [1, 2],
        checkpoint: 2,
        last: expect.stringMatching(named)
      })
    })
  )

  it.effect("is nothing of the kind where all goes well", () =>
    Effect.gen(function* () {
      expect(yield* followed(false, false)).toEqual({ delivered: [1, 2, 3, 4, 5], checkpoint: 5, last: undefined })
    })
  )
})
