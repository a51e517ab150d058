// Events of an exception case, version 1. Anyone may import this file.
import { Schema } from "effect"
import { RecordedFailure } from "../failure.ts"
import { CaseSubject } from "../message/exception.ts"
import { Digest } from "../message/metadata.ts"

/** Who decides: a supervisor on rules, a steward on data, an integrator on technical failures. */
const OwnerRole = Schema.Literals(["supervisor", "steward", "integrator"])

/** Why, and the digest of what was shown; who is in the envelope, as a `PersonId`. */
const decision = { reason: Schema.String, shown: Schema.optionalKey(Digest) }

export const exceptionEvents = {
  CaseOpened: Schema.Struct({
    subject: CaseSubject,
    failure: RecordedFailure,
    ownerRole: OwnerRole,
    /** The stream that waits for the decision; absent where the message names none. */
    waiting: Schema.optionalKey(Schema.String)
  }),
  /** Sent again as source `traveler/case`, id `<case>/<attempt>`. The bytes are in `raw` under `digest`. */
  MessageResubmitted: Schema.Struct({
    ...decision,
    attempt: Schema.Int,
    digest: Digest,
    contentType: Schema.String,
    /** What the corrected message is, of today's schema version; as it was delivered where absent. */
    type: Schema.optionalKey(Schema.String),
    subject: CaseSubject
  }),
  /** The failed document is asked for again, as it is. */
  PostingResubmitted: Schema.Struct({ ...decision, attempt: Schema.Int, subject: CaseSubject }),
  /** The order's release, which stands, tries its step again. */
  ReleaseResubmitted: Schema.Struct({ ...decision, attempt: Schema.Int, subject: CaseSubject }),
  /** The resubmitted message wasn't understood either, the document was refused again, or the release stands again. */
  CaseReopened: Schema.Struct({ attempt: Schema.Int, failure: RecordedFailure }),
  CaseWaived: Schema.Struct(decision),
  /** Names what it was about and who waits, so that a reaction can tell them from this event alone. */
  CaseClosed: Schema.Struct({
    resolution: Schema.Literals(["resubmitted", "waived", "withdrawn"]),
    subject: CaseSubject,
    waiting: Schema.optionalKey(Schema.String),
    /** Present where the stream that waits has never seen the message: it was parked on the case's own stream. */
    unseen: Schema.optionalKey(Schema.Literal(true))
  })
} as const

export type ExceptionEvent = {
  [Type in keyof typeof exceptionEvents]: { readonly type: Type; readonly data: (typeof exceptionEvents)[Type]["Type"] }
}[keyof typeof exceptionEvents]
