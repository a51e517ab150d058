// A folder for one test file, gone after it. For tests.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "traveler-test-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
