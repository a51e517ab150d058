// Each way of editing an export at twenty random places.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll } from "vitest"
import { exportArchive } from "../../../adapters/audit/export.ts"
import { edits, expectFound, places, unpacked } from "./export-edits.ts"
import { auditedJournal, key, signedJournal } from "./postgres-journal.ts"

const folder = mkdtempSync(join(tmpdir(), "traveler-export-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, "whole.zip")

layer(auditedJournal)("An export", (it) => {
  it.effect("is made", () =>
    Effect.gen(function* () {
      yield* signedJournal(folder)
      const wanted = { _tag: "Time", subject: "time of all", from: 0, to: Number.MAX_SAFE_INTEGER } as const
      yield* Effect.scoped(exportArchive(wanted, key, path))
    })
  )

  for (const one of edits) {
    it.effect(`in which somebody edited ${one.name} is found at each place`, () =>
      Effect.gen(function* () {
        const entries = yield* Effect.promise(() => unpacked(path))
        for (const line of places(20)) yield* expectFound(entries, one, line, join(folder, "edited.zip"))
      })
    )
  }
})
