// A stream that can't be read says so; the other streams of its partition load as ever.
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { Journal } from "../../../core/journal/journal.ts"
import { temporaryJournal } from "../../harness/database.ts"
import { streamIn, takeOver } from "../../journal/owner.ts"

describe("A stream with a corrupted row", () => {
  it.live("is given back unreadable, with its key and reason, beside those that are whole", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const [broken, whole] = [streamIn(0, 1, 0), streamIn(0, 1, 1)]
      const owner = yield* takeOver(0)
      const planned = owner.plan([broken, whole, broken].map((stream, index) => ({ stream, messageId: `${index}` })))
      const rows = planned.rows.map((row, index) => (index === 2 ? { ...row, content: row.content.slice(0, 9) } : row))
      yield* journal.append({ ...planned, rows })
      const loaded = yield* journal.load(0, [broken, whole])
      expect(loaded.get(broken)).toEqual({ key: 1, tail: [], unreadable: expect.stringMatching(/./) })
      expect(loaded.get(whole)?.tail.map(({ version }) => version)).toEqual([1])
      expect(loaded.get(whole)).not.toHaveProperty("unreadable")
    }).pipe(Effect.provide(temporaryJournal({ partitions: 1 })))
  )
})
