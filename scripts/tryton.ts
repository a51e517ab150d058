// A real ERP to try Traveler with: Tryton on loopback, in a Postgres that is there. For the command line, tests and
// demos; by itself: `node scripts/pinned.mjs scripts/tryton.ts up | stop | wipe`.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { stateDirectory } from "./places.mjs"
import { messageOf, type Say } from "./services/ladder.ts"
import { keep, readText } from "./services/record.ts"
import { findServices } from "./services.ts"
import { addIndexes, copyTemplate, drop, exists } from "./tryton/databases.ts"
import { installTryton, NoTryton } from "./tryton/packages.ts"
import { configurationIn, end, isOurs, serve, versionAt } from "./tryton/server.ts"
import { ensureTemplate, password, user } from "./tryton/template.ts"

export interface RunningTryton {
  readonly origin: string
  readonly database: string
  readonly user: string
  readonly password: string
  readonly pid: number
}

export interface TrytonPlace {
  readonly postgresUrl: string
  /** Keeps its settings, log and what runs. */
  readonly directory: string
  readonly database: string
  /** A free one where it is taken or absent. */
  readonly port?: number
}

const usualPort = 8_000
const usualDatabase = "traveler_tryton"
const usualDirectory = join(stateDirectory, "tryton")

const recordIn = (directory: string) => join(directory, "tryton.json")

/** One that we started in this folder, and of which database it is. */
const earlier = (directory: string) => {
  const origin = readText(recordIn(directory), "origin")
  const pid = Number(readText(recordIn(directory), "pid"))
  const serves = readText(recordIn(directory), "serves")
  return origin === undefined || !isOurs(pid, configurationIn(directory)) ? undefined : { pid, origin, serves }
}

/** Without what is secret in it. */
const servedBy = ({ database, postgresUrl }: TrytonPlace): string => `${new URL(postgresUrl).host}/${database}`

/** The one of this folder, which may run already; its database is made where it is missing. */
export const startTryton = async (place: TrytonPlace, say: Say): Promise<RunningTryton> => {
  const { database, directory, port, postgresUrl } = place
  const about = { database, user, password }
  const running = earlier(directory)
  const answers = running?.serves === servedBy(place) ? await versionAt(running.origin) : undefined
  if (running !== undefined && answers !== undefined) {
    say(`Tryton ${answers} answers at ${running.origin} (database ${database})`)
    return { ...about, origin: running.origin, pid: running.pid }
  }
  // It answers no more, or serves another database: never two of one folder.
  if (running !== undefined) await end(directory, running.pid)
  await installTryton(say)
  await ensureTemplate(postgresUrl, say)
  if (!(await exists(postgresUrl, database))) {
    await copyTemplate(postgresUrl, database)
    say(`Made database ${database}`)
  }
  await addIndexes(postgresUrl, database)
  const { origin, pid } = await serve(directory, postgresUrl, database, port)
  keep(recordIn(directory), { origin, pid: String(pid), serves: servedBy(place) })
  say(`Tryton ${await versionAt(origin)}, started now, answers at ${origin} (database ${database}, user ${user})`)
  return { ...about, origin, pid }
}

/** Whether one ran. */
const stopTryton = async (directory: string): Promise<boolean> => {
  const running = earlier(directory)
  return running === undefined ? false : end(directory, running.pid)
}

/** With its database. */
export const wipeTryton = async ({ database, directory, postgresUrl }: TrytonPlace): Promise<void> => {
  await stopTryton(directory)
  await drop(postgresUrl, database)
  rmSync(directory, { recursive: true, force: true })
}

const toStderr: Say = (line) => void process.stderr.write(`${line}\n`)

const usualPlace = async (): Promise<TrytonPlace> => {
  const { postgresUrl } = await findServices(() => undefined)
  return { postgresUrl, directory: usualDirectory, database: usualDatabase, port: usualPort }
}

const command = async (word = "up"): Promise<void> => {
  switch (word) {
    case "up":
      await startTryton(await usualPlace(), toStderr)
      return
    case "stop":
      toStderr((await stopTryton(usualDirectory)) ? "Stopped Tryton" : "Tryton doesn't run")
      return
    case "wipe":
      await wipeTryton(await usualPlace())
      toStderr("Stopped Tryton and dropped its database")
      return
    default:
      throw new Error(`Expected up, stop or wipe, not ${word}`)
  }
}

/** Of a machine that can't have it, apart from all other failures. */
const notToBeHad = 3

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await command(process.argv[2]).catch((failure: unknown) => {
    toStderr(messageOf(failure))
    process.exitCode = failure instanceof NoTryton ? notToBeHad : 1
  })
}
