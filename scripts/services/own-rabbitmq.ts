// A RabbitMQ of our own from an installed one, without root. Later runs start it again. Only scripts/services may use it.
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, openSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Found, type Say, waitFor } from "./ladder.ts"
import { freePort, isRoot, ownDirectory, program } from "./machine.ts"
import { askRabbit } from "./rabbitmq-probe.ts"
import { keep, readText } from "./record.ts"

const directory = join(ownDirectory, "rabbitmq")
const urlFile = join(ownDirectory, "rabbitmq.json")

/** Debian's /usr/sbin/rabbitmq-server is for root alone; the real one is behind it. */
const server = (): string | undefined => program("rabbitmq-server", ["/usr/lib/rabbitmq/bin"])

/** A node, a port and files of its own, so that it meets no other RabbitMQ of this machine. */
const environment = (port: number, distribution: number): Record<string, string> => ({
  HOME: directory,
  RABBITMQ_NODENAME: `traveler-${port}@localhost`,
  RABBITMQ_CONF_ENV_FILE: "/dev/null",
  RABBITMQ_CONFIG_FILE: join(directory, "rabbitmq.conf"),
  RABBITMQ_MNESIA_BASE: join(directory, "data"),
  RABBITMQ_LOG_BASE: join(directory, "log"),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, "enabled_plugins"),
  RABBITMQ_PID_FILE: join(directory, "pid"),
  RABBITMQ_NODE_PORT: "",
  RABBITMQ_DIST_PORT: String(distribution),
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
  ERL_EPMD_ADDRESS: "127.0.0.1"
})

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
  const env = { ...process.env, ...environment(port, await freePort(port + 20_000)) }
  spawn(path, [], { env, cwd: directory, detached: true, stdio: ["ignore", log, log] }).unref()
  const started = await waitFor("RabbitMQ", 90, say, () => answering(url, ", started now,"))
  if (started === undefined) throw new Error(`it doesn't answer; see ${join(directory, "log")}`)
  return started
}

/** The one that an earlier run started: on its port, whether it still runs or not. */
export const startEarlierRabbit = async (say: Say): Promise<Found | undefined> => {
  const url = readText(urlFile, "url")
  const path = server()
  if (url === undefined || path === undefined || !existsSync(directory)) return undefined
  return (await answering(url)) ?? start(path, Number(new URL(url).port), say)
}

export const startInstalledRabbit = async (say: Say): Promise<Found | undefined> => {
  const path = server()
  return isRoot || path === undefined ? undefined : start(path, await freePort(5672), say)
}
