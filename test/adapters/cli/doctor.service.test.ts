// `traveler doctor` on a journal with a row that nobody can read: it says which one it is.
import { it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { expect } from "vitest"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { journalLayer } from "../../../adapters/postgres/journal.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { makePlant, traveler } from "../../harness/processes.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"

it.live(
  "an event that can't be read is named, with its place",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      const report = Effect.map(traveler(plant, "doctor", "--json"), (line) => JSON.parse(line).unreadable)
      expect(yield* report).toEqual([])
      yield* Effect.gen(function* () {
        const journal = yield* Journal
        const { rows, ...append } = (yield* takeOver(0)).planMany(streamIn(0, 64), 1)
        yield* journal.append({ ...append, rows: rows.map((row) => ({ ...row, content: row.content.slice(0, 10) })) })
      }).pipe(Effect.provide(journalLayer.pipe(Layer.provideMerge(clientLayer(Redacted.make(plant.databaseUrl))))))
      expect(yield* report).toEqual([
        { partition: 0, offset: 1, stream: streamIn(0, 64), version: 1, reason: expect.stringMatching(/./) }
      ])
      expect(yield* traveler(plant, "doctor")).toMatch(
        /stands still before version 1 of order\/test\/\d+ \(partition 0, offset 1\), which can't be read: /
      )
    }).pipe(Effect.scoped),
  120_000
)
