// The digest of what a case shows to the person who decides on it: a decision names it, so that it holds for that alone.
// Used by the case actor, and by whoever shows cases and sends decisions.
import type { RecordedFailure } from "../../core/failure.ts"
import { sha256 } from "../../core/journal/hash.ts"
import type { CaseId } from "../../core/plant/identifiers.ts"

export interface Shown extends RecordedFailure {
  readonly caseId: CaseId
  /** How often it was sent again. */
  readonly attempts: number
}

const encoder = new TextEncoder()

export const shownDigest = (shown: Shown): Uint8Array =>
  sha256(
    encoder.encode(
      JSON.stringify([
        shown.caseId,
        shown.class,
        shown.field,
        shown.value,
        shown.reason,
        shown.nextStep,
        shown.attempts
      ])
    )
  )
