// What a stream makes of words about its ERP documents: the poster's, a timer's, a person's. Pure.
// Used by the actors of orders and lots.
import type { GenericEvent } from "../../core/event/generic.ts"
import type { PostingEvent, Resubmission } from "../../core/event/posting.ts"
import type { CaseNotice } from "../../core/message/exception.ts"
import type { GroupingMessage, PostingMessage } from "../../core/message/posting.ts"
import type { RepairMessage } from "../../core/message/reconciliation.ts"
import { type CaseId, PostingKey } from "../../core/plant/identifiers.ts"
import {
  type Documents,
  failedOf,
  hear,
  heardOf,
  reversalOf,
  reversalOfKey,
  staleness,
  withdrawable
} from "./documents.ts"
import { groupableOf, hasOpenGroup, leftOf, resubmissionsOf, ungroupable } from "./groups.ts"
import { notRepeatable } from "./repeats.ts"

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
    case "PostingDateMoved":
      return { type: message.type, data: said(message.body) }
    case "PostingResumed":
      return { type: message.type, data: said(message.body) }
    case "PostingInDoubt":
      return { type: message.type, data: said(message.body) }
    case "PostingFailed":
      return { type: message.type, data: { ...said(message.body), ...ends } }
    case "PostingOmitted":
      return { type: message.type, data: { ...said(message.body), ...ends } }
    case "PostingShadowed":
      return { type: message.type, data: said(message.body) }
    case "PostingAdopted":
      return { type: message.type, data: { ...said(message.body), ...ends } }
  }
}

/** What became of an attempt; one that was refused, or left to people, after its report had been taken back is no longer needed. */
export const hearOutcome = (documents: Documents, message: PostingMessage): ReadonlyArray<Event> => {
  const { posting } = message.body
  const known = heardOf(documents, posting)
  const reason = staleness(known, message)
  if (reason !== undefined) return [note(message.type, reason)]
  const event = outcomeEvent(message, known?.resubmission)
  if (event.type !== "PostingFailed" && event.type !== "PostingShadowed") return [event]
  const after = hear(documents, event)
  const group = ungroupable(after, posting)
  if (group !== undefined) return [event, { type: "PostingsUngrouped", data: { group } }]
  const ended = withdrawable(after, posting)
  return ended === undefined ? [event] : [event, { type: "PostingWithdrawn", data: ended }]
}

/** Those of these documents that are still requested are posted as one. */
export const groupTogether = (documents: Documents, { body, type }: GroupingMessage): Event => {
  if (hasOpenGroup(documents)) return note(type, "Another group of this order's documents is on its way")
  const together = groupableOf(documents, body.documents)
  const resubmissions = resubmissionsOf(documents, together)
  return together.length === 0
    ? note(type, "None of these documents waits to be posted")
    : {
        type: "PostingsGrouped",
        data: { documents: together, ...(resubmissions.length === 0 ? {} : { resubmissions }) }
      }
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

/** A person has a document posted again that the ERP holds no more. */
export const repeatPosting = (
  documents: Documents,
  { body: { posting, reason }, type }: Extract<RepairMessage, { readonly type: "PostingRepeated" }>
): Event => {
  const obstacle = notRepeatable(documents, posting)
  return obstacle === undefined ? { type, data: { posting, reason } } : note(type, obstacle)
}

/**
 * A person ends a failed document without the ERP's. Of a group that was made anew meanwhile, it was done for all that is
 * left of it.
 */
export const waive = (documents: Documents, posting: PostingKey, caseId: CaseId): ReadonlyArray<Event> => {
  if (failedOf(documents, posting) !== undefined) {
    return [{ type: "PostingWaived", data: { posting, caseId, ...reversalOfKey(documents, posting) } }]
  }
  const left = leftOf(documents, posting)
  const stream = posting.split("/").slice(0, -2).join("/")
  return left.length === 0
    ? [note("CaseClosedNotice", "No such document is failed")]
    : left.map(({ kind, version }) => ({
        type: "PostingWaived",
        data: { posting: PostingKey.make(`${stream}/${version}/${kind}`), caseId, ...reversalOf(documents, version) }
      }))
}
