// Starts the receiver of spans for where no OTLP endpoint answers. Used by the composition root, tests and bench.
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"
import { messageOf, TechnicalFailure } from "../../../core/failure.ts"

/** On disk, for all that is kept of the requests; some 200,000 spans. */
const spoolLimit = 128 * 1024 * 1024
/** Making Jaeger's file takes a second or two at most. */
const patience = "15 seconds"

export interface Receiver {
  /** As `Telemetry.layer` takes it. */
  readonly endpoint: string
  /** Received since its start, counted by decoding. */
  readonly count: Effect.Effect<{ readonly requests: number; readonly spans: number }, TechnicalFailure>
  /** Writes the file now; it is written again at the end. */
  readonly save: Effect.Effect<void, TechnicalFailure>
}

const failure = (field: string, cause: unknown): TechnicalFailure =>
  new TechnicalFailure({
    field,
    value: "",
    reason: messageOf(cause),
    nextStep: "Choose another port or file for the receiver of traces, or an OTLP endpoint that answers"
  })

/** True when an OTLP/HTTP endpoint takes an empty request within a second. */
export const otlpAnswers = (endpoint: string): Effect.Effect<boolean> =>
  Effect.promise((signal) =>
    fetch(`${endpoint.replace(/\/$/, "")}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: new Uint8Array(0),
      signal: AbortSignal.any([signal, AbortSignal.timeout(1000)])
    }).then(
      (response) => response.ok,
      () => false
    )
  )

const ask = (method: string, url: string) =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { method, signal })
      const body: unknown = await response.json()
      if (!response.ok) throw new Error(JSON.stringify(body))
      return body
    },
    catch: (cause) => failure(url, cause)
  })

const numberAt = (value: unknown, name: string): number => {
  const found: unknown =
    typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
  return typeof found === "number" ? found : 0
}

/**
 * Runs until the scope closes, or this process ends in whatever way: then it writes `file`, Jaeger's JSON of the newest
 * 10,000 spans. Beside it, `<file>.otlp` keeps the requests as sent, across runs, up to a bound. Port 0 takes any.
 */
export const startReceiver = (options: {
  readonly file: string
  readonly port: number
  readonly spoolBytes?: number
}): Effect.Effect<Receiver, TechnicalFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        fork(
          fileURLToPath(new URL("process.ts", import.meta.url)),
          [options.file, String(options.port), String(options.spoolBytes ?? spoolLimit)],
          { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] }
        )
      ),
      (child) =>
        Effect.callback<void>((resume) => {
          if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
          child.once("exit", () => resume(Effect.void))
          if (child.connected) child.disconnect()
        }).pipe(Effect.timeoutOption(patience), Effect.andThen(Effect.sync(() => child.kill("SIGKILL"))))
    )
    const port = yield* Effect.callback<number, TechnicalFailure>((resume) => {
      child.once("message", (message) => {
        const port = numberAt(message, "port")
        resume(
          port === 0 ? Effect.fail(failure(`port ${options.port}`, JSON.stringify(message))) : Effect.succeed(port)
        )
      })
      child.once("exit", (code) => resume(Effect.fail(failure(options.file, `The receiver ended with code ${code}`))))
    })
    const endpoint = `http://127.0.0.1:${port}`
    return {
      endpoint,
      count: Effect.map(ask("GET", `${endpoint}/count`), (answer) => ({
        requests: numberAt(answer, "requests"),
        spans: numberAt(answer, "spans")
      })),
      save: Effect.asVoid(ask("POST", `${endpoint}/save`))
    }
  })
