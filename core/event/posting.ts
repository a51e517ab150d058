// Events about the ERP documents that a stream asks for, version 1: an order's, a lot's. Anyone may import this file.
import { Schema } from "effect"
import { CaseId, PostingKey } from "../plant/identifiers.ts"
import { DocumentContent } from "../port/erp.ts"

/**
 * Whether the fact's ERP document may be posted now. Recorded with the fact, since it is a decision that depends on
 * what was known then: `withheld` until `PostingsFreed` names this event's version.
 */
export const PostingDecision = Schema.Literals(["requested", "withheld"])
export type PostingDecision = typeof PostingDecision.Type

/** Of what moves material: absent where the ERP itself told of it, since it has booked it already. */
export const movement = { posting: Schema.optionalKey(PostingDecision) }

/** An outcome of one ERP document that this stream asked for, as the poster reports it. */
const outcome = { posting: PostingKey, attempt: Schema.Int }

/** Which of the adapter's rules sorted the ERP's answer: its table and that table's version. Absent where none did. */
const byRule = { rule: Schema.optionalKey(Schema.String) }

/** Which of the plant's posting policies decided so, `<what it is about>/<what it does>`. Absent where none did. */
const byPolicy = { policy: Schema.optionalKey(Schema.String) }

/** The class of a deferral that waits for a period to be opened, or to begin. */
export const waitsForPeriod = "ClosedPeriod"

/** The case that had a failed document posted again, and which of its attempts that was. */
export const Resubmission = Schema.Struct({ caseId: CaseId, attempt: Schema.Int })
export type Resubmission = typeof Resubmission.Type

/** A document that an order asks for, by the event that asked. */
export const DocumentOfOrder = Schema.Struct({
  version: Schema.Int,
  kind: Schema.Literals(["confirmation", "goodsMovement", "reversal"])
})
export type DocumentOfOrder = typeof DocumentOfOrder.Type

/** Present where an outcome is what became of a resubmission. */
const ofResubmission = { resubmission: Schema.optionalKey(Resubmission) }

/** Version of the event that asked for the reversal of a document which won't be posted; the reversal won't be either. */
const itsReversal = { reversal: Schema.optionalKey(Schema.Int) }

export const postingEvents = {
  /** Versions of this stream's events whose withheld documents may be posted now. */
  PostingsFreed: Schema.Struct({ versions: Schema.Array(Schema.Int) }),
  /**
   * These documents are posted as one, which is this event's own: what they come to. What becomes of it becomes of them.
   */
  PostingsGrouped: Schema.Struct({
    documents: Schema.Array(DocumentOfOrder),
    /** That were on their way for some of them, and end here: a refusal of the group has a case of its own. */
    resubmissions: Schema.optionalKey(Schema.Array(Resubmission))
  }),
  /** The group, which was refused, ends without a document: a report in it was taken back. Its documents are due anew. */
  PostingsUngrouped: Schema.Struct({ group: Schema.Int }),
  /** The ERP has no word for it, or the plant posts none of its kind: nothing is posted. */
  PostingOmitted: Schema.Struct({ ...outcome, reason: Schema.String, ...ofResubmission }),
  /** People post what happens then; what would have been posted is held against that. */
  PostingShadowed: Schema.Struct(outcome),
  /** The ERP holds a document that says the same, and that a person posted: it is this one. */
  PostingAdopted: Schema.Struct({ ...outcome, document: Schema.String, ...ofResubmission }),
  /** The ERP answered with a document; not yet read back. */
  PostingAccepted: Schema.Struct({ ...outcome, document: Schema.String }),
  /** The document was read back from the ERP and holds what was sent. */
  PostingVerified: Schema.Struct({ ...outcome, document: Schema.String, ...ofResubmission }),
  /** Not now: the poster tries again at `until` (milliseconds since 1970), by a timer. */
  PostingDeferred: Schema.Struct({
    ...outcome,
    until: Schema.Int,
    class: Schema.String,
    reason: Schema.String,
    ...byRule,
    ...byPolicy
  }),
  /**
   * The period of its posting date is closed, and a policy has it posted on a later one: it is requested again, with that
   * date (days, `yyyy-mm-dd`). What is sent and read back from then on has it.
   */
  PostingDateMoved: Schema.Struct({
    ...outcome,
    from: Schema.String,
    to: Schema.String,
    reason: Schema.String,
    ...byRule,
    ...byPolicy
  }),
  /** The timer of a deferred posting fired: it is requested again. */
  PostingResumed: Schema.Struct(outcome),
  /** The outcome of a send is unknown; it is asked for by key before anything else. */
  PostingInDoubt: Schema.Struct({ ...outcome, reason: Schema.String }),
  /** The ERP refuses, and no retry will change it; a person decides. */
  PostingFailed: Schema.Struct({
    ...outcome,
    class: Schema.String,
    code: Schema.String,
    reason: Schema.String,
    ...byRule,
    field: Schema.optionalKey(Schema.String),
    nextStep: Schema.optionalKey(Schema.String),
    /** The ERP's number, where it gave one: its books may hold something. */
    document: Schema.optionalKey(Schema.String),
    ...ofResubmission
  }),
  /** A person has a failed document posted again; `attempt` is the one that failed. */
  PostingRequestedAgain: Schema.Struct({ ...outcome, resubmission: Resubmission }),
  /** The ERP holds this document no more, and a person has it posted again: as this event's own, in its place. */
  PostingRepeated: Schema.Struct({ posting: PostingKey, reason: Schema.String }),
  /** A person takes what the ERP's document says, as somebody else posted or left it, for what the ERP has. */
  DocumentAcknowledged: Schema.Struct({
    /** The ERP's number. */
    document: Schema.String,
    /** Nothing where the ERP holds it no more. */
    content: DocumentContent,
    reason: Schema.String
  }),
  /** A person ends a failed posting without a document: it was done by hand, or isn't needed. */
  PostingWaived: Schema.Struct({ posting: PostingKey, caseId: CaseId, ...itsReversal }),
  /** The report at `version` was taken back while its document was failed, and nothing of it is in the ERP. */
  PostingWithdrawn: Schema.Struct({
    version: Schema.Int,
    /** Which document of that event; a confirmation where absent. */
    kind: Schema.optionalKey(Schema.Literal("goodsMovement")),
    ...itsReversal
  })
} as const

export type PostingEvent = {
  [Type in keyof typeof postingEvents]: { readonly type: Type; readonly data: (typeof postingEvents)[Type]["Type"] }
}[keyof typeof postingEvents]
