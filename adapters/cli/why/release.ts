// What an order's way to the MES waits for. Pure. Used by `order.ts` alone.
import type { RecordedEvent } from "../../../core/journal/event.ts"
import { evolveRelease, nextCheck, type ReleaseFlow, stageOf } from "../../../core/release-flow.ts"
import type { CaseRow } from "../../../projections/exceptions/queries.ts"
import { caseToCome, isUnderWay, ofCase } from "./cases.ts"
import { byItself, type Reason } from "./reason.ts"

interface Known {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly cases: ReadonlyArray<CaseRow>
}

/** When the MES's time to acknowledge it is over. */
const overdueAt = ({ policy }: ReleaseFlow, events: Known["events"]): string => {
  const dispatchedAt = events.findLast(({ type }) => type === "ProductionOrderDispatched")?.recordedAt ?? 0
  return new Date(dispatchedAt + policy.acknowledgedWithinSeconds * 1_000).toISOString()
}

const inWork = (flow: ReleaseFlow, stage: ReturnType<typeof stageOf>, events: Known["events"]): Reason | undefined => {
  const { revision } = flow
  switch (stage) {
    case "check": {
      const next = nextCheck(flow)
      return {
        waitsFor: `an answer to the release check ${next?.check}`,
        who: byItself,
        how: `asks it again until one comes, for ${next?.withinSeconds} s`
      }
    }
    case "dispatch":
      return { waitsFor: "its dispatch to the MES", who: byItself, how: "does it within a moment" }
    case "acknowledgement":
      return {
        waitsFor: `the MES's acknowledgement of revision ${revision}`,
        who: "the MES",
        how: `sends ProductionOrderAcknowledged; an integrator is asked where it hasn't come by ${overdueAt(flow, events)}`
      }
    case "report":
      return { waitsFor: "the ERP to hear that the MES has it", who: byItself, how: "tells it until it answers" }
    case "withdrawal":
      return { waitsFor: "its withdrawal from the MES", who: byItself, how: "does it within a moment" }
    case "stopped":
      return caseToCome("its release")
    case "done":
    case "over":
      return undefined
  }
}

/** None where its plant's orders go to the MES some other way, or it is there. */
export const releaseReasons = ({ cases, events }: Known): ReadonlyArray<Reason> => {
  const flow = events.reduce<ReleaseFlow | undefined>(evolveRelease, undefined)
  if (flow === undefined) return []
  const ownCase = cases.find((row) => row.subject === "release" && isUnderWay(row))
  if (ownCase !== undefined) return [ofCase(ownCase)]
  const reason = inWork(flow, stageOf(flow), events)
  return reason === undefined ? [] : [reason]
}
