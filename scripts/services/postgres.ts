// The ladder for Postgres, from what is there already to what npm brings. Only scripts/services.ts may use it.
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { installFromDebian } from "./debian.ts"
import { startWithDocker } from "./docker.ts"
import { type Found, type Rung, type Say, waitFor } from "./ladder.ts"
import { isRoot, mustRun, ownDirectory, program, run, userName } from "./machine.ts"
import { startEarlierPostgres, startEmbeddedPostgres, startInstalledPostgres } from "./own-postgres.ts"
import { askPostgres } from "./postgres-probe.ts"
import { keep, readText, type Services } from "./record.ts"

/** Where it is, without who we are there. */
const placeOf = (url: string): string => {
  const { hostname, port, searchParams } = new URL(url)
  return searchParams.get("host") ?? `${hostname}:${port === "" ? "5432" : port}`
}

const standardPlace = "127.0.0.1:5432"
const socketDirectories = ["/var/run/postgresql", "/tmp"]

/** Ways in that need no secret: trust, what compose.yaml and Docker's image set, and the socket as oneself. */
const standardUrls = (): ReadonlyArray<string> => [
  `postgres://postgres@${standardPlace}/traveler`,
  `postgres://traveler:traveler@${standardPlace}/traveler`,
  `postgres://postgres:postgres@${standardPlace}/traveler`,
  ...socketDirectories
    .filter((directory) => existsSync(join(directory, ".s.PGSQL.5432")))
    .map((directory) => `postgres://${encodeURIComponent(userName)}@localhost/traveler?host=${directory}`)
]

/** The password of the role that we made on this machine as root; every checkout of root's shares it. */
const roleFile = join(ownDirectory, "role.json")

const asPostgres = (sql: string) => ["postgres", "-c", `psql -XAtq -v ON_ERROR_STOP=1 -c "${sql}"`]

/** Debian lets user `postgres` in by the socket and asks all others for a password: as root we make ourselves a role. */
const makeRole = async (su: string): Promise<string> => {
  const password = readText(roleFile, "password") ?? randomBytes(18).toString("base64url")
  const exists =
    (await mustRun(su, asPostgres("select 1 from pg_roles where rolname = 'traveler'"), { cwd: "/" })) === "1"
  const rights = `login createdb createrole password '${password}'`
  await mustRun(su, asPostgres(`${exists ? "alter" : "create"} role traveler ${rights}`), { cwd: "/" })
  keep(roleFile, { password })
  return `postgres://traveler:${password}@${standardPlace}/traveler`
}

/** `note` says, between commas, what we did for it. */
const answering = async (url: string, note = ""): Promise<Found | undefined> => {
  const answer = await askPostgres(url)
  return answer.is === "ready"
    ? { url, how: `Postgres ${answer.version}${note} answers at ${placeOf(url)}` }
    : undefined
}

const standard = async (note = ""): Promise<Found | undefined> => {
  for (const url of standardUrls()) {
    const found = await answering(url, note)
    if (found !== undefined) return found
  }
  const answer = await askPostgres(`postgres://postgres@${standardPlace}/traveler`)
  const su = program("su")
  if (answer.is !== "refusing") return undefined
  if (!isRoot || su === undefined) throw new Error(`one answers at ${standardPlace}, but: ${answer.reason}`)
  return answering(await makeRole(su), note)
}

const standardSoon = (note: string, say: Say): Promise<Found | undefined> =>
  waitFor("Postgres", 60, say, () => standard(note))

/** One that still starts is waited for. */
const runningPostgres = async (say: Say): Promise<Found | undefined> => {
  const answer = await askPostgres(`postgres://postgres@${standardPlace}/traveler`)
  return answer.is === "starting" ? standardSoon("", say) : standard()
}

/** Debian's own clusters, started as Debian starts them. */
const startDebianCluster = async (note: string, say: Say): Promise<Found | undefined> => {
  const list = program("pg_lsclusters")
  const control = program("pg_ctlcluster")
  if (!isRoot || list === undefined || control === undefined) return undefined
  const clusters = (await mustRun(list, ["-h"])).split("\n").map((line) => line.split(/\s+/))
  const main = clusters.find(([, , port]) => port === "5432")
  if (main?.[0] === undefined || main[1] === undefined) return undefined
  await run(control, [main[0], main[1], "start"], { seconds: 60 })
  return standardSoon(note, say)
}

/** Set by a person: it is this one or none, so that nobody's data go to another. */
const fromEnvironment = async (url: string, say: Say): Promise<Found> => {
  const found = await waitFor(`Postgres at ${placeOf(url)} (TRAVELER_POSTGRES_URL)`, 5, say, () => answering(url))
  if (found !== undefined) return found
  const answer = await askPostgres(url)
  throw new Error(
    `TRAVELER_POSTGRES_URL names a Postgres at ${placeOf(url)} that gives no connection ` +
      `(${"reason" in answer ? answer.reason : answer.is}). Correct it, or unset it and Traveler finds or starts one.`
  )
}

export const givenPostgres = (url: string | undefined, say: Say): Promise<Found> | undefined =>
  url === undefined ? undefined : fromEnvironment(url, say)

export const rememberedPostgres = ({ postgresUrl }: Services): Promise<Found | undefined> =>
  postgresUrl === undefined ? Promise.resolve(undefined) : answering(postgresUrl)

export const postgresRungs: ReadonlyArray<Rung> = [
  { name: "the one that an earlier run made", climb: startEarlierPostgres },
  { name: `one that runs at ${standardPlace}`, climb: runningPostgres },
  { name: "Debian's cluster", climb: (say) => startDebianCluster(", started now,", say) },
  { name: "installed binaries, as our own", climb: (say) => (isRoot ? none() : startInstalledPostgres(say)) },
  {
    name: "installing it from Debian",
    climb: async (say) =>
      (await installFromDebian("postgresql", say))
        ? startDebianCluster(", installed from Debian and started now,", say)
        : undefined
  },
  {
    name: "docker compose",
    climb: async (say) =>
      (await startWithDocker("postgres", say)) ? standardSoon(", started now by docker compose,", say) : undefined
  },
  { name: "npm's binaries, as our own", climb: startEmbeddedPostgres }
]

const none = (): Promise<undefined> => Promise.resolve(undefined)
