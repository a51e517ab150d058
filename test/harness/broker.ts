// RabbitMQ for a test, and a virtual host of its own there, made empty and deleted afterwards. Used by every test that
// needs RabbitMQ: where there is none, they fail with one line that says what to install.
import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { promisify } from "node:util"
import { Effect, Redacted, type Scope } from "effect"
import { Connection } from "rabbitmq-client"
import { stateDirectory } from "../../scripts/places.mjs"
import { readText, servicesFile } from "../../scripts/services/record.ts"

const run = promisify(execFile)

const standardUrl = "amqp://guest:guest@127.0.0.1:5672"

/** From the environment, as `npm test` sets it; else what an earlier `npm run services` found. */
export const brokerUrl = (): URL => {
  const url = process.env.TRAVELER_BROKER_URL ?? readText(servicesFile, "brokerUrl") ?? standardUrl
  if (url === "memory") throw new Error("This needs RabbitMQ: sudo apt-get install rabbitmq-server")
  return new URL(url)
}

/** What makes and deletes virtual hosts. */
interface Administration {
  readonly create: (vhost: string) => Promise<void>
  readonly remove: (vhost: string) => Promise<void>
}

const byCommand = (user: string, program: string, words: ReadonlyArray<string>, home?: string): Administration => {
  const call = (...command: ReadonlyArray<string>) =>
    run(program, [...words, ...command], { env: { ...process.env, ...(home === undefined ? {} : { HOME: home }) } })
  return {
    create: async (vhost) => {
      await call("add_vhost", vhost)
      await call("set_permissions", "-p", vhost, user, ".*", ".*", ".*")
    },
    remove: async (vhost) => {
      await call("delete_vhost", vhost)
    }
  }
}

const byManagement = ({ hostname, username, password }: URL): Administration => {
  const call = async (method: "PUT" | "DELETE", path: string, body?: object) => {
    const response = await fetch(`http://${hostname}:15672/api/${path}`, {
      method,
      headers: {
        authorization: `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`,
        "content-type": "application/json"
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
  }
  return {
    create: async (vhost) => {
      await call("PUT", `vhosts/${vhost}`)
      await call("PUT", `permissions/${vhost}/${username}`, { configure: ".*", write: ".*", read: ".*" })
    },
    remove: (vhost) => call("DELETE", `vhosts/${vhost}`)
  }
}

/** The RabbitMQ that `npm run services` started as our own, or else the machine's (as root), or a management API. */
const administrations = (url: URL): ReadonlyArray<Administration> => {
  const user = decodeURIComponent(url.username)
  const own = readText(join(stateDirectory, "rabbitmq.json"), "url")
  if (own !== undefined && new URL(own).host === url.host) {
    const home = join(stateDirectory, "rabbitmq")
    return [byCommand(user, "/usr/lib/rabbitmq/bin/rabbitmqctl", ["-n", `traveler-${url.port}@localhost`], home)]
  }
  return [byCommand(user, "rabbitmqctl", []), byManagement(url)]
}

const inVirtualHost = (url: URL, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href

/** Fails where the virtual host was made in another RabbitMQ than the URL's. */
const reach = async (url: string): Promise<void> => {
  const connection = new Connection({ url, connectionTimeout: 5_000 })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on("connection", resolve)
      connection.on("error", reject)
    })
  } finally {
    connection.unsafeDestroy()
  }
}

const create = async (url: URL, name: string): Promise<Administration> => {
  for (const administration of administrations(url)) {
    try {
      await administration.create(name)
      await reach(inVirtualHost(url, name))
      return administration
    } catch {
      // Not this one; what a wrong one made goes again.
      await administration.remove(name).catch(() => undefined)
    }
  }
  throw new Error(
    `This test needs virtual hosts of RabbitMQ at ${url.host}: run it as root beside that RabbitMQ (rabbitmqctl), ` +
      "or enable its management plugin (port 15672) for an administrator in TRAVELER_BROKER_URL"
  )
}

export interface VirtualHost {
  readonly name: string
  readonly url: Redacted.Redacted<string>
}

/** The URL of a virtual host that exists until the scope closes. */
export const virtualHost: Effect.Effect<VirtualHost, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(async () => {
    const url = brokerUrl()
    const name = `test-${randomUUID()}`
    const administration = await create(url, name)
    return { name, url: Redacted.make(inVirtualHost(url, name)), administration }
  }),
  ({ name, administration }) => Effect.promise(() => administration.remove(name))
)
