// Runs what follows on the pinned Node, and how a script speaks. Plain JavaScript for Node 18 and later.
import { spawn } from "node:child_process"
import { delimiter, dirname, join } from "node:path"
import { pinnedNode } from "./packages.mjs"
import { isInstalledPackage, root } from "./places.mjs"

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
 * Most of what a message allocates is garbage once its batch is durable. A young generation that holds several batches
 * (megabytes, the third of it) copies each of them less often: a sixth of the core's time, less than a tenth with this.
 */
const heap = ["--max-semi-space-size=64"]

/**
 * Runs Node with `options`: in place of this process where Node can do that, so that a signal meets the program itself,
 * else below it. Gives the exit code.
 * @param {string[]} options
 * @returns {Promise<number>}
 */
export const runPinned = (options) => {
  const env = { ...process.env, PATH: pinnedPath }
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
