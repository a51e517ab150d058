// From an order's state and one more event to its next state: facts by `facts.ts`, course here. Pure and total.
// Used by the order actor alone.
import { HashMap, Option } from "effect"
import type { Evolved } from "../../core/decider.ts"
import { endsWait } from "../../core/event/waiting.ts"
import { identity, type MessageMetadata, messageKey } from "../../core/message/metadata.ts"
import { rankOf } from "../../core/message/rank.ts"
import { evolveRelease } from "../../core/release-flow.ts"
import { caseId } from "../case-id.ts"
import { ask, onlyConfirmation, onlyMovement, takingBack } from "../posting/documents.ts"
import { follow } from "../posting/follow.ts"
import { revisionOf } from "./breaches.ts"
import { counting, defer, type OrderCourse, overdue, resume, see, takeBack } from "./course.ts"
import type { Event as OrdersEvent } from "./event.ts"
import { evolveFacts, type OrderFacts, placeOf, targetOf } from "./facts.ts"
import { effectOfCorrection, noteNoReport } from "./reports.ts"
import type { OrderState } from "./state.ts"

type Event = Evolved<OrdersEvent>

export const evolve = (state: OrderState, event: Event): OrderState => {
  const seen = see(state.course, event.metadata)
  const course = endsWait(event) && !HashMap.isEmpty(seen.deferred) ? resume(seen, messageKey(event.metadata)) : seen
  const facts =
    event.type === "ParkedMessageSettled"
      ? settled(state.facts, course, messageKey(event.data.message))
      : evolveFacts(state.facts, event)
  return { facts, course: withRelease(evolveCourse(course, state.facts, event), event) }
}

const withRelease = (course: OrderCourse, event: Event): OrderCourse => {
  const release = evolveRelease(course.release, event)
  return release === course.release ? course : { ...course, release }
}

/** `facts` are those before the event. */
const evolveCourse = (course: OrderCourse, facts: OrderFacts, event: Event): OrderCourse => {
  const { metadata, version } = event
  switch (event.type) {
    case "OperationConfirmed":
    case "LaborBooked":
    case "MachineTimeBooked":
    case "ScrapDeclared":
    case "ReworkDeclared": {
      const final = event.type === "OperationConfirmed" && event.data.final === true
      const asking = ask(course, version, event.data.posting, { kinds: onlyConfirmation, final })
      return counting(asking, placeOf(facts, metadata), version)
    }
    case "OperationStarted":
    case "NonconformanceRaised":
      return counting(course, placeOf(facts, metadata), version)
    case "MaterialConsumed":
    case "MaterialReturned":
    case "MaterialProduced": {
      const asking = ask(course, version, event.data.posting, { kinds: onlyMovement, final: false })
      return counting(asking, placeOf(facts, metadata), version)
    }
    case "ReportReversed": {
      const target = targetOf(event.data.reverses, metadata)
      const asking = ask(course, version, event.data.posting, takingBack(course, event.data.version, [], false))
      return takeBack(asking, target)
    }
    case "ReportCorrected": {
      const place = placeOf(facts, metadata)
      const effect = effectOfCorrection(facts, place, targetOf(event.data.corrects, metadata), rankOf(metadata))
      const asked = takingBack(course, event.data.version, onlyConfirmation, event.data.final === true)
      const asking = ask(course, version, event.data.posting, asked)
      const without =
        effect._tag === "Applies" && effect.counted !== undefined ? takeBack(asking, effect.counted) : asking
      return counting(without, place, version)
    }
    case "MessageDeferred":
      return defer(course, messageKey(metadata), { ...event.data, metadata })
    case "DirectiveOverdue":
      return overdue(course, messageKey(event.data.directive))
    case "MessageParked":
      // A repaired twin that is parked again reopens its original's case, and that one is waited for already.
      return metadata.corrects === undefined
        ? { ...course, parked: HashMap.set(course.parked, caseId(metadata, metadata.digest), version) }
        : course
    case "ParkedMessageSettled":
      return { ...course, parked: HashMap.remove(course.parked, event.data.caseId) }
    case "BreachFound": {
      const { breach, since } = event.data
      return {
        ...course,
        breaches: HashMap.set(course.breaches, breach, since),
        waived: HashMap.remove(course.waived, breach)
      }
    }
    case "BreachWithdrawn":
      return { ...course, breaches: HashMap.remove(course.breaches, event.data.breach) }
    case "BreachWaived": {
      const { breach } = event.data
      return {
        ...course,
        breaches: HashMap.remove(course.breaches, breach),
        waived: HashMap.set(course.waived, breach, revisionOf(facts))
      }
    }
    case "PostingsFreed":
    case "PostingsGrouped":
    case "PostingsUngrouped":
    case "PostingOmitted":
    case "PostingShadowed":
    case "PostingAdopted":
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingDeferred":
    case "PostingDateMoved":
    case "PostingResumed":
    case "PostingInDoubt":
    case "PostingFailed":
    case "PostingRequestedAgain":
    case "PostingWaived":
    case "PostingWithdrawn":
    case "PostingRepeated":
      return follow(course, event, "confirmation")
    default:
      return course
  }
}

/**
 * A parked message that was settled without being recorded here (waived, or its twin belongs to another stream) will
 * never come, so whatever names it has nothing to wait for. A twin that waits here will.
 */
const settled = (facts: OrderFacts, course: OrderCourse, place: string): OrderFacts => {
  const isTwin = ({ metadata }: { readonly metadata: MessageMetadata }) => messageKey(identity(metadata)) === place
  const comes = Option.isSome(HashMap.get(facts.known, place)) || HashMap.some(course.deferred, isTwin)
  return comes ? facts : noteNoReport(facts, place)
}
