// Events of an order's way to the MES, version 1: checked, dispatched, acknowledged, told to the ERP. They stand in the
// order's own history. Anyone may import this file.
import { Schema } from "effect"
import { RecordedFailure } from "../failure.ts"
import { CaseId } from "../plant/identifiers.ts"
import { ReleaseCheck, ReleasePolicy } from "../plant/release-policy.ts"
import { Resubmission } from "./posting.ts"

/** Which of the order's revisions is on its way, and for which time: a person may have a step tried again. */
const step = { revision: Schema.Int, attempt: Schema.Int }

/** Where a release may stand until a person decides. */
export const ReleaseStep = Schema.Literals(["checks", "acknowledgement", "report"])
export type ReleaseStep = typeof ReleaseStep.Type

export const releaseEvents = {
  /** This revision goes to the MES, by the policy that the plant has now. */
  ReleaseStarted: Schema.Struct({
    revision: Schema.Int,
    policy: ReleasePolicy,
    /** The MES has, or may have, this revision from before. */
    replaces: Schema.optionalKey(Schema.Int),
    /** Work was reported before: more of it is no sign that the MES has this revision. */
    begun: Schema.optionalKey(Schema.Literal(true))
  }),
  ReleaseCheckPassed: Schema.Struct({ ...step, check: ReleaseCheck }),
  ReleaseCheckFailed: Schema.Struct({ ...step, check: ReleaseCheck, failure: RecordedFailure }),
  /** Nobody said yes or no in time. */
  ReleaseCheckUnanswered: Schema.Struct({ ...step, check: ReleaseCheck, reason: Schema.String }),
  /** The broker has it, for the MES. */
  ProductionOrderDispatched: Schema.Struct({
    ...step,
    /** Absent where the order has gone another way meanwhile: nobody waits for an answer. */
    acknowledgedWithinSeconds: Schema.optionalKey(Schema.Int)
  }),
  /** The MES has it: it said so, or reports work on it. */
  ReleaseAcknowledged: Schema.Struct({ ...step, by: Schema.Literals(["answer", "report"]) }),
  /** The ERP knows that the MES has it; or has no word for that. */
  ReleaseReported: Schema.Struct({ ...step, omitted: Schema.optionalKey(Schema.String) }),
  /** It doesn't go on by itself: a person decides. */
  ReleaseStopped: Schema.Struct({
    ...step,
    at: ReleaseStep,
    failure: RecordedFailure,
    /** Present where that is what became of a resubmission. */
    resubmission: Schema.optionalKey(Resubmission)
  }),
  /** A person has the step tried again, as this attempt. */
  ReleaseTriedAgain: Schema.Struct({ ...step, at: ReleaseStep, resubmission: Resubmission }),
  /** The step at which it stood is over, by itself or since a person had it tried again. */
  ReleaseWentOn: Schema.Struct({ ...step, resubmission: Schema.optionalKey(Resubmission) }),
  /** A person has it go on without what the step should have shown. */
  ReleaseWaived: Schema.Struct({ ...step, at: ReleaseStep, caseId: CaseId }),
  /** Nothing more is done for this revision. */
  ReleaseCancelled: Schema.Struct({
    ...step,
    because: Schema.Literals(["orderCancelled", "orderCompleted", "revisionChanged"]),
    /** The MES has it, or may have it: it is told. */
    withdraw: Schema.optionalKey(Schema.Literal(true)),
    /** It stood, or was being tried again: its case is needed no more. */
    stopped: Schema.optionalKey(Schema.Literal(true))
  }),
  /** The ERP said the same plan once more, as revision `to`: the MES has nothing to do, and hears nothing of it. */
  ReleaseRevisionRaised: Schema.Struct({ ...step, to: Schema.Int }),
  /** The broker has the withdrawal, for the MES. */
  ProductionOrderWithdrawn: Schema.Struct({ revision: Schema.Int })
} as const

export type ReleaseEvent = {
  [Type in keyof typeof releaseEvents]: { readonly type: Type; readonly data: (typeof releaseEvents)[Type]["Type"] }
}[keyof typeof releaseEvents]

export const isReleaseEvent = <Event extends { readonly type: string }>(
  event: Event
): event is Extract<Event, ReleaseEvent> => Object.hasOwn(releaseEvents, event.type)
