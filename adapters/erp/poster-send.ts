// One attempt at one ERP document, and the question what became of an earlier one. Used by `poster.ts` and its rounds.
import { isDeepStrictEqual } from "node:util"
import { Clock, Effect, Option } from "effect"
import { waitsForPeriod } from "../../core/event/posting.ts"
import { DataQualityIssue, TechnicalFailure } from "../../core/failure.ts"
import type { Document, Erp, ErpFailure, PostedDocument } from "../../core/port/erp.ts"
import type { Breaker } from "./poster-breaker.ts"
import type { LockedItems } from "./poster-items.ts"
import { failed, type PostingOutcome } from "./poster-outcome.ts"
import { beginsAt, type ClosedPeriod, hasBegun, nextOpenDay, policyName } from "./poster-period.ts"
import type { Posting } from "./poster-queue.ts"
import { periodRestMillis, restMillis, type Timing } from "./poster-timing.ts"
import type { OpenClaim } from "./posting-attempt.ts"

/** A posting that failed so often for technical reasons alone needs a person, each time anew: hours have passed. */
const lastAttempt = 20

/** Questions asked in vain about a document that the ERP had accepted, until a person is asked. */
const lastQuestion = 20

const outcome = (value: PostingOutcome): PostingOutcome => value

/** An HTTP 2xx is not a posting: only a document that holds exactly what was sent is, as far as the ERP can say it. */
const compared = (sent: Document, held: PostedDocument): PostingOutcome =>
  isDeepStrictEqual(sent, held.content)
    ? { type: "PostingVerified", document: held.document }
    : failed(
        new DataQualityIssue({
          field: "content",
          value: "CONTENT_DIFFERS",
          reason: `Document ${held.document} holds ${JSON.stringify(held.content)}, sent was ${JSON.stringify(sent)}`,
          nextStep: "Correct the document in the ERP, and the mapping that changed it"
        }),
        { document: held.document }
      )

const notThere = (reason: string) =>
  new TechnicalFailure({ field: "document", value: "NOT_THERE", reason, nextStep: "Look for it in the ERP" })

/** Of what the ERP answered; of what follows from its silence there is none. */
interface ByRule {
  readonly rule?: string
}

export interface SendingOptions {
  /** What becomes of a document whose posting date is in a closed period: a case where absent. */
  readonly closedPeriod?: ClosedPeriod
  /** Where it is kept that somebody has an item open. */
  readonly items?: Pick<LockedItems, "locked">
}

