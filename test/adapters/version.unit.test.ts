// The version that answers name is the package's.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { version } from "../../adapters/version.ts"

it("the version that a report names is that of package.json", () => {
  const packageJson = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")
  expect(version).toBe(JSON.parse(packageJson).version)
})
