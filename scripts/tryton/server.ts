// One trytond on loopback: its settings, start, and end by its process's id. Only scripts/tryton and tests may use it.
import { spawn } from "node:child_process"
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { waitFor } from "../services/ladder.ts"
import { freePort, mustRun, program } from "../services/machine.ts"

export interface TrytonServer {
  readonly origin: string
  readonly port: number
  readonly pid: number
}

/** Debian's trytond speaks Postgres by this URL's scheme, and has the database's name from its command line. */
const serverUri = (url: string): string => {
  const { hostname, password, port, username } = new URL(url)
  const who = password === "" ? username : `${username}:${password}`
  return `postgresql://${who}@${hostname}:${port === "" ? "5432" : port}/`
}

export const configure = (directory: string, postgresUrl: string, port: number): string => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, "trytond.conf")
  const settings = [
    "[web]",
    `listen = 127.0.0.1:${port}`,
    "[database]",
    `uri = ${serverUri(postgresUrl)}`,
    `path = ${join(directory, "files")}`,
    "[session]",
    // A day; a session that has ended is renewed.
    "timeout = 86400",
    "max_attempt = 50",
    ""
  ]
  writeFileSync(path, settings.join("\n"), { mode: 0o600 })
  return path
}

/** Runs its administration on a database: makes it, or activates modules. */
export const administer = (
  configuration: string,
  database: string,
  words: ReadonlyArray<string>,
  passwordFile: string
) =>
  mustRun(program("trytond-admin") ?? "trytond-admin", ["-c", configuration, "-d", database, ...words], {
    seconds: 600,
    env: { TRYTONPASSFILE: passwordFile }
  })

export const versionAt = async (origin: string): Promise<string | undefined> => {
  try {
    const answer = await fetch(`${origin}/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: 0, method: "common.server.version", params: [] }),
      signal: AbortSignal.timeout(2_000)
    })
    const body: unknown = await answer.json()
    const version = typeof body === "object" && body !== null ? Reflect.get(body, "result") : undefined
    return typeof version === "string" ? version : undefined
  } catch {
    return undefined
  }
}

/** A zombie has no command line, and another process of that id has another. */
export const isOurs = (pid: number, configuration: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(configuration)
  } catch {
    return false
  }
}

/** In a session of its own: it outlives whoever started it, until it is stopped. */
export const serve = async (
  directory: string,
  postgresUrl: string,
  database: string,
  wanted = 0
): Promise<TrytonServer> => {
  const port = await freePort(wanted)
  const configuration = configure(directory, postgresUrl, port)
  const log = openSync(join(directory, "trytond.log"), "a")
  const child = spawn(program("trytond") ?? "trytond", ["-c", configuration, "-d", database], {
    detached: true,
    stdio: ["ignore", log, log]
  })
  child.on("error", () => undefined)
  child.unref()
  const origin = `http://127.0.0.1:${port}`
  const version = await waitFor(
    "trytond",
    60,
    () => undefined,
    () => versionAt(origin)
  )
  // Another may have been quicker at that port: what answers there isn't ours then.
  if (version === undefined || child.pid === undefined || !isOurs(child.pid, configuration)) {
    if (child.pid !== undefined) await end(directory, child.pid)
    throw new Error(`trytond doesn't answer at ${origin}; see ${join(directory, "trytond.log")}`)
  }
  return { origin, port, pid: child.pid }
}

export const configurationIn = (directory: string): string => join(directory, "trytond.conf")

/** Only one that we started in this folder; waits until it is gone. */
export const end = async (directory: string, pid: number, signal: NodeJS.Signals = "SIGTERM"): Promise<boolean> => {
  const configuration = configurationIn(directory)
  if (!isOurs(pid, configuration)) return false
  process.kill(pid, signal)
  const gone = () => Promise.resolve(isOurs(pid, configuration) ? undefined : true)
  if ((await waitFor("trytond's end", 10, () => undefined, gone)) === undefined) {
    process.kill(pid, "SIGKILL")
    await waitFor("trytond's end", 10, () => undefined, gone)
  }
  return true
}
