// The command starts from a bundle of its sources, and always says what they say now; where none can be made they run.
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { root } from "../../scripts/places.mjs"
import { temporaryFolder } from "../house/temporary-folder.ts"

/** A checkout of its own, whose sources may be edited. */
const checkout = (): string => {
  const folder = temporaryFolder()
  const copied = ["core", "actors", "projections", "adapters", "scripts", "package.json", "package-lock.json"]
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return folder
}

const bundles = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(folder, ".traveler", "bundles")).filter((name) => name !== "lock")

const help = (folder: string) => {
  const command = [join(folder, "scripts", "traveler.mjs"), "doctor", "--help"]
  const { status, stderr, stdout } = spawnSync(process.execPath, command, { encoding: "utf8" })
  return { status, stderr, stdout }
}

const edit = (file: string, from: string, to: string) => {
  const text = readFileSync(file, "utf8")
  expect(text).toContain(from)
  writeFileSync(file, text.replace(from, to))
}

const described = /Command\.withDescription\("([^"]+)"\)/

describe("The command", () => {
  it("is bundled once, and again when a source has changed", () => {
    const folder = checkout()
    const source = join(folder, "adapters", "cli", "commands", "doctor.ts")
    const [, words = ""] = described.exec(readFileSync(source, "utf8")) ?? []
    for (const _ of ["first", "second"]) {
      expect(help(folder)).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining(words) })
      expect(bundles(folder)).toHaveLength(1)
    }
    edit(source, words, "Says something else")
    expect(help(folder)).toMatchObject({
      status: 0,
      stderr: "",
      stdout: expect.stringContaining("Says something else")
    })
    expect(bundles(folder)).toHaveLength(2)
  }, 60_000)

  it("runs from its sources where they can't be bundled, and says why", () => {
    const folder = checkout()
    mkdirSync(join(folder, ".traveler"))
    writeFileSync(join(folder, ".traveler", "bundles"), "no folder")
    const { status, stderr, stdout } = help(folder)
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("doctor") })
    expect(stderr).toMatch(/^The command starts from its sources, which takes longer: .*EEXIST.*\n$/)
  }, 60_000)

  it("leaves nothing half-made where bundling fails", () => {
    const folder = checkout()
    edit(join(folder, "adapters", "cli", "commands", "epcis.ts"), "export const epcis", "export const ?")
    const { status, stderr } = help(folder)
    expect(status).toBe(0)
    expect(stderr).toContain("epcis.ts")
    expect(bundles(folder)).toEqual([])
  }, 60_000)
})
