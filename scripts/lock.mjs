// One at a time across processes, by a file that names its holder. Plain JavaScript for Node 18 and later.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/** Nothing that is done under a lock takes longer (npm ci, apt-get install on a slow line). */
const longest = 15 * 60_000

/** @param {unknown} failure */
const codeOf = (failure) => (failure instanceof Error && "code" in failure ? failure.code : undefined)

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (failure) {
    return codeOf(failure) === "EPERM"
  }
}

/** Linked into place, so that nobody ever reads half of it. @param {string} path */
const take = (path) => {
  const own = `${path}.${process.pid}`
  writeFileSync(own, JSON.stringify({ pid: process.pid, since: Date.now() }))
  try {
    linkSync(own, path)
    return true
  } catch (failure) {
    if (codeOf(failure) === "EEXIST") return false
    throw failure
  } finally {
    rmSync(own)
  }
}

/** @param {string} path @returns {{ pid: number, since: number } | undefined} */
const holder = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch (failure) {
    if (codeOf(failure) === "ENOENT") return undefined
    throw failure
  }
}

/** @param {{ pid: number, since: number } | undefined} held */
const isStale = (held) => held !== undefined && (!isAlive(held.pid) || Date.now() - held.since > longest)

/** Moved aside first and looked at again: between our look and the move another waiter may have taken it anew. @param {string} path */
const breakIfStale = (path) => {
  if (!isStale(holder(path))) return
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
    if (!isStale(holder(aside))) linkSync(aside, path)
    rmSync(aside)
  } catch (failure) {
    if (codeOf(failure) !== "ENOENT" && codeOf(failure) !== "EEXIST") throw failure
  }
}

/**
 * Runs `work` while no other process holds `path`; waits for the other and says so.
 * @template A
 * @param {string} path
 * @param {(line: string) => void} say
 * @param {() => Promise<A>} work
 * @returns {Promise<A>}
 */
export const exclusively = async (path, say, work) => {
  mkdirSync(dirname(path), { recursive: true })
  for (let round = 0; !take(path); round++) {
    breakIfStale(path)
    if (round % 50 === 1)
      say(`Waiting for another run (process ${holder(path)?.pid ?? "just ended"}) at the same work …`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}
