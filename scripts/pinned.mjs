// Runs a program of this checkout on the pinned Node: `node scripts/pinned.mjs bench/main.ts …`.
// Plain JavaScript for Node 18 and later: it makes sure of the pinned packages first, so that it is enough on a fresh clone.
import { join } from "node:path"
import { ensurePackages } from "./packages.mjs"
import { root } from "./places.mjs"
import { runPinned, say } from "./run.mjs"

const [program = "adapters/cli/main.ts", ...words] = process.argv.slice(2)

try {
  await ensurePackages(say)
  process.exitCode = await runPinned([join(root, program), ...words])
} catch (failure) {
  say(failure instanceof Error ? failure.message : String(failure))
  process.exitCode = 1
}
