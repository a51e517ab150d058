// Settings of a RabbitMQ node of one's own: a name, ports and files that meet no other node of this machine.
// Only scripts/services and test/harness may use it.
import { join } from "node:path"
import { program } from "./machine.ts"

/** Debian's /usr/sbin/rabbitmq-server is for root and the machine's own node; the real one is behind it. */
export const rabbitServer = (): string | undefined => program("rabbitmq-server", ["/usr/lib/rabbitmq/bin"])

export interface RabbitNode {
  /** Keeps everything that the node writes, and holds `rabbitmq.conf` and `enabled_plugins`. */
  readonly directory: string
  readonly name: string
  /** The port at which nodes and command-line tools reach it. */
  readonly distributionPort: number
}

export const nodeEnvironment = ({ directory, distributionPort, name }: RabbitNode): NodeJS.ProcessEnv => ({
  ...process.env,
  HOME: directory,
  RABBITMQ_NODENAME: name,
  RABBITMQ_CONF_ENV_FILE: "/dev/null",
  RABBITMQ_CONFIG_FILE: join(directory, "rabbitmq.conf"),
  RABBITMQ_MNESIA_BASE: join(directory, "data"),
  RABBITMQ_LOG_BASE: join(directory, "log"),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, "enabled_plugins"),
  RABBITMQ_PID_FILE: join(directory, "pid"),
  RABBITMQ_NODE_PORT: "",
  RABBITMQ_DIST_PORT: String(distributionPort),
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
  ERL_EPMD_ADDRESS: "127.0.0.1"
})
