// The ladder for RabbitMQ; npm has none, so the last rung is missing. Only scripts/services.ts may use it.
import { existsSync } from "node:fs"
import { installFromDebian } from "./debian.ts"
import { startWithDocker } from "./docker.ts"
import { type Found, type Rung, type Say, waitFor } from "./ladder.ts"
import { isRoot, mustRun, program } from "./machine.ts"
import { startEarlierRabbit, startInstalledRabbit } from "./own-rabbitmq.ts"
import { askRabbit } from "./rabbitmq-probe.ts"
import type { Services } from "./record.ts"

const standardUrl = "amqp://guest:guest@127.0.0.1:5672"

const placeOf = (url: string): string => {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port === "" ? "5672" : port}`
}

/** `note` says, between commas, what we did for it. */
const answering = async (url: string, note = ""): Promise<Found | undefined> =>
  (await askRabbit(url)).is === "ready" ? { url, how: `RabbitMQ${note} answers at ${placeOf(url)}` } : undefined

const standard = async (): Promise<Found | undefined> => {
  const answer = await askRabbit(standardUrl)
  if (answer.is === "refusing") throw new Error(`one answers at ${placeOf(standardUrl)}, but: ${answer.reason}`)
  return answer.is === "ready" ? { url: standardUrl, how: `RabbitMQ answers at ${placeOf(standardUrl)}` } : undefined
}

const standardSoon = (note: string, say: Say): Promise<Found | undefined> =>
  waitFor("RabbitMQ", 120, say, () => answering(standardUrl, note))

/** As Debian starts it: by systemd where that runs, else by its own script, which becomes user `rabbitmq`. */
const startInstalled = async (note: string, say: Say): Promise<Found | undefined> => {
  const server = program("rabbitmq-server")
  if (!isRoot || server === undefined) return undefined
  const systemctl = existsSync("/run/systemd/system") ? program("systemctl") : undefined
  await (systemctl === undefined
    ? mustRun(server, ["-detached"], { seconds: 60, cwd: "/" })
    : mustRun(systemctl, ["start", "rabbitmq-server"], { seconds: 120 }))
  return standardSoon(note, say)
}

/** Set by a person: it is this one or none. `memory` is the broker inside the process. */
const fromEnvironment = async (url: string, say: Say): Promise<Found> => {
  if (url === "memory") return { url, how: "no RabbitMQ: the broker in memory, as TRAVELER_BROKER_URL says" }
  const found = await waitFor(`RabbitMQ at ${placeOf(url)} (TRAVELER_BROKER_URL)`, 5, say, () => answering(url))
  if (found !== undefined) return found
  const answer = await askRabbit(url)
  throw new Error(
    `TRAVELER_BROKER_URL names a RabbitMQ at ${placeOf(url)} that gives no connection ` +
      `(${"reason" in answer ? answer.reason : answer.is}). Correct it, or unset it and Traveler finds or starts one.`
  )
}

export const givenRabbit = (url: string | undefined, say: Say): Promise<Found> | undefined =>
  url === undefined ? undefined : fromEnvironment(url, say)

export const rememberedRabbit = ({ brokerUrl }: Services): Promise<Found | undefined> =>
  brokerUrl === undefined || brokerUrl === "memory" ? Promise.resolve(undefined) : answering(brokerUrl)

export const rabbitRungs: ReadonlyArray<Rung> = [
  { name: "the one that an earlier run started", climb: startEarlierRabbit },
  { name: `one that runs at ${placeOf(standardUrl)}`, climb: standard },
  { name: "an installed one", climb: (say) => startInstalled(", started now,", say) },
  { name: "an installed one, as our own", climb: startInstalledRabbit },
  {
    name: "installing it from Debian",
    climb: async (say) =>
      (await installFromDebian("rabbitmq-server", say))
        ? startInstalled(", installed from Debian and started now,", say)
        : undefined
  },
  {
    name: "docker compose",
    climb: async (say) =>
      (await startWithDocker("rabbitmq", say)) ? standardSoon(", started now by docker compose,", say) : undefined
  }
]
