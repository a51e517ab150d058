// Holds the import rules (import-rules.ts): prints each import that breaks one, and fails. For scripts/check.ts.
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { forbiddenImports } from "./import-rules.ts"
import { root } from "./places.mjs"

const folders = ["core", "actors", "projections", "adapters", "scripts", "bench", "test"]
const files = globSync(
  folders.map((folder) => `${folder}/**/*.{ts,tsx,mjs}`),
  { cwd: root }
).sort()
const faults = files.flatMap((file) => forbiddenImports(file, readFileSync(join(root, file), "utf8")))

for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
