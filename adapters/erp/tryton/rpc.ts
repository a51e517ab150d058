// Tryton's JSON-RPC: one session, renewed when it has ended, and each call's fate. Used inside adapters/erp/tryton.
import { Data, Effect, Redacted, Schema, type Scope, Semaphore } from "effect"
import { OutcomeUnknown } from "../../../core/port/erp.ts"
import { type Answer, NotSent, wire } from "../wire.ts"
import { Answered } from "./answer.ts"
import type { Refusal } from "./classification.ts"

export interface TrytonOptions {
  readonly origin: string
  /** Its name in Tryton. */
  readonly database: string
  readonly user: string
  readonly password: Redacted.Redacted
  readonly timeoutMillis?: number
}

/** Tryton's own word that it didn't do it; its transaction was rolled back. */
export class Refused extends Data.TaggedError("Refused")<Refusal> {}

export type RpcFailure = NotSent | OutcomeUnknown | Refused

/** Of a model: the arguments, then what is to be added to the session's context. */
export type Call = (
  method: string,
  parameters: ReadonlyArray<unknown>,
  options?: { readonly sendBefore?: number; readonly context?: Readonly<Record<string, unknown>> }
) => Effect.Effect<unknown, RpcFailure>

interface Session {
  readonly authorization: string
  readonly context: Readonly<Record<string, unknown>>
}

const decodeAnswer = Schema.decodeUnknownEffect(Answered)
const decodeLogin = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Int, Schema.String]))
const decodeContext = Schema.decodeUnknownEffect(Schema.Record(Schema.String, Schema.Unknown))
const decodeUserError = Schema.decodeUnknownOption(
  Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.Unknown])
)
const decodeWarning = Schema.decodeUnknownOption(
  Schema.TupleWithRest(Schema.Tuple([Schema.String, Schema.String]), [Schema.Unknown])
)

/** What stands in its place: of a warning the second, its name is first; of a Python exception the type is the text. */
const refusal = ([type, details]: ReadonlyArray<unknown>): Refused => {
  const name = String(type)
  const warning = name === "UserWarning" ? decodeWarning(details) : undefined
  if (warning?._tag === "Some") return new Refused({ type: name, text: warning.value[1] })
  const error = name === "UserError" ? decodeUserError(details) : undefined
  if (error?._tag === "Some") return new Refused({ type: name, text: error.value[0] })
  return new Refused({ type: name, text: name })
}

const strange = ({ body, status }: Answer): OutcomeUnknown =>
  new OutcomeUnknown({ reason: `Tryton answered ${status}: ${body.slice(0, 200)}` })

const result = (answer: Answer): Effect.Effect<unknown, OutcomeUnknown | Refused> =>
  decodeAnswer(answer.body).pipe(
    Effect.mapError(() => strange(answer)),
    Effect.flatMap((answered) =>
      "error" in answered ? Effect.fail(refusal(answered.error)) : Effect.succeed(answered.result)
    )
  )

/** Whatever goes wrong with the login, the request that needed it was never sent. */
const beforeIt = ({ reason }: { readonly reason: string }) => new NotSent({ reason })

export const rpc = ({
  database,
  origin,
  password,
  timeoutMillis = 20_000,
  user
}: TrytonOptions): Effect.Effect<
  { readonly call: Call; readonly version: Effect.Effect<unknown, RpcFailure> },
  never,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const send = yield* wire(origin, timeoutMillis)
    const oneAtATime = yield* Semaphore.make(1)
    const place = `/${encodeURIComponent(database)}/`
    let session: Session | undefined

    const request = (
      path: string,
      method: string,
      parameters: ReadonlyArray<unknown>,
      headers: Readonly<Record<string, string>>,
      sendBefore?: number
    ) =>
      send({
        method: "POST",
        path,
        // Exactly these three: with `jsonrpc` beside them it would answer errors as HTML.
        body: JSON.stringify({ id: 1, method, params: parameters }),
        headers,
        ...(sendBefore === undefined ? {} : { sendBefore })
      })

    const login = Effect.gen(function* () {
      const secret = { password: Redacted.value(password) }
      const answer = yield* request(place, "common.db.login", [user, secret, "en"], {})
      if (answer.status !== 200) return yield* strange(answer)
      const [id, key] = yield* Effect.mapError(decodeLogin(yield* result(answer)), () => strange(answer))
      const authorization = `Session ${Buffer.from(`${user}:${id}:${key}`).toString("base64")}`
      const preferences = yield* request(place, "model.res.user.get_preferences", [true, {}], { authorization })
      if (preferences.status !== 200) return yield* strange(preferences)
      const context = yield* Effect.mapError(decodeContext(yield* result(preferences)), () => strange(preferences))
      session = { authorization, context: { ...context, language: "en" } }
      return session
    }).pipe(
      Effect.mapError((failure) =>
        beforeIt({ reason: `No session: ${failure._tag === "Refused" ? failure.text : failure.reason}` })
      )
    )

    /** Another may have renewed it meanwhile. */
    const renewed = (ended?: Session) =>
      oneAtATime.withPermit(
        Effect.suspend(() => (session === undefined || session === ended ? login : Effect.succeed(session)))
      )

    const call: Call = Effect.fnUntraced(function* (method, parameters, options = {}) {
      const once = (by: Session) =>
        request(
          place,
          method,
          [...parameters, { ...by.context, ...options.context }],
          { authorization: by.authorization },
          options.sendBefore
        )
      const first = session ?? (yield* renewed())
      let answer = yield* once(first)
      // Nothing was done under a session that has ended.
      if (answer.status === 401) answer = yield* once(yield* renewed(first))
      // So it, or a proxy before it, says that another has the record: nothing was done.
      if (answer.status === 423) return yield* new Refused({ type: "ConcurrencyException", text: answer.body })
      return yield* answer.status === 200 ? result(answer) : Effect.fail(strange(answer))
    })

    const version = Effect.flatMap(request("/", "common.server.version", [], {}), result)
    return { call, version }
  })
