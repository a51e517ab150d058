// What this machine lets us do: who we are, which programs it has, running them.
// Only scripts/services and test/harness may use it.
import { spawn } from "node:child_process"
import { accessSync, constants, readFileSync } from "node:fs"
import { createServer } from "node:net"
import { userInfo } from "node:os"
import { delimiter, join } from "node:path"
import { stateDirectory } from "../places.mjs"

export const isRoot = process.getuid?.() === 0

export const userName = userInfo().username

/**
 * Where services of our own keep their files. As root they run as another user, who may not be able to reach the
 * checkout (/root, or a folder of mktemp).
 */
export const ownDirectory = isRoot ? "/var/lib/traveler" : stateDirectory

export interface Unprivileged {
  readonly uid: number
  readonly gid: number
}

/** The user that services of our own run as when we are root: Postgres refuses to run as root. */
export const unprivileged = (): Unprivileged | undefined => {
  if (!isRoot) return undefined
  const lines = readFileSync("/etc/passwd", "utf8").split("\n")
  const line = ["postgres:", "nobody:"]
    .map((name) => lines.find((entry) => entry.startsWith(name)))
    .find((entry) => entry)
  if (line === undefined) throw new Error("there is no user `postgres` or `nobody` to run it as")
  const [, , uid, gid] = line.split(":")
  return { uid: Number(uid), gid: Number(gid) }
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian keeps what administrators run outside a user's PATH. */
const searched = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"]

/** The program's path, from the places given first, then from the PATH. */
export const program = (name: string, places: ReadonlyArray<string> = []): string | undefined =>
  [...places, ...searched].map((place) => join(place, name)).find(isExecutable)

export interface Outcome {
  readonly status: number
  readonly output: string
}

export interface RunOptions {
  readonly seconds?: number
  readonly as?: Unprivileged | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/**
 * Runs a program to its end; never throws, an unknown program is status 127. It stops listening at `exit`, not at the end
 * of output: a daemon that the program leaves behind holds the pipe for as long as it lives.
 */
export const run = (path: string, words: ReadonlyArray<string>, options: RunOptions = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(path, words, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: (options.seconds ?? 30) * 1000,
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...options.as
    })
    const chunks: Array<Buffer> = []
    const end = (status: number) => {
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ status, output: Buffer.concat(chunks).toString().trim() })
    }
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk))
    child.on("error", (failure) => {
      chunks.push(Buffer.from(failure.message))
      end(127)
    })
    child.on("exit", (status) => setImmediate(() => end(status ?? 1)))
  })

/** Runs it, and fails with the last line that it said. */
export const mustRun = async (path: string, words: ReadonlyArray<string>, options?: RunOptions): Promise<string> => {
  const { status, output } = await run(path, words, options)
  if (status !== 0) throw new Error(`${path} ended with ${status}: ${output.split("\n").at(-1) ?? ""}`)
  return output
}

/** `wanted` if it is free on 127.0.0.1, else one that is. */
export const freePort = (wanted: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", () => (wanted === 0 ? reject(new Error("no free port")) : resolve(freePort(0))))
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : wanted))
    })
  })
