#!/usr/bin/env node
// The package's bin `traveler`: adapters/cli/main.ts on the pinned Node, from a checkout or from an installed package.
// Plain JavaScript for Node 18 and later.
import { join } from "node:path"
import { ensureBundle } from "./bundle.mjs"
import { ensurePackages } from "./packages.mjs"
import { isInstalledPackage, root } from "./places.mjs"
import { runPinned, say } from "./run.mjs"

try {
  if (!isInstalledPackage) await ensurePackages(say)
  const bundle = await ensureBundle(say)
  const words = process.argv.slice(2)
  process.exitCode =
    bundle === undefined
      ? await runPinned([join(root, "adapters", "cli", "main.ts"), ...words])
      : await runPinned([join(bundle, "main.js"), ...words], join(bundle, "compiled"))
} catch (failure) {
  say(failure instanceof Error ? failure.message : String(failure))
  process.exitCode = 1
}
