// A RabbitMQ of our own from an installed one, without root. Later runs start it again. Only scripts/services may use it.
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, openSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Found, type Say, waitFor } from "./ladder.ts"
import { freePort, isRoot, ownDirectory } from "./machine.ts"
import { nodeEnvironment, rabbitServer } from "./rabbitmq-node.ts"
import { askRabbit } from "./rabbitmq-probe.ts"
import { keep, readText } from "./record.ts"

const directory = join(ownDirectory, "rabbitmq")
const urlFile = join(ownDirectory, "rabbitmq.json")

/** The management API too: it sets policies and users, and makes the virtual hosts of the tests. */
const configuration = (port: number, managementPort: number): string =>
  [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${managementPort}`,
    ""
  ].join("\n")

const answering = async (url: string, note = ""): Promise<Found | undefined> =>
  (await askRabbit(url)).is === "ready"
    ? { url, how: `RabbitMQ of our own${note} answers at 127.0.0.1:${new URL(url).port} (${directory})` }
    : undefined

const start = async (path: string, port: number, say: Say): Promise<Found> => {
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  mkdirSync(join(directory, "log"), { recursive: true })
  writeFileSync(join(directory, "enabled_plugins"), "[rabbitmq_management].\n")
  writeFileSync(join(directory, "rabbitmq.conf"), configuration(port, await freePort(port + 10_000)))
  keep(urlFile, { url })
  const log = openSync(join(directory, "log", "start.log"), "a")
  const env = nodeEnvironment({
    directory,
    name: `traveler-${port}@localhost`,
    distributionPort: await freePort(port + 20_000)
  })
  spawn(path, [], { env, cwd: directory, detached: true, stdio: ["ignore", log, log] }).unref()
  const started = await waitFor("RabbitMQ", 90, say, () => answering(url, ", started now,"))
  if (started === undefined) throw new Error(`it doesn't answer; see ${join(directory, "log")}`)
  return started
}

/** The one that an earlier run started: on its port, whether it still runs or not. */
export const startEarlierRabbit = async (say: Say): Promise<Found | undefined> => {
  const url = readText(urlFile, "url")
  const path = rabbitServer()
  if (url === undefined || path === undefined || !existsSync(directory)) return undefined
  return (await answering(url)) ?? start(path, Number(new URL(url).port), say)
}

export const startInstalledRabbit = async (say: Say): Promise<Found | undefined> => {
  const path = rabbitServer()
  return isRoot || path === undefined ? undefined : start(path, await freePort(5672), say)
}
