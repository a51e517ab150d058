// One order's way to the MES, as the events of its stream tell it. Pure; used by `releases.ts` and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderOf, plantOf } from "../../core/journal/stream.ts"
import { outranks, type Rank, rankOf } from "../../core/message/rank.ts"
import { instant } from "../../core/plant/time.ts"
import {
  evolveRelease,
  isSamePlan,
  ledRevision,
  nextCheck,
  type ReleaseFlow,
  type ReleaseStage,
  stageOf
} from "../../core/release-flow.ts"

/** What the revision that rules plans. */
type Plan = Omit<Extract<RecordedEvent, { readonly type: "ProductionOrderReleased" }>["data"], "orderId">

export interface OrderRelease {
  readonly stream: string
  readonly plant: string
  readonly order_id: string
  /** `unstarted` where the ruling revision of a released order isn't on its way; null where it needn't be. */
  readonly stage: ReleaseStage | "unstarted" | null
  readonly held: boolean
  readonly plan: Plan | null
  /** When the ERP made the plan that rules, in whichever revision it said so first (milliseconds since 1970). */
  readonly planned_at: number | null
  /** What the next event is applied to, besides. */
  readonly state: State
  /** When the release came to where it is, or the plan where there is none (milliseconds since 1970). */
  readonly since: number
  readonly traceparent: string | null
}

interface State {
  readonly released: boolean
  /** Cancelled, completed or closed. */
  readonly ended: boolean
  readonly rank?: Rank
  readonly hold?: Rank
  /** The first plan that another one has replaced: before its plant had a policy, the MES got it some other way. */
  readonly earlier?: { readonly revision: number; readonly at: number }
  readonly flow?: ReleaseFlow | undefined
  /** The revision that was unstarted last. */
  readonly offered?: number
  /** What was to be done last of a flow, and since when: a revision that only looks new doesn't begin it anew. */
  readonly step?: { readonly name: string; readonly since: number }
}

const words: ReadonlySet<string> = new Set([
  "ProductionOrderReleased",
  "ProductionOrderChanged",
  "ProductionOrderCancelled",
  "ProductionOrderHeld",
  "ProductionOrderRestarted",
  "ProductionOrderTechnicallyCompleted",
  "ProductionOrderClosed",
  "ProductionOrderDispatched",
  "ProductionOrderAcknowledged",
  "ProductionOrderWithdrawn"
])

/** Reports don't change anything here, and most events are reports. */
export const isOfRelease = ({ type }: RecordedEvent): boolean => words.has(type) || type.startsWith("Release")

const unknown = (event: RecordedEvent): OrderRelease => ({
  stream: event.stream,
  plant: plantOf(event.stream),
  order_id: orderOf(event.stream),
  stage: null,
  held: false,
  plan: null,
  planned_at: null,
  state: { released: false, ended: false },
  since: event.recordedAt,
  traceparent: null
})

const stageNow = ({ plan, state: { ended, flow, released } }: OrderRelease): OrderRelease["stage"] => {
  if (flow !== undefined && (ended || plan === null || ledRevision(flow) >= plan.revision)) return stageOf(flow)
  return released && !ended && plan !== null ? "unstarted" : null
}

/** The order's way after this event of its stream. */
export const evolve = (known: OrderRelease | undefined, event: RecordedEvent): OrderRelease => {
  const before = known ?? unknown(event)
  const heard = withWord(before, event)
  const flow = evolveRelease(before.state.flow, event)
  const after = flow === before.state.flow ? heard : { ...heard, state: { ...heard.state, flow } }
  return withStage(after, event)
}

/** What is to be done, of what: it came up when it did, whatever else is heard meanwhile. */
const stepOf = (stage: ReleaseStage, flow: ReleaseFlow): string =>
  `${flow.revision}.${flow.attempt}/${stage === "check" ? nextCheck(flow)?.check : stage}`

const withStage = (order: OrderRelease, { metadata, recordedAt }: RecordedEvent): OrderRelease => {
  const { plan, stage: last, state } = order
  const stage = stageNow(order)
  const come = { stage, since: recordedAt, traceparent: metadata.traceparent ?? null }
  if (stage === null || stage === "unstarted" || state.flow === undefined) {
    if (stage === last && plan?.revision === state.offered) return order
    return { ...order, ...come, state: { ...state, ...(plan === null ? {} : { offered: plan.revision }) } }
  }
  const name = stepOf(stage, state.flow)
  return name === state.step?.name
    ? { ...order, stage, since: state.step.since }
    : { ...order, ...come, state: { ...state, step: { name, since: recordedAt } } }
}

const planOf = ({ plan, planned_at }: OrderRelease): State["earlier"] =>
  plan === null || planned_at === null ? undefined : { revision: plan.revision, at: planned_at }

const withWord = (order: OrderRelease, event: RecordedEvent): OrderRelease => {
  const { state } = order
  const rank = rankOf(event.metadata)
  switch (event.type) {
    case "ProductionOrderReleased":
    case "ProductionOrderChanged": {
      const released = state.released || event.type === "ProductionOrderReleased"
      const { orderId: _, ...plan } = event.data
      const ahead = plan.revision - (order.plan?.revision ?? 0)
      if (ahead < 0 || (ahead === 0 && !outranks(rank, state.rank))) return { ...order, state: { ...state, released } }
      const isSame = order.plan !== null && isSamePlan(order.plan, plan)
      if (isSame) return { ...order, plan, state: { ...state, released, rank } }
      const earlier = state.earlier ?? planOf(order)
      const after = { ...state, released, rank, ...(earlier === undefined ? {} : { earlier }) }
      return { ...order, plan, planned_at: instant(event.metadata.occurredAt), state: after }
    }
    case "ProductionOrderHeld":
    case "ProductionOrderRestarted":
      return outranks(rank, state.hold)
        ? { ...order, held: event.type === "ProductionOrderHeld", state: { ...state, hold: rank } }
        : order
    case "ProductionOrderCancelled":
    case "ProductionOrderTechnicallyCompleted":
    case "ProductionOrderClosed":
      return { ...order, state: { ...state, ended: true } }
    default:
      return order
  }
}
