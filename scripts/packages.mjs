// Installs the pinned packages when what lies in node_modules isn't what package-lock.json says.
// Plain JavaScript for Node 18 and later: it runs on a fresh clone, before anything is installed.
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { exclusively } from "./lock.mjs"
import { root, stateDirectory } from "./places.mjs"

const modules = join(root, "node_modules")

/** Where the package `node` is: below us, or beside us where we are a package ourselves. */
export const nodePackage = () => {
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

/**
 * Runs a program of npm's in `directory`; gives its exit code and what it said.
 * @param {string} program @param {string[]} words @param {string} directory
 * @returns {Promise<{ status: number | null, output: string }>}
 */
const run = (program, words, directory) =>
  new Promise((resolve) => {
    const child = spawn(program, words, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
    child.on("error", (failure) => resolve({ status: null, output: failure.message }))
    child.on("close", (status) => resolve({ status, output }))
  })

/** The same npm that called us, else the one on the PATH. @param {string[]} words */
const npm = (words) => {
  const own = process.env.npm_execpath
  return own !== undefined && /npm-cli\.c?js$/.test(own)
    ? run(process.execPath, [own, ...words], root)
    : run("npm", words, root)
}

/**
 * What package-lock.json says and nothing else (`--no-save` leaves it as it is; packagesMatch proves it). Not `npm ci`:
 * npm 11.6 and later refuse a good lock where the registry lacks a package of some other platform (npm/cli#9846).
 */
const installation = ["install", "--include=dev", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]

/** @param {(line: string) => void} say */
const install = async (say) => {
  const begun = Date.now()
  const seconds = () => Math.round((Date.now() - begun) / 1000)
  say("Packages: installing the pinned ones from npm, once (about a minute) …")
  const timer = setInterval(() => say(`Packages: still installing (${seconds()} s) …`), 5000)
  const outcome = await npm(installation).finally(() => clearInterval(timer))
  if (outcome.status !== 0) throw new Error(`npm ${installation.join(" ")} failed:\n${outcome.output}`)
  // Where npm was told to run no install scripts, Node's own is run here: it fetches the pinned binary.
  if (!existsSync(pinnedNode)) await run(process.execPath, ["installArchSpecificPackage.js"], nodePackage())
  if (!packagesMatch()) throw new Error(`npm ended well, but what is in ${modules} isn't what package-lock.json says`)
  say(`Packages: installed in ${seconds()} s`)
}

/** @param {(line: string) => void} say */
export const ensurePackages = async (say) => {
  if (packagesMatch()) return
  await exclusively(join(stateDirectory, "packages.lock"), say, async () => {
    if (!packagesMatch()) await install(say)
  })
}
