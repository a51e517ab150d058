// One HTTP request whose fate is known: answered, never sent, or unknown. For every ERP adapter that speaks HTTP.
import { Pool } from "@effect/platform-node/Undici"
import { Data, Effect, type Scope } from "effect"
import { OutcomeUnknown } from "../../core/port/erp.ts"

/** Not a byte of the request left this process. */
export class NotSent extends Data.TaggedError("NotSent")<{ readonly reason: string }> {}

export interface Answer {
  readonly status: number
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

export interface WireRequest {
  readonly method: "GET" | "POST" | "PUT"
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** On `performance.now()`: later than that nothing is written. */
  readonly sendBefore?: number
}

export type Wire = (request: WireRequest) => Effect.Effect<Answer, NotSent | OutcomeUnknown>

/**
 * Requests to one origin, each on a connection of its own while it lasts, so that none waits behind another.
 * undici calls `onRequestStart` in the turn in which it writes the request and writes nothing if it is aborted there:
 * that is where `sendBefore` is looked at, and what tells "never sent" from "unknown".
 */
export const wire = (origin: string, timeoutMillis: number): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Pool(origin, { connect: { timeout: timeoutMillis } })),
      (pool) => Effect.promise(() => pool.destroy())
    ),
    (pool): Wire =>
      ({ method, path, body, headers = {}, sendBefore = Number.POSITIVE_INFINITY }) =>
        Effect.callback((resume) => {
          let abort: ((reason: Error) => void) | undefined
          let givenUp: Error | undefined
          let started = false
          let status = 0
          let answered: Answer["headers"] = {}
          const chunks: Array<Buffer> = []
          const fail = (reason: string) => {
            clearTimeout(timer)
            resume(Effect.fail(started ? new OutcomeUnknown({ reason }) : new NotSent({ reason })))
          }
          const giveUp = (reason: string) => {
            givenUp = new Error(reason)
            fail(reason)
            abort?.(givenUp)
          }
          const timer = setTimeout(
            () => giveUp(`${method} ${origin}${path} was not answered within ${timeoutMillis} ms`),
            timeoutMillis
          )
          pool.dispatch(
            {
              method,
              path,
              body: body ?? null,
              headers: body === undefined ? headers : { "content-type": "application/json", ...headers }
            },
            {
              onRequestStart(controller) {
                abort = (reason) => controller.abort(reason)
                if (givenUp !== undefined) abort(givenUp)
                else if (performance.now() > sendBefore) abort(new Error("its time to be sent was over"))
                else started = true
              },
              onResponseStart(_controller, statusCode, headers) {
                status = statusCode
                answered = headers
              },
              onResponseData(_controller, chunk) {
                chunks.push(chunk)
              },
              onResponseEnd() {
                clearTimeout(timer)
                resume(Effect.succeed({ status, headers: answered, body: Buffer.concat(chunks).toString("utf8") }))
              },
              onResponseError(_controller, error) {
                fail(`${method} ${origin}${path}: ${error.message}`)
              }
            }
          )
          return Effect.sync(() => giveUp("the request was interrupted"))
        })
  )
