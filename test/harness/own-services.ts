// A Postgres and a RabbitMQ of a test's own, from this machine's binaries, that the test may take down and up again.
// For tests of restarts; they skip, with the reason, where binaries are missing.
import { type ChildProcess, spawn } from "node:child_process"
import { chmodSync, chownSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Effect, Schedule, type Scope } from "effect"
import { initdb } from "../../scripts/services/initdb.ts"
import { freePort, mustRun, type Unprivileged, unprivileged } from "../../scripts/services/machine.ts"
import { askPostgres } from "../../scripts/services/postgres-probe.ts"
import { nodeEnvironment, rabbitServer } from "../../scripts/services/rabbitmq-node.ts"
import { askRabbit } from "../../scripts/services/rabbitmq-probe.ts"

export interface OwnService {
  readonly url: string
  /** Crashes it, as a loss of power would, and waits until it answers again. */
  readonly restart: Effect.Effect<void>
}

const foundInitdb = initdb()
const rabbit = rabbitServer()

/** Why there can be no own service here; undefined where there can. */
export const noOwnPostgres = foundInitdb === undefined ? "needs Postgres's initdb on this machine" : undefined
export const noOwnRabbit = rabbit === undefined ? "needs rabbitmq-server on this machine" : undefined

/** A folder that the user whom the service runs as may write to; gone with the scope. */
const folder = (name: string, as: Unprivileged | undefined) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = mkdtempSync(join(tmpdir(), `traveler-${name}-`))
      if (as !== undefined) chownSync(path, as.uid, as.gid)
      chmodSync(path, 0o700)
      return path
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )

const untilReady = (ask: () => Promise<{ readonly is: string }>): Effect.Effect<void> =>
  Effect.promise(ask).pipe(
    Effect.filterOrFail(({ is }) => is === "ready"),
    Effect.retry({ times: 300, schedule: Schedule.spaced("200 millis") }),
    Effect.orDie,
    Effect.asVoid
  )

/** Postgres refuses to run as root. A crash of its processes loses nothing that it has written, so it needn't sync. */
export const ownPostgres: Effect.Effect<OwnService, never, Scope.Scope> = Effect.gen(function* () {
  const as = unprivileged()
  const directory = yield* folder("postgres", as)
  const data = join(directory, "data")
  const bin = dirname(foundInitdb ?? "")
  const port = yield* Effect.promise(() => freePort(0))
  const call = (name: string, ...words: ReadonlyArray<string>) =>
    Effect.promise(() => mustRun(join(bin, name), words, { as, cwd: directory, seconds: 120 }))
  const control = (...words: ReadonlyArray<string>) =>
    call("pg_ctl", ...words, "-D", data, "-l", join(directory, "log"), "-t", "60", "-w")
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`
  const url = `postgres://postgres@127.0.0.1:${port}/traveler`
  yield* call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
  yield* Effect.acquireRelease(control("start", "-o", options), () => control("stop", "-m", "immediate"))
  yield* untilReady(() => askPostgres(url))
  return {
    url,
    restart: Effect.andThen(
      control("restart", "-m", "immediate"),
      untilReady(() => askPostgres(url, false))
    )
  }
})

/** A node, ports and files of its own, so that it meets no other RabbitMQ of this machine. */
export const ownRabbit: Effect.Effect<OwnService, never, Scope.Scope> = Effect.gen(function* () {
  const as = unprivileged()
  const directory = yield* folder("rabbitmq", as)
  const port = yield* Effect.promise(() => freePort(0))
  const distribution = yield* Effect.promise(() => freePort(0))
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const env = nodeEnvironment({
    directory,
    name: `traveler-test-${port}@localhost`,
    distributionPort: distribution
  })
  writeFileSync(join(directory, "rabbitmq.conf"), `listeners.tcp.1 = 127.0.0.1:${port}\n`)
  writeFileSync(join(directory, "enabled_plugins"), "[].\n")

  /** In a process group of its own: the script that starts the node and the node end together. */
  const start = Effect.sync(() => {
    const output = openSync(join(directory, "output"), "a")
    return spawn(rabbit ?? "", [], {
      env,
      cwd: directory,
      detached: true,
      stdio: ["ignore", output, output],
      ...as
    })
  })
  const crash = (child: ChildProcess) =>
    Effect.callback<void>((resume) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
      child.once("exit", () => resume(Effect.void))
      process.kill(-child.pid, "SIGKILL")
    })
  const ready = untilReady(() => askRabbit(url))

  let node = yield* start
  yield* Effect.addFinalizer(() => crash(node))
  yield* ready
  return {
    url,
    restart: Effect.gen(function* () {
      yield* crash(node)
      node = yield* start
      yield* ready
    })
  }
})
