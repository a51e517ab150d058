// Repairs one difference that the reconciliation found: has a document posted again, or takes what the ERP has as it is. Used
// by `reconcile repair`.
import { Clock, Effect } from "effect"
import { route } from "../../actors/route.ts"
import { BusinessRuleViolation, DataQualityIssue } from "../../core/failure.ts"
import { Journal } from "../../core/journal/journal.ts"
import { category, lotOf, orderOf, StreamName } from "../../core/journal/stream.ts"
import { type Difference, shownQuantities } from "../../core/message/reconciliation.ts"
import { type Badge, OrderId, type PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { exchanges } from "../../core/port/broker.ts"
import { differenceById } from "../../projections/reconciliation/queries.ts"
import { idOf } from "../reconciliation/differences.ts"
import type { Finding } from "../reconciliation/finding.ts"
import { usualSince } from "../reconciliation/range.ts"
import { look } from "../reconciliation/run.ts"
import { compareOrderNow } from "../reconciliation/seen.ts"
import { type Command, tellCore, toCommands } from "./tell-core.ts"

interface Decision {
  readonly id: string
  /** A document that is gone is taken as the ERP has it, not posted again. */
  readonly letStand: boolean
  readonly by: Badge
  readonly reason: string
}

const unknown = (id: string) =>
  new DataQualityIssue({
    field: "difference",
    value: id,
    reason: "The last run found no such difference",
    nextStep:
      "See: npm run traveler -- reconcile --last; or reconcile anew while a core runs, which records what is found"
  })

const gone = (id: string) =>
  new BusinessRuleViolation({
    field: "difference",
    value: id,
    reason: "It isn't there any more",
    nextStep: "See what is: npm run traveler -- reconcile"
  })

const otherwise = ({ id, repair }: Difference) =>
  new BusinessRuleViolation({
    field: "difference",
    value: id,
    reason: "Another command repairs it",
    nextStep: `Use: npm run traveler -- ${repair}`
  })

/** Whoever cancelled it may have booked it otherwise. */
const perhapsReplaced = (id: string, others: Finding) =>
  new BusinessRuleViolation({
    field: "difference",
    value: id,
    reason: `Somebody else's document ${others.about} is about the same, so posted again it might be there twice`,
    nextStep: `Decide on that first (reconcile repair ${idOf(others)}), or take this one as gone: --let-stand`
  })

const touches = (left: Finding, right: Finding): boolean =>
  Object.keys(left.beyond ?? {}).some((cell) => Object.hasOwn(right.beyond ?? {}, cell))

/** As it is now: what is repaired is what the ERP has at this moment. */
const findingNow = Effect.fnUntraced(function* (plant: PlantId, { id, stream }: Difference, letStand: boolean) {
  const name = StreamName(stream)
  const findings =
    category(name) === "order"
      ? (yield* compareOrderNow(plant, OrderId.make(orderOf(name)))).findings
      : (yield* look({ plant, since: usualSince(yield* Clock.currentTimeMillis) })).flatMap((of) => of.findings)
  const found = findings.find((finding) => idOf(finding) === id)
  if (found === undefined) return yield* gone(id)
  const others = findings.find((finding) => finding.kind === "postedByOthers" && touches(finding, found))
  if (found.kind === "gone" && !letStand && others !== undefined) return yield* perhapsReplaced(id, others)
  return found
})

interface Deciding {
  readonly plant: PlantId
  readonly occurredAt: OccurredAt
  readonly badge: Badge
  readonly reason: string
}

const accept = (finding: Finding, deciding: Deciding): Command => {
  const body = { ...deciding, difference: idOf(finding), quantities: shownQuantities(finding) }
  return toCommands("DifferenceAccepted", body, route(deciding.plant, { type: "DifferenceAccepted", body }))
}

const repairer = "traveler-reconcile"

/**
 * How often a lot was repaired. Asked before the difference is looked for: whoever repairs it at the same time, or again
 * because no answer came, says the same word by it, which is counted once.
 */
const repairsOf = Effect.fnUntraced(function* (stream: StreamName) {
  const journal = yield* Journal
  const events = yield* journal.readStream(stream, 0)
  return events.filter(({ metadata }) => metadata.source.endsWith(`/${repairer}`)).length
})

/** The ERP's word, as a person read it there: what it has counted more or less. */
const counted = (finding: Finding, repairs: number, { plant, ...deciding }: Deciding): Command => {
  const { about: unit, beyond, stream } = finding
  return {
    messageId: `${idOf(finding)}/${repairs}`,
    exchange: exchanges.erpEvents,
    routingKey: `${plant}.LotAdjusted`,
    type: "LotAdjusted",
    appId: repairer,
    body: { ...deciding, ...lotOf(stream), quantity: { value: beyond?.[unit], unit } },
    stream
  }
}

/** Exported for its test. */
export const commandOf = (
  finding: Finding,
  repairs: number,
  deciding: Deciding,
  letStand = false
): Command | undefined => {
  const { held, kind, posting, stream } = finding
  const order = { ...deciding, orderId: orderOf(stream) }
  const taken = () =>
    held === undefined
      ? undefined
      : toCommands("DocumentAcknowledged", { ...order, document: held.document, content: held.content }, stream)
  switch (kind) {
    case "gone":
      return letStand ? taken() : toCommands("PostingRepeated", { ...order, posting }, stream)
    case "changed":
    case "postedByOthers":
      return taken()
    case "stock":
      return counted(finding, repairs, deciding)
    case "omitted":
    case "waived":
    case "notInErp":
      return accept(finding, deciding)
    default:
      return undefined
  }
}

/** The difference, once its stream has recorded the repair. */
export const repairDifference = Effect.fnUntraced(function* ({ by, id, letStand, reason }: Decision) {
  const known = yield* differenceById(id)
  if (known === undefined) return yield* unknown(id)
  const { content: difference, plant } = known
  const occurredAt = OccurredAt.make(new Date(yield* Clock.currentTimeMillis).toISOString())
  const repairs = yield* repairsOf(StreamName(difference.stream))
  const finding = yield* findingNow(plant, difference, letStand)
  const command = commandOf(finding, repairs, { plant, occurredAt, badge: by, reason }, letStand)
  if (command === undefined) return yield* otherwise(difference)
  const event = yield* tellCore(command)
  if (event.type !== "MessageNoted" && event.type !== "MessageParked") return { difference, recorded: event.type }
  return yield* new BusinessRuleViolation({
    field: "difference",
    value: id,
    reason: event.type === "MessageNoted" ? event.data.reason : event.data.failure.reason,
    nextStep: "See: npm run traveler -- reconcile"
  })
})
