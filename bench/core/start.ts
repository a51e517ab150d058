// Starts the core that is measured. Used by the bench's scenarios.
import { type ChildProcess, fork } from "node:child_process"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import { Effect, Redacted, Schema } from "effect"
import { WrongResult } from "../failure.ts"
import { Answer, type Question } from "./conversation.ts"

export interface CoreOptions {
  readonly postgresUrl: Redacted.Redacted
  readonly brokerUrl: Redacted.Redacted
  readonly otlpEndpoint: string
  readonly residentActors: number
  readonly prefetch: number
  /** What follows the journal: reactions alone, or views and poster, too. */
  readonly follow: "nothing" | "reactions" | "everything"
  /** Where the ERP answers; a sandbox of the core's own where absent. */
  readonly erpUrl?: string
}

export const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** `--cpu-prof` and the like, given to the bench, hold for the core as well. */
const run = (options: CoreOptions, port: number): ChildProcess =>
  fork(fileURLToPath(new URL("process.ts", import.meta.url)), [options.follow], {
    execArgv: [...process.execArgv, "--expose-gc"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      TRAVELER_POSTGRES_URL: Redacted.value(options.postgresUrl),
      TRAVELER_BROKER_URL: Redacted.value(options.brokerUrl),
      TRAVELER_ERP_URL: options.erpUrl ?? "",
      OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpEndpoint,
      TRAVELER_RUNNER_PORT: String(port),
      TRAVELER_RESIDENT_ACTORS: String(options.residentActors),
      TRAVELER_PREFETCH: String(options.prefetch)
    }
  })

const stop = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGTERM")
  }).pipe(Effect.timeoutOption("20 seconds"), Effect.andThen(Effect.sync(() => child.kill("SIGKILL"))))

/** The next answer, which must be of this kind. */
const answered = <Kind extends Answer["answer"]>(child: ChildProcess, kind: Kind) =>
  Effect.callback<Extract<Answer, { readonly answer: Kind }>, WrongResult>((resume) => {
    const failed = (reason: string) => resume(Effect.fail(new WrongResult({ what: "The core", reason })))
    const heard = (message: unknown) => {
      child.off("exit", ended)
      const answer = Schema.decodeUnknownSync(Answer)(message)
      if (isOf(answer, kind)) resume(Effect.succeed(answer))
      else failed(`it answered ${answer.answer} where ${kind} was asked`)
    }
    const ended = (code: number | null) => {
      child.off("message", heard)
      failed(`it ended with code ${code}`)
    }
    child.once("message", heard)
    child.once("exit", ended)
  })

const isOf = <Kind extends Answer["answer"]>(
  answer: Answer,
  kind: Kind
): answer is Extract<Answer, { readonly answer: Kind }> => answer.answer === kind

/** Runs until the scope closes; ready when it owns every partition. */
export const startCore = Effect.fnUntraced(function* (options: CoreOptions) {
  const port = yield* freePort
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => run(options, port)),
    stop
  )
  const ask = <Kind extends Answer["answer"]>(question: Question, kind: Kind) =>
    Effect.suspend(() => {
      child.send(question)
      return answered(child, kind)
    })
  yield* answered(child, "ready")
  return {
    processId: child.pid ?? 0,
    /** Until so many messages of each plant are durable. */
    drain: (queues: Extract<Question, { readonly ask: "drain" }>["queues"]) => ask({ ask: "drain", queues }, "drained"),
    memory: Effect.map(ask({ ask: "memory" }, "memory"), ({ residentBytes }) => residentBytes)
  }
})
