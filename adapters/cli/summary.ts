// What a run of the demo came to, read from the views and the journal, as JSON and in plain sentences.
import { Context, Effect, Option } from "effect"
import { SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { postingCounts } from "../../projections/postings/queries.ts"
import { Telemetry } from "../telemetry/telemetry.ts"
import { verifyJournal } from "./verify-journal.ts"

const eventsOfOrders = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly orders: number; readonly events: number }>`
    select count(*)::integer as orders, coalesce(sum(version), 0)::float8 as events
    from orders.order_view where plant = ${plant}`
  return rows[0] ?? { orders: 0, events: 0 }
})

/** Counted on their own, so that the sum of their outcomes can be held against it; without those that nobody wants now. */
const requestedPostings = Effect.fnUntraced(function* (plant: PlantId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly count: number }>`
    select count(*)::integer as count from postings.posting
    where plant = ${plant} and state not in ('Waived', 'Withdrawn')`
  return rows[0]?.count ?? 0
})

/** Fails where a document has no outcome, or more than one. */
export const balanced = ({ requested, ...outcomes }: Summary["answer"]["postings"]) => {
  const sum = Object.values(outcomes).reduce((total, count) => total + count, 0)
  if (sum === requested) return Effect.void
  const value = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`)
  return Effect.fail(
    new TechnicalFailure({
      field: "postings",
      value: `${requested} requested, ${value.join(", ")}`,
      reason: `The outcomes come to ${sum}, so ${Math.abs(requested - sum)} documents aren't accounted for`,
      nextStep: "See: npm run traveler -- doctor"
    })
  )
}

/** A core that runs elsewhere counts its own spans, so there they are null. */
const spans = Effect.gen(function* () {
  const telemetry = Context.getOption(yield* Effect.context<never>(), Telemetry)
  if (Option.isNone(telemetry)) return null
  yield* telemetry.value.flush
  return yield* telemetry.value.counts
})

export const summarize = Effect.fnUntraced(function* (plant: PlantId, published: number, startedAt: number) {
  const { handled, duplicates, parked } = yield* queueAccount(inboundQueue(plant))
  const counts = (yield* postingCounts).get(plant)
  const requested = yield* requestedPostings(plant)
  const { events, orders } = yield* eventsOfOrders(plant)
  const breaks = yield* verifyJournal
  const postings = {
    verified: counts?.Verified ?? 0,
    withheld: counts === undefined ? 0 : counts.Withheld + counts.held,
    deferred: counts?.Deferred ?? 0,
    failed: counts?.Failed ?? 0,
    inDoubt: counts?.InDoubt ?? 0
  }
  const [broken] = breaks
  return {
    orders,
    breaks,
    answer: {
      messages: { published, handled, duplicates, parked },
      events,
      postings: { requested, ...postings },
      lots: 0,
      edges: 0,
      spans: yield* spans,
      chain: broken === undefined ? "ok" : `broken in partition ${broken.partition} at ${broken.offset}`,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10
    }
  }
})
export type Summary = Effect.Success<ReturnType<typeof summarize>>

export const inSentences = ({ answer, breaks, orders }: Summary, plant: PlantId): string => {
  const { messages, postings, spans } = answer
  return [
    `Plant ${plant} sent ${messages.published} messages about ${orders} orders in ${answer.seconds} s.`,
    `${messages.handled} were handled, ${messages.duplicates} were duplicates and changed nothing, ${messages.parked} were not understood and wait for a person.`,
    `The orders' histories hold ${answer.events} events; ${breaks.length === 0 ? "the whole journal's hash chain is unbroken" : `THE CHAIN IS ${answer.chain}`}.`,
    `${postings.verified} of ${postings.requested} ERP documents were posted and read back; ${postings.withheld} are withheld until someone decides, ${postings.deferred} wait, ${postings.failed} were refused, ${postings.inDoubt} are in doubt.`,
    ...(spans === null
      ? []
      : [
          `${spans.process} deliveries were traced; ${spans.exported} spans were exported and ${spans.dropped} dropped.`
        ])
  ].join("\n")
}
