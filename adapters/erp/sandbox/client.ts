// The sandbox ERP behind the port `Erp`, over HTTP. Provided by adapters/cli, tests and benchmarks.
import { Effect, Layer, Option, Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { Erp, type ErpFailure, type OrderPostings, type OutcomeUnknown, PostingKind } from "../../../core/port/erp.ts"
import { gather } from "../gather.ts"
import { type Answer, wire } from "../wire.ts"
import { asking, reading, technical, understood, unknown } from "./ask.ts"
import { booksOf } from "./books.ts"
import { classify, obstacleOf } from "./classification.ts"
import { changesLimit, json, paths, readBackLimit } from "./contract.ts"

const encodeDocument = Schema.encodeEffect(json.document)
const decodePosted = Schema.decodeUnknownEffect(json.posted)
const decodeDocument = Schema.decodeUnknownEffect(json.postedDocument)
const decodeDocuments = Schema.decodeUnknownEffect(json.postedDocuments)
const decodeChanges = Schema.decodeUnknownEffect(json.changes)
const decodeRefusal = Schema.decodeUnknownEffect(json.refusal)

/** So that one that is slow to be answered doesn't hold up all others. */
const readsAtOnce = 4

/** So that numbers sort as texts. */
const padded = (number: number): string => String(number).padStart(16, "0")

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

export interface SandboxOptions {
  readonly origin: string
  readonly timeoutMillis?: number
  /** It takes them in any way. */
  readonly orders?: OrderPostings
}

export const sandboxErp = ({ orders = "each", origin, timeoutMillis = 10_000 }: SandboxOptions) =>
  Layer.effect(
    Erp,
    Effect.gen(function* () {
      const send = yield* wire(origin, timeoutMillis)

      const asked = asking(send)
      const read = reading(asked)

      const findByKey = (key: string) =>
        Effect.flatMap(
          asked({ method: "GET", path: `${paths.documents}?key=${encodeURIComponent(key)}` }),
          (answer) => {
            if (answer.status === 404) return absent(answer)
            if (answer.status !== 200) return Effect.fail(technical(unknown(answer).reason))
            return understood(Effect.map(decodeDocument(answer.body), Option.some))
          }
        )

      /** Of many orders at once: what is asked while a request is under way goes into the next one. */
      const readBack = yield* gather(
        readBackLimit,
        Effect.fnUntraced(function* (numbers: ReadonlyArray<string>) {
          const list = numbers.map(encodeURIComponent).join(",")
          const documents = yield* read(`${paths.documents}?numbers=${list}`, decodeDocuments)
          const found = new Map(documents.map((document) => [document.document, document]))
          return numbers.map((number) => Effect.succeed(Option.fromUndefinedOr(found.get(number))))
        }),
        readsAtOnce
      )

      return Erp.of({
        name: "sandbox",
        capabilities: {
          kinds: new Set(PostingKind.literals),
          orders,
          classification: "sandbox/1",
          concurrency: 256,
          obstacleOf,
          inItsWords: (document) => document,
          books: new Set(["documentsOf", "openOrders", "stock", "available", "releasedToMes"])
        },
        ...booksOf(asked),
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
        readBack,
        findByKey,
        changes: Effect.fnUntraced(function* (plant, after = "0") {
          const path = `${paths.changes}?plant=${encodeURIComponent(plant)}&after=${after}`
          const found = yield* read(path, decodeChanges)
          return {
            changes: found.map(({ number, ...change }) => ({ id: `change/${padded(number)}`, ...change })),
            cursor: String(found.at(-1)?.number ?? after),
            more: found.length === changesLimit
          }
        }),
        health: Effect.flatMap(asked({ method: "GET", path: paths.health }), (answer) =>
          answer.status === 204 ? Effect.void : Effect.fail(technical(unknown(answer).reason))
        )
      })
    })
  )
