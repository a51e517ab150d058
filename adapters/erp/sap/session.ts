// One session with SAP over OData V2: its cookies and CSRF token, both renewed when they have ended, and each request's fate.
// Used inside adapters/erp/sap.
import { Data, Effect, Redacted, type Scope, Semaphore } from "effect"
import { OutcomeUnknown } from "../../../core/port/erp.ts"
import { type Answer, NotSent, type WireRequest, wire } from "../wire.ts"
import { messagesIn } from "./answer.ts"
import type { Refusal } from "./classification.ts"
import type { SapOptions } from "./options.ts"

/** SAP's own word that it didn't do it. */
export class Refused extends Data.TaggedError("Refused")<Refusal> {}

export type SapFailure = NotSent | OutcomeUnknown | Refused

export interface Session {
  readonly get: (path: string) => Effect.Effect<Answer, SapFailure>
  readonly post: (
    path: string,
    request: {
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly sendBefore: number
    }
  ) => Effect.Effect<Answer, SapFailure>
}

export const services = {
  orders: "/sap/opu/odata/sap/API_PRODUCTION_ORDER_2_SRV",
  confirmations: "/sap/opu/odata/sap/API_PROD_ORDER_CONFIRMATION_2_SRV",
  materialDocuments: "/sap/opu/odata/sap/API_MATERIAL_DOCUMENT_SRV",
  products: "/sap/opu/odata/sap/API_PRODUCT_SRV",
  stock: "/sap/opu/odata/sap/API_MATERIAL_STOCK_SRV"
} as const

/** Whoever answers with one of these, SAP or something before it, has let nothing through. */
const turnedAway: ReadonlySet<number> = new Set([401, 403, 412, 423, 428, 429])

const headerOf = ({ headers }: Answer, name: string): ReadonlyArray<string> => {
  const value = headers[name]
  return value === undefined ? [] : typeof value === "string" ? [value] : value
}

/** A token that has ended, or a session. */
const needsToken = (answer: Answer): boolean =>
  answer.status === 403 && headerOf(answer, "x-csrf-token").some((value) => value.toLowerCase() === "required")

/**
 * A 5xx says nothing: the commit may have been before it. Neither does a 4xx that isn't in SAP's own words, for a proxy may
 * have put it in the place of SAP's answer.
 */
const outcome = (answer: Answer): Effect.Effect<Answer, OutcomeUnknown | Refused> => {
  const { body, status } = answer
  if (status >= 200 && status < 300) return Effect.succeed(answer)
  const messages = status >= 400 && status < 500 ? messagesIn(body) : undefined
  return messages !== undefined || turnedAway.has(status)
    ? Effect.fail(new Refused({ status, messages: messages ?? [] }))
    : Effect.fail(new OutcomeUnknown({ reason: `SAP answered ${status}: ${body.slice(0, 200)}` }))
}

interface Token {
  readonly value: string
  readonly cookies: string
}

const cookiesOf = (answer: Answer): string =>
  headerOf(answer, "set-cookie")
    .map((cookie) => cookie.split(";", 1)[0] ?? "")
    .join("; ")

/** The one that was asked in has ended. */
const beginsSession = (answer: Answer): boolean =>
  headerOf(answer, "set-cookie").some((cookie) => cookie.startsWith("SAP_SESSIONID"))

export const sapSession = ({
  client,
  origin,
  password,
  timeoutMillis,
  user
}: Omit<SapOptions, "plants"> & { readonly timeoutMillis: number }): Effect.Effect<Session, never, Scope.Scope> =>
  Effect.gen(function* () {
    const send = yield* wire(origin, timeoutMillis)
    const oneAtATime = yield* Semaphore.make(1)
    const common = {
      accept: "application/json",
      // Its messages are told apart by their text where their number isn't known.
      "accept-language": "en",
      "sap-client": client,
      authorization: `Basic ${Buffer.from(`${user}:${Redacted.value(password)}`).toString("base64")}`
    }
    let token: Token | undefined

    const request = (one: WireRequest, headers: Readonly<Record<string, string>> = {}) =>
      send({ ...one, headers: { ...common, ...one.headers, ...headers } })

    /** Nothing of what needed the token was sent. */
    const fetchToken = Effect.gen(function* () {
      const answer = yield* request({ method: "GET", path: `${services.confirmations}/` }, { "x-csrf-token": "Fetch" })
      const [value] = headerOf(answer, "x-csrf-token")
      if (answer.status !== 200 || value === undefined) {
        if (turnedAway.has(answer.status)) return yield* new Refused({ status: answer.status, messages: [] })
        return yield* new NotSent({ reason: `SAP gave no CSRF token: ${answer.status} ${answer.body.slice(0, 200)}` })
      }
      token = { value, cookies: cookiesOf(answer) }
      return token
    }).pipe(Effect.catchTag("OutcomeUnknown", ({ reason }) => Effect.fail(new NotSent({ reason }))))

    /** Another may have renewed it meanwhile. */
    const renewed = (ended?: Token) =>
      oneAtATime.withPermit(
        Effect.suspend(() => (token === undefined || token === ended ? fetchToken : Effect.succeed(token)))
      )

    return {
      /** In the session, too: without its cookie SAP would begin another one for each question. */
      get: Effect.fnUntraced(function* (path) {
        const by = token ?? (yield* renewed())
        const answer = yield* request({ method: "GET", path }, { cookie: by.cookies })
        if (beginsSession(answer) && token === by) token = undefined
        return yield* outcome(answer)
      }),
      post: Effect.fnUntraced(function* (path, { body, headers = {}, sendBefore }) {
        const once = ({ cookies, value }: Token) =>
          request(
            {
              method: "POST",
              path,
              headers,
              sendBefore,
              ...(body === undefined ? {} : { body: JSON.stringify(body) })
            },
            { "x-csrf-token": value, cookie: cookies }
          )
        const first = token ?? (yield* renewed())
        const answer = yield* once(first)
        // Nothing was done under a token that has ended.
        return yield* outcome(needsToken(answer) ? yield* once(yield* renewed(first)) : answer)
      })
    }
  })