export const sending = (
  erp: Erp["Service"],
  endpoint: Breaker,
  timing: Timing,
  { closedPeriod = "case", items }: SendingOptions = {}
) => {
  const { classification: rule, inItsWords, obstacleOf } = erp.capabilities

  /** Nothing was posted and a later attempt may: rests until its timer fires. */
  const deferred = Effect.fnUntraced(function* (failure: TechnicalFailure, attempt: number, by: ByRule = {}) {
    if (attempt % lastAttempt === 0) return failed(failure, by)
    const until = (yield* Clock.currentTimeMillis) + (yield* restMillis(timing, attempt % lastAttempt))
    return outcome({ type: "PostingDeferred", until, class: failure._tag, reason: failure.reason, ...by })
  })

  /** Nothing was posted: another date, or another time, by the policy. It ends as a case where the time is long. */
  const inClosedPeriod = Effect.fnUntraced(function* (
    failure: ErpFailure,
    { document: { postingDate: from } }: Posting,
    attempt: number,
    opens: ReadonlyArray<string>
  ) {
    const now = yield* Clock.currentTimeMillis
    const policy = policyName(closedPeriod)
    const { reason } = failure
    const to = closedPeriod === "nextOpenPeriod" ? nextOpenDay(from, opens) : undefined
    if (to !== undefined && hasBegun(to, now))
      return outcome({ type: "PostingDateMoved", from, to, reason, rule, policy })
    if (attempt % lastAttempt === 0) return failed(failure, { rule })
    const until = to === undefined ? now + (yield* periodRestMillis(timing, attempt % lastAttempt)) : beginsAt(to)
    return outcome({ type: "PostingDeferred", until, class: waitsForPeriod, reason, rule, policy })
  })

  const refused = (posting: Posting, attempt: number) => (failure: ErpFailure) => {
    endpoint.succeeded()
    const obstacle = closedPeriod === "case" ? undefined : obstacleOf(failure)
    return obstacle?.is === "closedPeriod"
      ? inClosedPeriod(failure, posting, attempt, obstacle.opens)
      : Effect.succeed(failed(failure, { rule }))
  }

  /** Posts and reads back. Never fails: whatever goes wrong is an outcome, a defect of the adapter leaves a doubt. */
  const send = (posting: Posting, attempt: number, sendBefore: number): Effect.Effect<PostingOutcome> =>
    erp.post(posting.document, sendBefore).pipe(
      Effect.flatMap((number) => {
        endpoint.succeeded()
        return Effect.map(Effect.option(erp.readBack(number)), (held) =>
          Option.match(Option.flatten(held), {
            onNone: () => outcome({ type: "PostingAccepted", document: number }),
            onSome: (document) => compared(inItsWords(posting.document), document)
          })
        )
      }),
      Effect.catchTags({
        OutcomeUnknown: ({ reason }) => {
          endpoint.failed()
          return Effect.succeed(outcome({ type: "PostingInDoubt", reason }))
        },
        TechnicalFailure: (failure) => {
          if (obstacleOf(failure)?.is === "lockedItem") {
            // The ERP is well: others have what this one needs.
            endpoint.succeeded()
            items?.locked(posting.document, failure.reason)
          } else endpoint.failed()
          return deferred(failure, attempt, { rule })
        },
        NotYet: ({ _tag, reason, until }) => {
          endpoint.succeeded()
          return Effect.succeed(outcome({ type: "PostingDeferred", until, class: _tag, reason, rule }))
        },
        BusinessRuleViolation: refused(posting, attempt),
        DataQualityIssue: refused(posting, attempt)
      }),
      Effect.catchDefect((defect) => Effect.succeed(outcome({ type: "PostingInDoubt", reason: String(defect) })))
    )

  /** Not found, asked again and late enough that the ERP would show it: nobody will find it there any more. */
  const isNowhere = ({ age, asked }: OpenClaim) => asked > 0 && age >= erp.timeoutMillis + erp.settlesWithinMillis

  /**
   * What became of a claim that nobody can be sending any more. A document that was accepted is never sent again, only
   * asked for: an ERP may take its time between the two. One that is nowhere is free for the next attempt.
   */
  const ask = (posting: Posting, claim: OpenClaim): Effect.Effect<PostingOutcome> =>
    (claim.document === null
      ? erp.findByKey(posting.key, posting.document.reverses)
      : erp.readBack(claim.document)
    ).pipe(
      Effect.flatMap((held) => {
        endpoint.succeeded()
        if (Option.isSome(held)) return Effect.succeed(compared(inItsWords(posting.document), held.value))
        if (claim.document === null) {
          return isNowhere(claim)
            ? deferred(notThere(`It was asked for by key ${claim.asked + 1} times and isn't there`), claim.attempt)
            : Effect.succeed(outcome({ type: "PostingInDoubt", reason: "It was asked for by key and isn't there yet" }))
        }
        if (claim.asked < lastQuestion) {
          return Effect.succeed(outcome({ type: "PostingAccepted", document: claim.document }))
        }
        return Effect.succeed(
          failed(notThere(`Document ${claim.document} was accepted and is nowhere to be found`), {
            document: claim.document
          })
        )
      }),
      Effect.catch(({ reason }) => {
        endpoint.failed()
        return Effect.succeed(outcome({ type: "PostingInDoubt", reason }))
      }),
      Effect.catchDefect((defect) => Effect.succeed(outcome({ type: "PostingInDoubt", reason: String(defect) })))
    )

  return { send, ask }
}
