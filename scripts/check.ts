// The checks that need no test: types, lint and format, import rules. For `npm run check` and `npm test`.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "./places.mjs"

const checks = [
  { name: "types (tsc)", command: ["node_modules/typescript/bin/tsc"] },
  {
    name: "lint and format (biome)",
    command: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"]
  },
  { name: "import rules", command: ["scripts/check-imports.ts"] }
] as const

/** Runs them all, whatever fails; gives the names of those that did. */
export const failedChecks = (): ReadonlyArray<string> =>
  checks
    .filter(({ name, command: [program, ...words] }) => {
      const begun = Date.now()
      const { status } = spawnSync(process.execPath, [join(root, program), ...words], { cwd: root, stdio: "inherit" })
      console.info(`${status === 0 ? "✓" : "✗"} ${name}, ${((Date.now() - begun) / 1000).toFixed(1)} s`)
      return status !== 0
    })
    .map(({ name }) => name)

export const checkCount = checks.length

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = failedChecks().length === 0 ? 0 : 1
