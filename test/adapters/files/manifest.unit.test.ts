// A manifest is read once it is whole; what can never be read is refused with the field that is wrong.
import { Result } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readManifest } from "../../../adapters/files/manifest.ts"
import { NotWhole, Refused } from "../../../adapters/files/refusal.ts"

const file = { name: "a.csv", type: "OperationConfirmed", rows: 2, bytes: 80, sha256: "0".repeat(64) }
const manifest = { exchange: "mes.events", sender: "line-7", files: [file] }

const read = (value: unknown) => readManifest("a.manifest.json", JSON.stringify(value))

it("is read where it says what its files are", () => {
  expect(Result.getOrThrow(read({ ...manifest, note: "whatever else it says" }))).toEqual(manifest)
})

it("isn't read before its last character is there", () => {
  const whole = JSON.stringify(manifest)
  fc.assert(
    fc.property(fc.nat(whole.length - 1), (length) => {
      const failure = Result.getOrThrow(Result.flip(readManifest("a.manifest.json", whole.slice(0, length))))
      expect(failure).toBeInstanceOf(NotWhole)
    })
  )
})

describe("is refused where it names", () => {
  it.each([
    ["a path", { name: "../../etc/passwd" }, "files.0.name"],
    ["a hidden file", { name: ".a.csv" }, "files.0.name"],
    ["itself", { name: "a.manifest.json" }, "files.0.name"],
    ["no hash", { sha256: "abc" }, "files.0.sha256"],
    ["no number of rows", { rows: -1 }, "files.0.rows"]
  ])("%s", (_, wrong, field) => {
    const failure = Result.getOrThrow(Result.flip(read({ ...manifest, files: [{ ...file, ...wrong }] })))
    expect(failure).toBeInstanceOf(Refused)
    expect(failure).toMatchObject({ file: "a.manifest.json", field })
  })

  it.each([
    ["an exchange that no plant writes to", { exchange: "traveler.commands" }, "exchange"],
    ["no file", { files: [] }, "files"],
    ["a file twice", { files: [file, { ...file, type: "OperationStarted" }] }, "files"],
    [
      "more files than are held open",
      { files: Array.from({ length: 101 }, (_, n) => ({ ...file, name: `${n}.csv` })) },
      "files"
    ],
    ["a sender with a slash", { sender: "a/b" }, "sender"]
  ])("%s", (_, wrong, field) => {
    expect(Result.getOrThrow(Result.flip(read({ ...manifest, ...wrong })))).toMatchObject({ field })
  })
})
