// The folders of a plant's file exchange, and how files are moved out of the way once it is decided what becomes of them.
// Used inside adapters/files.
//
// A manifest's files go to a folder of their own, in `done` or `refused`, the manifest last: where that folder is there
// and the manifest isn't in it, the decision was taken and a crash has cut the move off.
import { access, mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { suffix } from "./manifest.ts"
import type { Refused } from "./refusal.ts"

export interface Folders {
  readonly in: string
  readonly done: string
  readonly refused: string
}

export const foldersOf = (root: string, plant: PlantId): Folders => ({
  in: join(root, plant, "in"),
  done: join(root, plant, "done"),
  refused: join(root, plant, "refused")
})

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )

export const isAbsent = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT"

const baseOf = (manifest: string): string => manifest.slice(0, -suffix.length)

export const answerFile = (manifest: string): string => `${baseOf(manifest)}.answer.json`

/** The first that isn't full: the same manifest may come again, with the same files or with better ones. */
const placeIn = async (parent: string, manifest: string, digest: string): Promise<string> => {
  for (let time = 1; ; time++) {
    const place = join(parent, `${baseOf(manifest)}.${digest.slice(0, 12)}${time === 1 ? "" : `.${time}`}`)
    if (!(await isThere(join(place, manifest)))) return place
  }
}

/** Where a crash has cut off the move of this manifest's files; a refusal is one once its answer is there. */
export const unfinishedMove = async (
  folders: Folders,
  manifest: string,
  digest: string
): Promise<string | undefined> => {
  const done = await placeIn(folders.done, manifest, digest)
  if (await isThere(done)) return done
  const refused = await placeIn(folders.refused, manifest, digest)
  return (await isThere(join(refused, answerFile(manifest)))) ? refused : undefined
}

export const moveTo = async (
  place: string,
  folders: Folders,
  manifest: string,
  files: ReadonlyArray<string>
): Promise<void> => {
  for (const file of [...files, manifest]) {
    await rename(join(folders.in, file), join(place, file)).catch((error: unknown) => {
      // Moved already, or never there.
      if (!isAbsent(error)) throw error
    })
  }
}

export const moveToDone = async (
  folders: Folders,
  manifest: string,
  digest: string,
  files: ReadonlyArray<string>
): Promise<void> => {
  const place = await placeIn(folders.done, manifest, digest)
  await mkdir(place, { recursive: true })
  await moveTo(place, folders, manifest, files)
}

/** What its sender reads: each file that is refused, where, and what to do. */
const answer = (refusals: ReadonlyArray<Refused>): string =>
  `${JSON.stringify(
    {
      refused: refusals.map(({ field, file, nextStep, reason, row, value }) => ({
        file,
        ...(row === undefined ? {} : { row }),
        field,
        value,
        reason,
        nextStep
      }))
    },
    undefined,
    2
  )}\n`

export const moveToRefused = async (
  folders: Folders,
  manifest: string,
  digest: string,
  files: ReadonlyArray<string>,
  refusals: ReadonlyArray<Refused>
): Promise<void> => {
  const place = await placeIn(folders.refused, manifest, digest)
  await mkdir(place, { recursive: true })
  const path = join(place, answerFile(manifest))
  await writeFile(`${path}.part`, answer(refusals))
  await rename(`${path}.part`, path)
  await moveTo(place, folders, manifest, files)
}
