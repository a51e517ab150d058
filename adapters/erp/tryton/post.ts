// Posts one document: finds its record or makes it, and takes it to `done`. Called again with the same key it goes on where
// the last attempt ended. Used by `client.ts` alone.
import { isDeepStrictEqual } from "node:util"
import { Effect } from "effect"
import { BusinessRuleViolation, DataQualityIssue } from "../../../core/failure.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import type { Document, ErpFailure, NotYet, OutcomeUnknown } from "../../../core/port/erp.ts"
import type { Search } from "./ask.ts"
import { create } from "./create.ts"
import { type Draft, record } from "./draft.ts"
import { driving } from "./drive.ts"
import { exclusively } from "./exclusive.ts"
import { documentNumber, type Held, type Holding } from "./held.ts"
import type { Lookup } from "./lookup.ts"
import { ensureLots } from "./lots.ts"
import { postingGroups } from "./post-group.ts"
import { type Prepared, preparing } from "./prepare.ts"
import { hasMovedNothing, type Model, recordOf } from "./records.ts"
import type { Call } from "./rpc.ts"
import { inItsWords } from "./words.ts"
import { type Writes, writes } from "./write.ts"

const needsPartner = (model: Model): boolean => model !== "production" && model !== "stock.shipment.internal"

export const posting = (call: Call, search: Search, lookup: Lookup, holding: Holding, timeoutMillis: number) => {
  const prepare = preparing(search, lookup, holding)
  const drive = driving(holding, search)
  const ofGroup = postingGroups(search, lookup)
  const alone = exclusively()

  const ofItsOwn = Effect.fnUntraced(function* (document: Document, prepared: Prepared, writing: Writes) {
    const { units: _, ...about } = prepared
    const model = recordOf(document)
    const partner = needsPartner(model) ? yield* lookup.partner : undefined
    const draft: Draft = { ...about, document, lot: yield* ensureLots(lookup, about.lines, writing) }
    return yield* create(model, yield* Effect.fromResult(record(model, draft, partner)), writing)
  })

  const resumed = Effect.fnUntraced(function* (held: Held, document: Document, words: Document, writing: Writes) {
    if (held.state === "cancelled") {
      return yield* new BusinessRuleViolation({
        field: "state",
        value: "CANCELLED",
        reason: `${documentNumber(held)} has key ${document.key} and was cancelled in Tryton`,
        nextStep: "Set it to draft there, empty its reference, and resubmit; or waive"
      })
    }
    if (!isDeepStrictEqual(held.content, words)) {
      return yield* new DataQualityIssue({
        field: "key",
        value: "KEY_REUSED",
        reason: `${documentNumber(held)} has key ${document.key} and holds ${JSON.stringify(held.content)}`,
        nextStep: "Compare the two contents that were sent with one key"
      })
    }
    if (held.state === "done") return documentNumber(held)
    if (hasMovedNothing.has(held.state)) yield* prepare.stock(document)
    yield* drive(held.model, held.id, document, writing)
    return documentNumber(held)
  })

  const post = Effect.fnUntraced(function* (document: Document, writing: Writes) {
    const words = inItsWords(document)
    const held = yield* holding.byKey(document.key)
    if (held !== undefined) return yield* resumed(held, document, words, writing)
    const prepared = yield* prepare.all(document)
    const made = yield* document.kind === "group"
      ? ofGroup(document, words, prepared, writing)
      : ofItsOwn(document, prepared, writing)
    yield* drive(made.model, made.id, document, writing)
    return documentNumber(made)
  })

  return (document: Document, sendBefore: number): Effect.Effect<string, ErpFailure | OutcomeUnknown | NotYet> =>
    Effect.suspend(() => {
      const deadline = sendBefore + timeoutMillis
      const writing = writes(call, sendBefore, deadline)
      if (performance.now() > sendBefore) return writing.outOfTime
      const lots = (document.movements ?? []).map(({ itemId, lotId, scope }) =>
        JSON.stringify([itemId, lotId, scope ?? plantScope(document.plant)])
      )
      return alone([document.key, ...lots], post(document, writing)).pipe(
        Effect.timeoutOrElse({
          duration: Math.max(0, deadline - performance.now()),
          orElse: () => writing.outOfTime
        })
      )
    })
}
