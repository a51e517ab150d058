// What a lot has come to know in the order it came: breaches announced, what waits, and its ERP documents. Pure.
// Used by the lot actor alone.
import { HashMap } from "effect"
import type { Evolved } from "../../core/decider.ts"
import type { LotEvent } from "../../core/event/lot.ts"
import { endsWait } from "../../core/event/waiting.ts"
import { type MessageMetadata, messageKey } from "../../core/message/metadata.ts"
import type { Decimal } from "../../core/plant/decimal.ts"
import { caseId } from "../case-id.ts"
import { ask, type Documents, noDocuments, onlyMovement, onlyStatus, takingBack } from "../posting/documents.ts"
import { follow } from "../posting/follow.ts"
import type { Event } from "./event.ts"
import { isReport, isWord } from "./reports.ts"

export type Deferred = Extract<LotEvent, { readonly type: "LotReversalDeferred" }>["data"] & {
  readonly metadata: MessageMetadata
  /** It has waited too long: a person decides. */
  readonly overdue?: true
}

interface OpenBreach {
  /** Version of the event by which it was found. */
  readonly since: number
  /** How far it went, by which version: what a person is shown. */
  readonly extent: Decimal
  readonly shownAt: number
  /** A person was asked only once it was overdue. */
  readonly overdue?: true
}

export interface LotCourse extends Documents {
  /** Breaches found and neither withdrawn nor waived → by which event, and how far it went then. */
  readonly open: HashMap.HashMap<string, OpenBreach>
  /** Waived, and still there → how far it went when it was found. */
  readonly waived: HashMap.HashMap<string, Decimal>
  /** Cases of this lot's messages that are parked and not settled → the version from which they withhold. */
  readonly parked: HashMap.HashMap<string, number>
  /** Reversals that wait, by their own `messageKey`. */
  readonly deferred: HashMap.HashMap<string, Deferred>
  /** Version of the event of each report, by its place. */
  readonly versions: HashMap.HashMap<string, number>
}

export const noCourse: LotCourse = {
  ...noDocuments,
  open: HashMap.empty(),
  waived: HashMap.empty(),
  parked: HashMap.empty(),
  deferred: HashMap.empty(),
  versions: HashMap.empty()
}

/** The version from which documents are withheld by what is open now; `Infinity` where nothing is. */
const withheldFrom = ({ open, parked }: LotCourse): number => {
  const breach = HashMap.reduce(open, Number.POSITIVE_INFINITY, (from, { since }) => Math.min(from, since))
  return HashMap.reduce(parked, breach, (from, since) => Math.min(from, since))
}

/** Versions, ascending, whose documents nothing withholds any more. */
export const freeable = (course: LotCourse): ReadonlyArray<number> => {
  const from = withheldFrom(course)
  return [...HashMap.keys(course.withheld)].filter((version) => version < from).sort((left, right) => left - right)
}

/** `place` is that of a report (`facts.ts`). */
export const evolveCourse = (before: LotCourse, event: Evolved<Event>, place: string): LotCourse => {
  const { metadata, version } = event
  const course = resumed(before, event)
  if (isReport(event)) {
    const known = { ...course, versions: HashMap.set(course.versions, place, version) }
    if (!("posting" in event.data)) return known
    const kinds = isWord(event.type) ? onlyStatus : onlyMovement
    return ask(known, version, event.data.posting, { kinds, final: false })
  }
  switch (event.type) {
    case "LotReportReversed": {
      const { nowHolds, posting, version: reverses } = event.data
      const asked =
        nowHolds === undefined ? takingBack(course, reverses, [], false) : { kinds: onlyStatus, final: false }
      return ask(course, version, posting, asked)
    }
    case "LotReversalDeferred":
      return { ...course, deferred: HashMap.set(course.deferred, messageKey(metadata), { ...event.data, metadata }) }
    case "DirectiveOverdue": {
      const overdue = (deferred: Deferred): Deferred => ({ ...deferred, overdue: true })
      return { ...course, deferred: HashMap.modify(course.deferred, messageKey(event.data.directive), overdue) }
    }
    case "MessageParked":
      // A repaired twin that is parked again reopens its original's case, and that one is waited for already.
      return metadata.corrects === undefined
        ? { ...course, parked: HashMap.set(course.parked, caseId(metadata, metadata.digest), version) }
        : course
    case "ParkedMessageSettled":
      return { ...course, parked: HashMap.remove(course.parked, event.data.caseId) }
    case "LotBreachFound": {
      const { breach, extent, since } = event.data
      return {
        ...course,
        open: HashMap.set(course.open, breach, { since, extent, shownAt: since }),
        waived: HashMap.remove(course.waived, breach)
      }
    }
    case "LotBreachOverdue": {
      const { breach, extent, since } = event.data
      return { ...course, open: HashMap.set(course.open, breach, { since, extent, shownAt: version, overdue: true }) }
    }
    case "LotBreachWithdrawn":
      return {
        ...course,
        open: HashMap.remove(course.open, event.data.breach),
        waived: HashMap.remove(course.waived, event.data.breach)
      }
    case "LotBreachWaived":
      return {
        ...course,
        open: HashMap.remove(course.open, event.data.breach),
        waived: HashMap.set(course.waived, event.data.breach, event.data.extent)
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
      return follow(course, event, "goodsMovement")
    default:
      return course
  }
}

const resumed = (course: LotCourse, event: Evolved<Event>): LotCourse =>
  endsWait(event) && !HashMap.isEmpty(course.deferred)
    ? { ...course, deferred: HashMap.remove(course.deferred, messageKey(event.metadata)) }
    : course
