// The writes of one post, each in the time that it has, and what a failure of one means for the document. Used inside
// adapters/erp/tryton.
import { Effect, Schedule } from "effect"
import type { TechnicalFailure } from "../../../core/failure.ts"
import { type ErpFailure, OutcomeUnknown } from "../../../core/port/erp.ts"
import { technical } from "./ask.ts"
import { classify, codeOf } from "./classification.ts"
import type { Call, RpcFailure } from "./rpc.ts"

/** Another transaction was quicker; this one was rolled back. */
const isContention = (failure: RpcFailure): boolean => failure._tag === "Refused" && codeOf(failure) === "CONTENTION"

const contended = Schedule.jittered(Schedule.exponential("60 millis"))

export interface Writes {
  /** Changes the document's record; from the first on it may be there. */
  readonly write: (
    method: string,
    parameters: ReadonlyArray<unknown>
  ) => Effect.Effect<unknown, ErpFailure | OutcomeUnknown>
  /** Changes what the document needs; it isn't there by that. */
  readonly provide: (
    method: string,
    parameters: ReadonlyArray<unknown>
  ) => Effect.Effect<unknown, ErpFailure | OutcomeUnknown>
  /** A question asked between writes: unanswered, it leaves a doubt. */
  readonly between: <A>(
    question: Effect.Effect<A, TechnicalFailure>
  ) => Effect.Effect<A, TechnicalFailure | OutcomeUnknown>
  /** What there is to say once no time is left. */
  readonly outOfTime: Effect.Effect<never, TechnicalFailure | OutcomeUnknown>
}

/** The first write goes before `sendBefore`, all others before `deadline` (both on `performance.now()`). */
export const writes = (call: Call, sendBefore: number, deadline: number): Writes => {
  let mayBeThere = false

  const doubt = (reason: string) => (mayBeThere ? new OutcomeUnknown({ reason }) : technical(reason))

  const send = (method: string, parameters: ReadonlyArray<unknown>) =>
    Effect.suspend(() => call(method, parameters, { sendBefore: mayBeThere ? deadline : sendBefore })).pipe(
      Effect.retry({ while: isContention, times: 6, schedule: contended })
    )

  const meaning = (failure: RpcFailure): ErpFailure | OutcomeUnknown => {
    if (failure._tag !== "Refused") return doubt(failure.reason)
    const classified = classify(failure)
    return classified._tag === "TechnicalFailure" && mayBeThere ? doubt(classified.reason) : classified
  }

  return {
    write: (method, parameters) =>
      Effect.suspend(() => {
        const wasThere = mayBeThere
        return send(method, parameters).pipe(
          Effect.tap(() => Effect.sync(() => (mayBeThere = true))),
          Effect.mapError((failure) => {
            // Refused or never sent, it left the record as it was.
            mayBeThere = wasThere || failure._tag === "OutcomeUnknown"
            return meaning(failure)
          }),
          // Cut off while it is on its way.
          Effect.onInterrupt(() => Effect.sync(() => (mayBeThere = true)))
        )
      }),
    provide: (method, parameters) => Effect.mapError(send(method, parameters), meaning),
    between: (question) => Effect.mapError(question, ({ reason }) => doubt(reason)),
    outOfTime: Effect.suspend(() => Effect.fail(doubt("Its time to be posted was over")))
  }
}
