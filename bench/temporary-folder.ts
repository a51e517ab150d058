// A folder for what a bench writes, gone afterwards. Used by the bench alone.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"

export const temporaryFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "traveler-bench-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)
