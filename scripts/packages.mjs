// Installs the pinned packages when what lies in node_modules isn't what package-lock.json says.
// Plain JavaScript for Node 18 and later: it runs on a fresh clone, before anything is installed.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { exclusively } from "./lock.mjs"
import { root, stateDirectory } from "./places.mjs"

const modules = join(root, "node_modules")

/** Where the package `node` is: below us, or beside us where we are a package ourselves. */
const nodePackage = () => {
  try {
    return dirname(createRequire(import.meta.url).resolve("node/package.json"))
  } catch {
    return join(modules, "node")
  }
}

/** The Node that runs everything once packages are there: pinned, whatever the machine's own is. */
export const pinnedNode = join(nodePackage(), "bin", "node")

/** @param {string} path @returns {Record<string, { version?: string, optional?: boolean }> | undefined} */
const lockedPackages = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : undefined)

/** npm writes what it really installed into node_modules/.package-lock.json, last of all: no stamp of ours is needed. */
export const packagesMatch = () => {
  const wanted = lockedPackages(join(root, "package-lock.json")) ?? {}
  const installed = lockedPackages(join(modules, ".package-lock.json"))
  if (installed === undefined || !existsSync(pinnedNode)) return false
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed[path]
    return path === "" || (found === undefined ? optional === true : found.version === version)
  })
}

/** @param {string[]} command @param {string} directory */
const runNode = (command, directory) =>
  spawnSync(process.execPath, command, { cwd: directory, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" })

/** The same npm that called us, else the one on the PATH. @param {string[]} options */
const npm = (options) => {
  const own = process.env.npm_execpath
  if (own !== undefined && /npm-cli\.c?js$/.test(own)) return runNode([own, ...options], root)
  return spawnSync("npm", options, { cwd: root, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" })
}

/** @param {(line: string) => void} say */
const install = (say) => {
  const begun = Date.now()
  say("Packages: installing the pinned ones (npm ci), once …")
  const outcome = npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
  if (outcome.status !== 0) {
    throw new Error(`npm ci failed: ${outcome.error?.message ?? ""}${outcome.stdout ?? ""}${outcome.stderr ?? ""}`)
  }
  // Where npm was told to run no install scripts, Node's own is run here: it fetches the pinned binary.
  if (!existsSync(pinnedNode)) runNode(["installArchSpecificPackage.js"], join(modules, "node"))
  if (!packagesMatch()) throw new Error(`npm ci ended well, but ${modules} isn't what package-lock.json says`)
  say(`Packages: installed in ${Math.round((Date.now() - begun) / 1000)} s`)
}

/** @param {(line: string) => void} say */
export const ensurePackages = async (say) => {
  if (packagesMatch()) return
  await exclusively(join(stateDirectory, "packages.lock"), say, async () => {
    if (!packagesMatch()) install(say)
  })
}
