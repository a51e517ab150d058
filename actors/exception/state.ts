// The state of an exception case, and its form in a snapshot. Used by the case actor and its tests.
import type { Evolved } from "../../core/decider.ts"
import type { ExceptionEvent } from "../../core/event/exception.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { RecordedFailure } from "../../core/failure.ts"
import { decode, encode } from "../../core/journal/codec.ts"
import type { CaseSubject } from "../../core/message/exception.ts"

/** `attempts` counts resubmissions over the whole life of the case: their ids are `<case>/<attempt>`, used once. */
interface Known {
  readonly subject: CaseSubject
  readonly failure: RecordedFailure
  /** The stream that waits for the decision; absent where the message names none. */
  readonly waiting?: string
  /** That stream has never seen the message: it was parked here. */
  readonly unseen?: true
  readonly attempts: number
}

export type Resolution = Extract<ExceptionEvent, { readonly type: "CaseClosed" }>["data"]["resolution"]

export type CaseState =
  | { readonly is: "unknown" }
  | ({ readonly is: "open" } & Known)
  /** Attempt `attempts` is on its way. */
  | ({ readonly is: "resubmitted" } & Known)
  | ({ readonly is: "closed"; readonly resolution: Resolution } & Known)

export const initial: CaseState = { is: "unknown" }

export const format = "case/2"
export const pack = (state: CaseState): Uint8Array => encode(state)
export const unpack = (packed: Uint8Array): CaseState => decode<CaseState>(packed)

const attemptsOf = (state: CaseState): number => (state.is === "unknown" ? 0 : state.attempts)

export const evolve = (state: CaseState, event: Evolved<ExceptionEvent | GenericEvent>): CaseState => {
  switch (event.type) {
    case "CaseOpened": {
      const { ownerRole: _, ...known } = event.data
      return { is: "open", ...known, attempts: attemptsOf(state) }
    }
    case "MessageParked":
    case "DuplicateSuspected": {
      // On a case's own stream there is no CaseOpened: the event that the partition wrote opens it. While the case is
      // open or an attempt is on its way, the same bytes coming again change nothing.
      if (state.is === "open" || state.is === "resubmitted") return state
      const { failure, subject } = event.data
      const waiting = event.type === "MessageParked" ? event.data.waiting : undefined
      const known = { subject, failure, attempts: attemptsOf(state) }
      return waiting === undefined ? { is: "open", ...known } : { is: "open", ...known, waiting, unseen: true }
    }
    case "MessageNoted":
      return state
  }
  if (state.is === "unknown") return state
  switch (event.type) {
    case "MessageResubmitted":
    case "PostingResubmitted":
    case "ReleaseResubmitted":
      return { ...state, is: "resubmitted", attempts: event.data.attempt }
    case "CaseReopened":
      return { ...state, is: "open", failure: event.data.failure }
    case "CaseClosed":
      return { ...state, is: "closed", resolution: event.data.resolution }
    case "CaseWaived":
      return state
  }
}
