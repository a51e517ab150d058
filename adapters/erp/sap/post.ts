// Posts one document: adopts the one that SAP has under its key, else makes it. Used by `client.ts` alone.
import { isDeepStrictEqual } from "node:util"
import { Effect } from "effect"
import { BusinessRuleViolation, DataQualityIssue } from "../../../core/failure.ts"
import type { PostingKey } from "../../../core/plant/identifiers.ts"
import type { Document, ErpFailure, OutcomeUnknown } from "../../../core/port/erp.ts"
import type { Ask } from "./ask.ts"
import { draftConfirmation } from "./draft-confirmation.ts"
import { draftGoods } from "./draft-goods.ts"
import type { Held } from "./held.ts"
import { confirmationKey, type HoldingConfirmations } from "./held-confirmation.ts"
import { goodsKey, type HoldingGoods } from "./held-goods.ts"
import { cancellationText, fingerprint, guidOf } from "./key.ts"
import { type Plants, type SapPlant, unknownPlant } from "./options.ts"
import { day, guid, options, text } from "./query.ts"
import { made, sending } from "./send.ts"
import type { Session } from "./session.ts"

const nothingToReverse = (reverses: PostingKey | undefined) =>
  new BusinessRuleViolation({
    field: "reverses",
    value: "UNKNOWN_DOCUMENT",
    reason: `SAP has no document ${reverses ?? "named"} that could be reversed`,
    nextStep: "Find out why the document to reverse isn't there"
  })

/** One whose goods wait in COGI holds them once they are repaired; until then it can't be compared by them. */
const withoutGoods = ({ movements: _, ...rest }: Document) => rest

const isSame = ({ content, isComplete }: Held, words: Document): boolean =>
  isComplete ? isDeepStrictEqual(content, words) : isDeepStrictEqual(withoutGoods(content), withoutGoods(words))

interface Books {
  readonly confirmations: HoldingConfirmations
  readonly goods: HoldingGoods
}

export const posting = (
  session: Session,
  ask: Ask,
  { confirmations, goods }: Books,
  plants: Plants,
  inItsWords: (document: Document) => Document
) => {
  const send = sending(session)

  /** The number of what is there; the same key with other content is somebody's mistake. */
  const adopted = (held: Held, document: Document) =>
    held.isCancelled
      ? Effect.fail(
          new BusinessRuleViolation({
            field: "key",
            value: "CANCELLED",
            reason: `${held.number} has key ${document.key} and was cancelled in SAP`,
            nextStep: "A key is posted once: book it by hand and waive"
          })
        )
      : isSame(held, inItsWords(document))
        ? Effect.succeed(held.number)
        : Effect.fail(
            new DataQualityIssue({
              field: "key",
              value: "KEY_REUSED",
              reason: `${held.number} has key ${document.key} and holds ${JSON.stringify(held.content)}`,
              nextStep: "Compare the two contents that were sent with one key"
            })
          )

  const confirm = Effect.fnUntraced(function* (document: Document, plant: SapPlant, sendBefore: number) {
    const print = fingerprint(document.key)
    const find = confirmations.byPrint(print)
    const held = yield* find
    if (held !== undefined) return yield* adopted(held, document)
    const body = yield* draftConfirmation(ask, document, plant, print)
    return yield* send({ made: made.confirmation, print, path: "/ProdnOrdConf2", body, sendBefore, find })
  })

  const move = Effect.fnUntraced(function* (document: Document, plant: SapPlant, sendBefore: number) {
    const print = fingerprint(document.key)
    const find = goods.byPrint(print)
    const held = yield* find
    if (held !== undefined) return yield* adopted(held, document)
    const body = yield* draftGoods(ask, document, plant, print)
    return yield* send({ made: made.goods, print, path: "/A_MaterialDocumentHeader", body, sendBefore, find })
  })

  /** With it go the goods movements of the confirmation, by SAP itself. */
  const cancelConfirmation = Effect.fnUntraced(function* (document: Document, reversed: string, sendBefore: number) {
    const print = fingerprint(document.key)
    const find = confirmations.byPrint(print)
    const held = yield* find
    if (held !== undefined) return yield* adopted(held, document)
    const original = yield* confirmations.byPrint(reversed)
    const key = original === undefined ? undefined : confirmationKey(original.number)
    if (original === undefined || key === undefined) return yield* nothingToReverse(document.reverses)
    const path = `/CancelProdnOrdConf${options({
      ConfirmationGroup: text(key.ConfirmationGroup),
      ConfirmationCount: text(key.ConfirmationCount),
      PostingDate: day(document.postingDate),
      ConfirmationText: text(cancellationText(print, reversed, document.movements?.length ?? 0)),
      ExternalSystemConfirmation: guid(guidOf(print))
    })}`
    return yield* send({ made: made.confirmation, print, path, etag: original.etag ?? "*", sendBefore, find })
  })

  /** SAP cancels a document once: whether it was this reversal that did is told by its RequestID. */
  const cancelGoods = Effect.fnUntraced(function* (document: Document, reversed: string, sendBefore: number) {
    const original = yield* goods.byPrint(reversed)
    const key = original === undefined ? undefined : goodsKey(original.number)
    if (original === undefined || key === undefined) return yield* nothingToReverse(document.reverses)
    const path = `/Cancel${options({
      MaterialDocumentYear: text(key.MaterialDocumentYear),
      MaterialDocument: text(key.MaterialDocument),
      PostingDate: day(document.postingDate)
    })}`
    const [print, find] = [fingerprint(document.key), goods.cancellationOf(reversed)]
    return yield* send({ made: made.goods, print, path, etag: original.etag ?? "*", sendBefore, find })
  })

  return (document: Document, sendBefore: number): Effect.Effect<string, ErpFailure | OutcomeUnknown> =>
    Effect.suspend((): Effect.Effect<string, ErpFailure | OutcomeUnknown> => {
      const plant = plants.of(document.plant)
      if (plant === undefined) return Effect.fail(unknownPlant(document.plant))
      switch (document.kind) {
        case "confirmation":
          return confirm(document, plant, sendBefore)
        case "goodsMovement":
          return move(document, plant, sendBefore)
        case "reversal": {
          const { amounts, reverses } = document
          if (reverses === undefined) return Effect.fail(nothingToReverse(reverses))
          const cancel = amounts === undefined ? cancelGoods : cancelConfirmation
          return cancel(document, fingerprint(reverses), sendBefore)
        }
        case "group":
        case "lotStatus":
          return Effect.die(new Error(`SAP is asked for no ${document.kind}: its capabilities say so`))
      }
    })
}
