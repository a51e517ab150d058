// Runs what follows on the pinned Node, and how a script speaks. Plain JavaScript for Node 18 and later.
import { spawn } from "node:child_process"
import { delimiter, dirname, join } from "node:path"
import { pinnedNode } from "./packages.mjs"
import { isInstalledPackage, root, stateDirectory } from "./places.mjs"

/** To stderr: stdout is for what was asked for. @param {string} line */
export const say = (line) => void process.stderr.write(`${line}\n`)

/** The pinned Node comes first on the PATH, so that a program that we start starts no other. */
export const pinnedPath = [dirname(pinnedNode), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(
  delimiter
)

/** Node strips no types below node_modules; there a hook of ours does. */
const typesHook = isInstalledPackage
  ? ["--disable-warning=ExperimentalWarning", "--import", new URL("./types.mjs", import.meta.url).href]
  : []

/**
 * What a message allocates lives as long as its batch, then it is garbage, whatever a collector has learned of it:
 * - a young generation that holds several batches (megabytes, the third of it) copies each of them less often;
 * - what outlived one collection isn't put among the old ones at once, where it would soon be garbage and keep more alive;
 * - the broker's bytes count as memory like any other, instead of asking for a full collection at each 64 MB of them.
 * With the last two there are half as many full collections; docs/bench.md tells how to see it.
 * And it begins with some megabytes, since what a command loads at its start is no garbage: a tenth of that time.
 */
const heap = [
  "--min-semi-space-size=16",
  "--max-semi-space-size=64",
  "--no-allocation-site-pretenuring",
  "--external-memory-accounted-in-global-limit"
]

/**
 * Memory outside of Node's heap (buffers, 1 kB a message) that is free stays with the process up to this many bytes,
 * instead of going back to the system: new memory costs a page fault for each 4 kB, which is dear on a virtual machine.
 * glibc's words (mallopt(3)); what the user has set holds.
 */
const malloc = {
  MALLOC_TRIM_THRESHOLD_: String(128 * 1024 * 1024),
  MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024),
  MALLOC_TOP_PAD_: String(16 * 1024 * 1024)
}

/**
 * Runs Node with `options`: in place of this process where Node can do that, so that a signal meets the program itself,
 * else below it. Gives the exit code.
 *
 * What Node has compiled it keeps in `compiled`, one file a module, written anew when that changes: a command starts in half
 * the time, and so does each process that a test starts.
 * @param {string[]} options
 * @param {string} compiled
 * @returns {Promise<number>}
 */
export const runPinned = (options, compiled = join(stateDirectory, "compiled")) => {
  const env = { ...malloc, ...process.env, NODE_COMPILE_CACHE: compiled, PATH: pinnedPath }
  const words = [...heap, ...typesHook, ...options]
  if (process.execve !== undefined) process.execve(pinnedNode, [pinnedNode, ...words], env)
  return new Promise((resolve, reject) => {
    const child = spawn(pinnedNode, words, { stdio: "inherit", env })
    // Ctrl-C reaches the child by itself; what is sent to us alone is passed on. We end when it ends.
    process.on("SIGINT", () => {})
    process.on("SIGTERM", () => child.kill("SIGTERM"))
    child.on("error", reject)
    child.on("exit", (code) => resolve(code ?? 1))
  })
}
