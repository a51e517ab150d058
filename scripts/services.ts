// Finds Postgres and RabbitMQ, starts or installs them where they are missing, and remembers what it found.
// For every command and for the tests; by itself (`npm run services`) it prints what it found, one line each.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { exclusively } from "./lock.mjs"
import { climbLadder, type Found, messageOf, type Say } from "./services/ladder.ts"
import { ownDirectory } from "./services/machine.ts"
import { givenPostgres, postgresRungs, rememberedPostgres } from "./services/postgres.ts"
import { givenRabbit, rabbitRungs, rememberedRabbit } from "./services/rabbitmq.ts"
import { keep, readText, type Services, servicesFile } from "./services/record.ts"

export interface FoundServices {
  readonly postgresUrl: string
  /** `memory`: no RabbitMQ was to be had. What starts and ends its own core may go on with a broker inside the process. */
  readonly brokerUrl: string
  readonly found: ReadonlyArray<{ readonly service: "Postgres" | "RabbitMQ"; readonly how: string }>
}

const toStderr: Say = (line) => void process.stderr.write(`${line}\n`)

const memory: Found = {
  url: "memory",
  how:
    "No RabbitMQ to be had (it isn't installed, and without root or Docker it can't be): " +
    "`demo` and `simulate` go on with a broker in memory, which keeps nothing; a core to send messages to needs a real " +
    "one. Install it with: sudo apt-get install rabbitmq-server"
}

const noPostgres = (tried: ReadonlyArray<string>): Error =>
  new Error(
    ["No Postgres to be had. Install one, or set TRAVELER_POSTGRES_URL. What was tried:", ...tried].join("\n  ")
  )

const remembered = (): Services => {
  const postgresUrl = readText(servicesFile, "postgresUrl")
  const brokerUrl = readText(servicesFile, "brokerUrl")
  return { ...(postgresUrl === undefined ? {} : { postgresUrl }), ...(brokerUrl === undefined ? {} : { brokerUrl }) }
}

/** An empty variable is one that isn't set. */
const given = (name: "TRAVELER_POSTGRES_URL" | "TRAVELER_BROKER_URL"): string | undefined =>
  process.env[name] || undefined

interface Pair {
  readonly postgres: Found | undefined
  readonly rabbit: Found | undefined
}

const lookForPostgres = (say: Say): Promise<Found | undefined> =>
  givenPostgres(given("TRAVELER_POSTGRES_URL"), say) ?? rememberedPostgres(remembered())

const lookForRabbit = (say: Say): Promise<Found | undefined> =>
  givenRabbit(given("TRAVELER_BROKER_URL"), say) ?? rememberedRabbit(remembered())

/** What answers already: asked side by side, and under no lock, since nothing is changed. */
const look = async (say: Say): Promise<Pair> => {
  const [postgres, rabbit] = await Promise.all([lookForPostgres(say), lookForRabbit(say)])
  return { postgres, rabbit }
}

/** What a person set for this one run isn't for later runs. */
const remember = (postgres: Found, rabbit: Found): void => {
  const earlier = remembered()
  const postgresUrl = given("TRAVELER_POSTGRES_URL") === undefined ? postgres.url : earlier.postgresUrl
  const brokerUrl = given("TRAVELER_BROKER_URL") === undefined ? rabbit.url : earlier.brokerUrl
  keep(servicesFile, { postgresUrl, brokerUrl })
}

const climb = async (say: Say): Promise<{ readonly postgres: Found; readonly rabbit: Found }> => {
  const there = await look(say)
  const postgres =
    there.postgres === undefined ? await climbLadder(postgresRungs, say) : { found: there.postgres, tried: [] }
  if (postgres.found === undefined) throw noPostgres(postgres.tried)
  const rabbit = there.rabbit === undefined ? await climbLadder(rabbitRungs, say) : { found: there.rabbit, tried: [] }
  for (const line of rabbit.found === undefined ? rabbit.tried : []) say(`RabbitMQ, ${line}`)
  remember(postgres.found, rabbit.found ?? memory)
  return { postgres: postgres.found, rabbit: rabbit.found ?? memory }
}

/** Two commands at once wait for each other, so that neither starts what the other is starting. */
export const findServices = async (say: Say = toStderr): Promise<FoundServices> => {
  const { postgres, rabbit } = await look(say)
  const pair =
    postgres !== undefined && rabbit !== undefined
      ? { postgres, rabbit }
      : await exclusively(join(ownDirectory, "services.lock"), say, () => climb(say))
  const found = [
    { service: "Postgres" as const, how: pair.postgres.how },
    { service: "RabbitMQ" as const, how: pair.rabbit.how }
  ]
  for (const { how } of found) say(how)
  return { postgresUrl: pair.postgres.url, brokerUrl: pair.rabbit.url, found }
}

/** For whoever only asks the database; where none answers yet, both are seen to. */
export const findPostgres = async (say: Say = toStderr): Promise<void> => {
  const postgres = await lookForPostgres(say)
  if (postgres === undefined) await findServices(say)
  else say(postgres.how)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await findServices().catch((failure: unknown) => {
    toStderr(messageOf(failure))
    process.exitCode = 1
  })
}
