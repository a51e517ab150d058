// What became of one attempt, and the message that tells the actor that asked. Used by the poster alone; pure.
import { type Failure, recorded } from "../../core/failure.ts"
import { sha256 } from "../../core/journal/hash.ts"
import type { PostingMessage } from "../../core/message/posting.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import type { Incoming } from "../../core/port/door.ts"
import type { Document, Erp, PostingKind } from "../../core/port/erp.ts"
import type { TraceContext } from "../../core/port/tracer.ts"
import type { Posting } from "./poster-queue.ts"

export type PostingOutcome =
  | { readonly type: "PostingAccepted" | "PostingVerified" | "PostingAdopted"; readonly document: string }
  | { readonly type: "PostingShadowed" }
  | { readonly type: "PostingInDoubt" | "PostingOmitted"; readonly reason: string }
  | {
      readonly type: "PostingDeferred"
      readonly until: number
      readonly class: string
      readonly reason: string
      readonly rule?: string
      readonly policy?: string
    }
  | {
      readonly type: "PostingDateMoved"
      readonly from: string
      readonly to: string
      readonly reason: string
      readonly rule: string
      readonly policy: string
    }
  | {
      readonly type: "PostingFailed"
      readonly class: string
      readonly code: string
      readonly reason: string
      readonly field: string
      readonly nextStep: string
      /** Which of the adapter's rules said so. */
      readonly rule?: string
      /** The ERP's number, where it gave one. */
      readonly document?: string
    }

/** Accepted and in doubt leave the question open; the others end the attempt. */
export const settles = ({ type }: PostingOutcome): boolean => type !== "PostingAccepted" && type !== "PostingInDoubt"

export const failed = (
  failure: Failure,
  more: { readonly document?: string; readonly rule?: string } = {}
): PostingOutcome => {
  const { class: kind, value, field, reason, nextStep } = recorded(failure)
  return {
    type: "PostingFailed",
    class: kind,
    code: value === "" ? field : value,
    reason,
    field,
    nextStep,
    ...more
  }
}

/** A reversal is of the kind of what it takes back. */
const kindOf = ({ amounts, kind }: Document): PostingKind =>
  kind !== "reversal" ? kind : amounts === undefined ? "goodsMovement" : "confirmation"

export const hasWordFor = ({ capabilities }: Erp["Service"], { document }: Posting): boolean =>
  capabilities.kinds.has(document.kind) && capabilities.kinds.has(kindOf(document))

export const omitted = ({ name }: Erp["Service"], { document }: Posting): PostingOutcome => {
  const reversal = document.kind === "reversal" ? "the reversal of a " : ""
  return { type: "PostingOmitted", reason: `ERP ${name} has no word for ${reversal}${kindOf(document)}` }
}

/** What a plant that doesn't post documents of this kind makes of one; undefined where it does. */
export const leftOut = ({ document, mode }: Posting): PostingOutcome | undefined => {
  switch (mode) {
    case "off":
      return { type: "PostingOmitted", reason: `Plant ${document.plant} posted no ${kindOf(document)} then` }
    case "shadow":
      return { type: "PostingShadowed" }
    case "on":
      return undefined
  }
}

/** A person posted it under this number. */
export const adoptedAs = (document: string | undefined): PostingOutcome | undefined =>
  document === undefined ? undefined : { type: "PostingAdopted", document }

export interface Settlement {
  readonly posting: Posting
  readonly attempt: number
  readonly outcome: PostingOutcome
  readonly traceparent: TraceContext | undefined
}

const encoder = new TextEncoder()

/**
 * An attempt is settled by one message id, whatever the outcome: should two posters, or one before and one after a
 * crash, come to different ends, the first that the journal holds stands and the other is a duplicate. The digest is
 * the id's own hash for the same reason: it isn't a second content of one message, it's the same question answered.
 */
export const outcomeMessage = (erp: string, settlement: Settlement, now: number): Incoming => {
  const { posting, attempt, outcome, traceparent } = settlement
  const messageId = `${posting.key}/${attempt}/${settles(outcome) ? "settled" : outcome.type}`
  const occurredAt = OccurredAt.make(new Date(now).toISOString())
  const about = { occurredAt, posting: posting.key, attempt }
  return {
    stream: posting.stream,
    metadata: {
      source: Source.make(`traveler/poster/${erp}`),
      messageId: MessageId.make(messageId),
      digest: sha256(encoder.encode(messageId)),
      queue: `poster/${erp}`,
      occurredAt,
      correlationId: posting.key,
      ...(traceparent === undefined ? {} : { traceparent })
    },
    content: { _tag: "Understood", message: message(outcome, about) },
    redelivered: false
  }
}

const message = (
  outcome: PostingOutcome,
  about: Pick<PostingMessage["body"], "occurredAt" | "posting" | "attempt">
): PostingMessage => {
  switch (outcome.type) {
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingAdopted":
      return { type: outcome.type, body: { ...about, document: outcome.document } }
    case "PostingShadowed":
      return { type: outcome.type, body: about }
    case "PostingInDoubt":
    case "PostingOmitted":
      return { type: outcome.type, body: { ...about, reason: outcome.reason } }
    case "PostingDeferred": {
      const { type, ...why } = outcome
      return { type, body: { ...about, ...why } }
    }
    case "PostingDateMoved": {
      const { type, ...move } = outcome
      return { type, body: { ...about, ...move } }
    }
    case "PostingFailed": {
      const { type, ...why } = outcome
      return { type, body: { ...about, ...why } }
    }
  }
}
