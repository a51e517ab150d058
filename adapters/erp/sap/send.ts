// One POST that makes a document of SAP, and what its answer means for the document. Used by `post.ts` alone.
import { Effect, Schema } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { type ErpFailure, OutcomeUnknown } from "../../../core/port/erp.ts"
import { one } from "./answer.ts"
import { technical } from "./ask.ts"
import { classify, isThereAlready } from "./classification.ts"
import type { Held } from "./held.ts"
import { confirmationNumber } from "./held-confirmation.ts"
import { goodsNumber } from "./held-goods.ts"
import { requestIdOf } from "./key.ts"
import { type Session, services } from "./session.ts"

const Confirmed = Schema.Struct({ ConfirmationGroup: Schema.String, ConfirmationCount: Schema.String })
const Booked = Schema.Struct({ MaterialDocument: Schema.String, MaterialDocumentYear: Schema.String })

/** A function's answer may stand under its name. */
const decodeConfirmed = Schema.decodeUnknownEffect(
  Schema.Union([one(Confirmed), one(Schema.Struct({ CancelProdnOrdConf: Confirmed }))])
)
const decodeBooked = Schema.decodeUnknownEffect(Schema.Union([one(Booked), one(Schema.Struct({ Cancel: Booked }))]))

/** A service, and the number that its answer to a post gives. */
export const made = {
  confirmation: {
    service: services.confirmations,
    number: (body: string) =>
      Effect.map(decodeConfirmed(body), ({ d }) => {
        const { ConfirmationCount, ConfirmationGroup } = "CancelProdnOrdConf" in d ? d.CancelProdnOrdConf : d
        return confirmationNumber(ConfirmationGroup, ConfirmationCount)
      })
  },
  goods: {
    service: services.materialDocuments,
    number: (body: string) => Effect.map(decodeBooked(body), ({ d }) => goodsNumber("Cancel" in d ? d.Cancel : d))
  }
} as const

type Made = (typeof made)[keyof typeof made]

interface Sending {
  readonly made: Made
  /** Of the document's own key, also where the document has no field for it. */
  readonly print: string
  readonly path: string
  readonly body?: unknown
  /** Of the document that is changed by it. */
  readonly etag?: string | undefined
  readonly sendBefore: number
  /** The document itself, should SAP say that it has it. */
  readonly find: Effect.Effect<Held | undefined, TechnicalFailure>
}

const unknown = (reason: string) => new OutcomeUnknown({ reason })

export const sending =
  ({ post }: Session) =>
  ({
    body,
    etag,
    find,
    made,
    path,
    print,
    sendBefore
  }: Sending): Effect.Effect<string, ErpFailure | OutcomeUnknown> => {
    const headers = {
      RequestID: requestIdOf(print),
      RepeatabilityCreation: new Date().toISOString(),
      ...(etag === undefined ? {} : { "if-match": etag })
    }
    const adopted = find.pipe(
      Effect.mapError(({ reason }) => unknown(reason)),
      Effect.flatMap((held) =>
        held === undefined
          ? Effect.fail(unknown("SAP says that it has it already, and doesn't show it yet"))
          : Effect.succeed(held.number)
      )
    )
    return post(`${made.service}${path}`, { headers, sendBefore, ...(body === undefined ? {} : { body }) }).pipe(
      Effect.flatMap((answer) =>
        Effect.mapError(made.number(answer.body), () =>
          unknown(`Answer ${answer.status}: ${answer.body.slice(0, 200)}`)
        )
      ),
      Effect.catchTags({
        NotSent: ({ reason }) => Effect.fail(technical(reason)),
        Refused: (refusal) => (isThereAlready(refusal) ? adopted : Effect.fail(classify(refusal)))
      })
    )
  }
