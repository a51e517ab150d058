// The command as a few files: Node takes most of a second to find and load some 560 modules, and a quarter of one for these.
// They are made anew when anything that they are made of has changed. Plain JavaScript for Node 18 and later.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { exclusively } from "./lock.mjs"
import { nodePackage, pinnedNode } from "./packages.mjs"
import { root, stateDirectory } from "./places.mjs"

const bundles = join(stateDirectory, "bundles")

/** A core that still runs may load a file of an older bundle for the first time: 7 days. */
const kept = 7 * 24 * 60 * 60_000

/** Every file below `path`, by name. @param {string} path @returns {string[]} */
const filesBelow = (path) =>
  readdirSync(path, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]))

/** npm's own list of what lies beside the package `node`; other package managers keep none. */
const installed = () => join(dirname(nodePackage()), ".package-lock.json")

/** Of all that goes into a bundle its place, size and time, as one name: the contents would take longer to read. */
const fingerprint = () => {
  const rooms = ["core", "actors", "projections", "adapters", "scripts"].flatMap((room) => filesBelow(join(root, room)))
  const hash = createHash("sha256")
  for (const file of [join(root, "package.json"), installed(), ...rooms]) {
    const stat = statSync(file, { throwIfNoEntry: false })
    hash.update(`${file}\t${stat?.size}\t${stat?.mtimeMs}\n`)
  }
  return hash.digest("hex").slice(0, 32)
}

/** @param {string} directory @returns {Promise<void>} */
const write = (directory) =>
  new Promise((resolve, reject) => {
    const words = [join(root, "scripts", "write-bundle.mjs"), directory]
    const child = spawn(pinnedNode, words, { stdio: ["ignore", "ignore", "pipe"] })
    let said = ""
    child.stderr.on("data", (bytes) => (said += bytes))
    child.on("error", reject)
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(said.trim() || `It ended with ${code}`))))
  })

const dropOld = () => {
  for (const name of readdirSync(bundles)) {
    const path = join(bundles, name)
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat !== undefined && Date.now() - stat.mtimeMs > kept) rmSync(path, { recursive: true, force: true })
  }
}

/** Renamed into place, so that nobody ever starts half of it. @param {string} directory */
const make = async (directory) => {
  const unfinished = `${directory}.${process.pid}`
  try {
    await write(unfinished)
    renameSync(unfinished, directory)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  dropOld()
}

/**
 * The folder that holds the bundle's `main.js`; undefined where none can be made, which is said: then the sources run.
 * @param {(line: string) => void} say
 * @returns {Promise<string | undefined>}
 */
export const ensureBundle = async (say) => {
  const directory = join(bundles, fingerprint())
  if (existsSync(directory)) return directory
  try {
    mkdirSync(bundles, { recursive: true })
    await exclusively(
      join(bundles, "lock"),
      () => {},
      async () => {
        if (!existsSync(directory)) await make(directory)
      }
    )
    return directory
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure)
    say(`The command starts from its sources, which takes longer: no bundle of them could be made. ${reason}`)
    return undefined
  }
}
