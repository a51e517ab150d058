// What a stream makes of words about its ERP documents: the poster's, a timer's, a person's. Pure.
// Used by the actors of orders and lots.
import type { GenericEvent } from "../../core/event/generic.ts"
import type { PostingEvent, Resubmission } from "../../core/event/posting.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { GroupingMessage, PostingMessage } from "../../core/message/posting.ts"
import type { CaseId, PostingKey } from "../../core/plant/identifiers.ts"
import {
  type Documents,
  failedOf,
  groupableOf,
  hasOpenGroup,
  hear,
  heardOf,
  reversalOfKey,
  staleness,
  withdrawable
} from "./documents.ts"

type Event = PostingEvent | GenericEvent

const note = (type: string, reason: string): Event => ({ type: "MessageNoted", data: { type, reason } })

const said = <Body extends { readonly occurredAt: unknown }>(body: Body) => {
  const { occurredAt: _, ...rest } = body
  return rest
}

/** `resubmission` is the one that was on its way. */
const outcomeEvent = (message: PostingMessage, resubmission: Resubmission | undefined) => {
  const ends = resubmission === undefined ? {} : { resubmission }
  switch (message.type) {
    case "PostingAccepted":
      return { type: message.type, data: said(message.body) }
    case "PostingVerified":
      return { type: message.type, data: { ...said(message.body), ...ends } }
    case "PostingDeferred":
      return { type: message.type, data: said(message.body) }
    case "PostingResumed":
      return { type: message.type, data: said(message.body) }
    case "PostingInDoubt":
      return { type: message.type, data: said(message.body) }
    case "PostingFailed":
      return { type: message.type, data: { ...said(message.body), ...ends } }
    case "PostingOmitted":
      return { type: message.type, data: { ...said(message.body), ...ends } }
  }
}

/** What became of an attempt; one that was refused after its report had been taken back is no longer needed. */
export const hearOutcome = (documents: Documents, message: PostingMessage): ReadonlyArray<Event> => {
  const { posting } = message.body
  const known = heardOf(documents, posting)
  const reason = staleness(known, message)
  if (reason !== undefined) return [note(message.type, reason)]
  const event = outcomeEvent(message, known?.resubmission)
  const ended = event.type === "PostingFailed" ? withdrawable(hear(documents, event), posting) : undefined
  return ended === undefined ? [event] : [event, { type: "PostingWithdrawn", data: ended }]
}

/** The documents of these events that are still requested are posted as one. */
export const groupTogether = (documents: Documents, { body, type }: GroupingMessage): Event => {
  if (hasOpenGroup(documents)) return note(type, "Another group of this order's documents is on its way")
  const versions = groupableOf(documents, body.versions)
  return versions.length === 0
    ? note(type, "None of these documents waits to be posted")
    : { type: "PostingsGrouped", data: { versions } }
}

/** A person has a failed document posted again. */
export const askAgain = (
  documents: Documents,
  { body, type }: Extract<CaseNotice, { readonly type: "CaseResubmittedNotice" }>
): Event => {
  const { attempt, caseId, subject } = body
  if (subject.kind !== "posting") return note(type, "Only a document is asked for again by its stream")
  const { posting } = subject
  const failed = failedOf(documents, posting)
  if (failed === undefined) return note(type, "No such document is failed")
  return {
    type: "PostingRequestedAgain",
    data: { posting, attempt: failed.attempt, resubmission: { caseId, attempt } }
  }
}

/** A person ends a failed document without the ERP's. */
export const waive = (documents: Documents, posting: PostingKey, caseId: CaseId): Event =>
  failedOf(documents, posting) === undefined
    ? note("CaseClosedNotice", "No such document is failed")
    : { type: "PostingWaived", data: { posting, caseId, ...reversalOfKey(documents, posting) } }
