// The sandbox ERP behind the port `Erp`, over HTTP. Provided by adapters/cli, tests and benchmarks.
import { Effect, Layer, Option, Schema } from "effect"
import { TechnicalFailure } from "../../../core/failure.ts"
import { Erp, type ErpFailure, OutcomeUnknown } from "../../../core/port/erp.ts"
import { type Answer, type NotSent, type WireRequest, wire } from "../wire.ts"
import { classify } from "./classification.ts"
import { json, paths } from "./contract.ts"

const encodeDocument = Schema.encodeEffect(json.document)
const decodePosted = Schema.decodeUnknownEffect(json.posted)
const decodeDocument = Schema.decodeUnknownEffect(json.postedDocument)
const decodeRefusal = Schema.decodeUnknownEffect(json.refusal)

const technical = (reason: string) =>
  new TechnicalFailure({
    field: "erp/sandbox",
    value: "",
    reason,
    nextStep: "See whether the sandbox ERP runs; it is asked again"
  })

/** An answer that isn't the ERP's own (a proxy's page, a 500 of unknown origin) says nothing of the document. */
const unknown = (answer: Answer) =>
  new OutcomeUnknown({ reason: `Answer ${answer.status}: ${answer.body.slice(0, 200)}` })

const refused = (answer: Answer): Effect.Effect<never, ErpFailure | OutcomeUnknown> =>
  decodeRefusal(answer.body).pipe(
    Effect.mapError(() => unknown(answer)),
    Effect.flatMap((refusal) => Effect.fail(classify(refusal)))
  )

/** Only the ERP's own 404 means that there is no document: a proxy's would have it posted again. */
const absent = (answer: Answer): Effect.Effect<Option.Option<never>, TechnicalFailure> =>
  decodeRefusal(answer.body).pipe(
    Effect.mapError(() => technical(unknown(answer).reason)),
    Effect.as(Option.none())
  )

export const sandboxErp = ({ origin, timeoutMillis = 10_000 }: { readonly origin: string; timeoutMillis?: number }) =>
  Layer.effect(
    Erp,
    Effect.map(wire(origin, timeoutMillis), (send) => {
      const asked = (request: WireRequest): Effect.Effect<Answer, TechnicalFailure> =>
        Effect.mapError(send(request), (failure: NotSent | OutcomeUnknown) => technical(failure.reason))

      const document = (path: string) =>
        Effect.flatMap(asked({ method: "GET", path }), (answer) => {
          if (answer.status === 404) return absent(answer)
          if (answer.status !== 200) return Effect.fail(technical(unknown(answer).reason))
          return decodeDocument(answer.body).pipe(
            Effect.map(Option.some),
            Effect.mapError((error) => technical(`The document can't be read: ${error.message}`))
          )
        })

      return Erp.of({
        name: "sandbox",
        timeoutMillis,
        // One transaction judges, stores and shows; what comes late meets its own key.
        settlesWithinMillis: 0,
        post: Effect.fnUntraced(function* (content, sendBefore) {
          const body = yield* Effect.orDie(encodeDocument(content))
          const answer = yield* Effect.catchTag(
            send({ method: "POST", path: paths.documents, body, sendBefore }),
            "NotSent",
            ({ reason }) => Effect.fail(technical(reason))
          )
          if (answer.status !== 200 && answer.status !== 201) return yield* refused(answer)
          const posted = yield* Effect.mapError(decodePosted(answer.body), () => unknown(answer))
          return posted.document
        }),
        readBack: (number) => document(`${paths.documents}?number=${encodeURIComponent(number)}`),
        findByKey: (key) => document(`${paths.documents}?key=${encodeURIComponent(key)}`),
        health: Effect.flatMap(asked({ method: "GET", path: paths.health }), (answer) =>
          answer.status === 204 ? Effect.void : Effect.fail(technical(unknown(answer).reason))
        )
      })
    })
  )
