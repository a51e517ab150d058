// Messages to an exception case: from people (CLI, API) and from the streams that have something parked.
// Anyone may import this file.
import { Schema } from "effect"
import { RecordedFailure } from "../failure.ts"
import { Badge, CaseId, PlantId, PostingKey } from "../plant/identifiers.ts"
import { OccurredAt } from "../plant/time.ts"
import { Digest, MessageReference } from "./metadata.ts"

const about = { caseId: CaseId, occurredAt: OccurredAt }

/**
 * A person's decision: who, as claimed on the command line and kept outside the chain, why, and the digest of what was
 * shown to them (actors/exception/shown.ts): it holds for that alone.
 */
const decision = { ...about, badge: Badge, reason: Schema.NonEmptyString, shown: Schema.optionalKey(Digest) }

/**
 * What a case is about: a message that can't be understood as it is, a breach that a fact shows, a failed document, a
 * directive that names what doesn't come, a release that stands.
 */
export const CaseSubject = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("message"),
    message: MessageReference,
    digest: Digest,
    /** How the broker delivered it, so that the same bytes can be tried again. */
    delivery: Schema.Struct({
      queue: Schema.String,
      plant: PlantId,
      exchange: Schema.String,
      type: Schema.String,
      contentType: Schema.String,
      schemaVersion: Schema.String,
      sequence: Schema.optionalKey(Schema.Int)
    }),
    /** It was recorded, and only looks odd: there is nothing to try again. */
    recorded: Schema.optionalKey(Schema.Literal(true))
  }),
  Schema.Struct({
    kind: Schema.Literal("breach"),
    breach: Schema.String,
    stream: Schema.String,
    /** As in `Breach`: tells one finding of it from the next. */
    since: Schema.optionalKey(Schema.Int)
  }),
  /** `stream` is the one that asked for the document. */
  Schema.Struct({ kind: Schema.Literal("posting"), posting: PostingKey, stream: Schema.String }),
  /** `type` is the directive's own. */
  Schema.Struct({
    kind: Schema.Literal("directive"),
    directive: MessageReference,
    type: Schema.String,
    stream: Schema.String
  }),
  /** The order's way to the MES, which stands; `revision` is the one that is on its way. */
  Schema.Struct({ kind: Schema.Literal("release"), revision: Schema.Int, stream: Schema.String })
])
export type CaseSubject = typeof CaseSubject.Type

/** Tried again by the stream that waits, as its own work: there is no message to send. */
export const isOwnWork = (
  subject: CaseSubject
): subject is Extract<CaseSubject, { readonly kind: "posting" | "release" }> =>
  subject.kind === "posting" || subject.kind === "release"

/** A stream has something that needs a person. `waiting` is that stream, absent where the message names none. */
export const CaseRaised = Schema.Struct({
  ...about,
  subject: CaseSubject,
  failure: RecordedFailure,
  waiting: Schema.optionalKey(Schema.String)
})
/**
 * What the case was about has gone by itself: a later fact withdrew the breach, or the report of
 * the document, or is what the directive waited for.
 */
export const CaseWithdrawn = Schema.Struct(about)
export const ExceptionWaived = Schema.Struct(decision)
/** Sends a corrected body, or the original bytes (or the document, or the step of a release) again where `replacement` is absent. */
export const ExceptionResubmitted = Schema.Struct({
  ...decision,
  replacement: Schema.optionalKey(
    Schema.Struct({
      contentType: Schema.String,
      bytes: Schema.Uint8Array,
      digest: Digest,
      /** Of today's schema version; the original's type and version where absent. */
      type: Schema.optionalKey(Schema.String)
    })
  )
})
/** What became of resubmission `attempt`: recorded by a stream (posted), or not understood (refused) again. */
export const ResubmissionSettled = Schema.Struct({
  ...about,
  attempt: Schema.Int,
  failure: Schema.optionalKey(RecordedFailure)
})

/** Told to the stream that waits, once its case is closed. */
export const CaseClosedNotice = Schema.Struct({
  ...about,
  resolution: Schema.Literals(["resubmitted", "waived"]),
  subject: CaseSubject
})

/** Told to the stream whose document failed, or whose release stands: a person wants that to be tried again. */
export const CaseResubmittedNotice = Schema.Struct({ ...about, attempt: Schema.Int, subject: CaseSubject })

export const caseNotices = { CaseClosedNotice, CaseResubmittedNotice } as const

export type CaseNotice = {
  [Type in keyof typeof caseNotices]: { readonly type: Type; readonly body: (typeof caseNotices)[Type]["Type"] }
}[keyof typeof caseNotices]

export const exceptionMessages = {
  CaseRaised,
  CaseWithdrawn,
  ExceptionWaived,
  ExceptionResubmitted,
  ResubmissionSettled
} as const

export type ExceptionMessage = {
  [Type in keyof typeof exceptionMessages]: {
    readonly type: Type
    readonly body: (typeof exceptionMessages)[Type]["Type"]
  }
}[keyof typeof exceptionMessages]
