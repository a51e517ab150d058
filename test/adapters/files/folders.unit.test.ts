// Files are moved out of the way once it is decided what becomes of them; a crash in between is made up for.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { foldersOf, moveTo, moveToDone, moveToRefused, unfinishedMove } from "../../../adapters/files/folders.ts"
import { Refused } from "../../../adapters/files/refusal.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { temporaryFolder } from "../../house/temporary-folder.ts"

const root = temporaryFolder()
const digest = "0123456789abcdef"
const manifest = "a.manifest.json"
const wrong = new Refused({ file: "a.csv", field: "sha256", value: "1", reason: "Not 2", nextStep: "Again" })

const plantWith = (name: string, files: ReadonlyArray<string>) => {
  const folders = foldersOf(root, PlantId.make(name))
  mkdirSync(folders.in, { recursive: true })
  const put = () => {
    for (const file of files) writeFileSync(join(folders.in, file), file)
  }
  put()
  return { folders, put }
}

it("done, each time to a folder of its own", async () => {
  const { folders, put } = plantWith("done", [manifest, "a.csv", "b.csv"])
  await moveToDone(folders, manifest, digest, ["a.csv", "b.csv"])
  put()
  await moveToDone(folders, manifest, digest, ["a.csv", "b.csv"])
  expect(readdirSync(folders.in)).toEqual([])
  expect(readdirSync(folders.done)).toEqual(["a.0123456789ab", "a.0123456789ab.2"])
  expect(readdirSync(join(folders.done, "a.0123456789ab.2"))).toEqual(["a.csv", manifest, "b.csv"])
})

it("refused, with an answer", async () => {
  const { folders } = plantWith("refused", [manifest, "a.csv"])
  await moveToRefused(folders, manifest, digest, ["a.csv"], [wrong])
  expect(readdirSync(folders.in)).toEqual([])
  expect(readdirSync(join(folders.refused, "a.0123456789ab"))).toEqual(["a.answer.json", "a.csv", manifest])
})

it("a move that a crash cut off goes on, and a decision that wasn't taken isn't one", async () => {
  const { folders } = plantWith("killed", [manifest, "a.csv", "b.csv"])
  expect(await unfinishedMove(folders, manifest, digest)).toBeUndefined()
  mkdirSync(join(folders.refused, "a.0123456789ab"), { recursive: true })
  expect(await unfinishedMove(folders, manifest, digest)).toBeUndefined()
  const place = join(folders.done, "a.0123456789ab")
  mkdirSync(place, { recursive: true })
  expect(await unfinishedMove(folders, manifest, digest)).toBe(place)
  await moveTo(place, folders, manifest, ["a.csv"])
  writeFileSync(join(folders.in, manifest), manifest)
  expect(await unfinishedMove(folders, manifest, digest)).toBeUndefined()
})
