// What a run of the demo came to, read from the views and the journal, as JSON and in plain sentences.
import { Context, Effect, Option } from "effect"
import { SqlClient } from "effect/sql"
import { TechnicalFailure } from "../../core/failure.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { plantScope } from "../../core/plant/lot.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { edgesOfPlant } from "../../projections/genealogy/queries.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { postingCounts } from "../../projections/postings/queries.ts"
import { proveJournal } from "../audit/prove-journal.ts"
import { numbersElsewhere } from "../simulator/receiving.ts"
import { Telemetry } from "../telemetry/telemetry.ts"

const eventsOfOrders = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly orders: number; readonly events: number }>`
    select count(*)::integer as orders, coalesce(sum(version), 0)::float8 as events
    from orders.order_view where plant = any(${plants}::text[])`
  return rows[0] ?? { orders: 0, events: 0 }
})

/** Lots of the plants' own scopes. */
const eventsOfLots = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly lots: number; readonly events: number }>`
    select count(*)::integer as lots, coalesce(sum(version), 0)::float8 as events
    from lots.lot_view where scope = any(${plants.map(plantScope)}::text[])`
  return rows[0] ?? { lots: 0, events: 0 }
})

/**
 * Counted on their own, so that the sum of their outcomes can be held against it; without those that nobody wants now, or
 * that the ERP has no word for. Those of a group each, and not the group.
 */
const requestedPostings = Effect.fnUntraced(function* (plants: ReadonlyArray<PlantId>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly count: number }>`
    select count(*)::integer as count from postings.posting
    where plant = any(${plants}::text[]) and state not in ('Omitted', 'Shadowed', 'Waived', 'Withdrawn') and kind <> 'group'`
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

const sumOf = <Row>(rows: ReadonlyArray<Row>, of: (row: Row) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0)

export const summarize = Effect.fnUntraced(function* (
  plants: ReadonlyArray<PlantId>,
  published: number,
  startedAt: number
) {
  const accounts = yield* Effect.forEach(plants, (plant) => queueAccount(inboundQueue(plant)))
  const counted = yield* postingCounts
  const counts = plants.flatMap((plant) => counted.get(plant) ?? [])
  const requested = yield* requestedPostings(plants)
  const { events, orders } = yield* eventsOfOrders(plants)
  const { events: eventsOfThem, lots } = yield* eventsOfLots(plants)
  const edges = yield* Effect.forEach(plants, (plant) => edgesOfPlant(plant, numbersElsewhere(plant)))
  const breaks = (yield* proveJournal()).flatMap((partition) => partition.break ?? [])
  const postings = {
    verified: sumOf(counts, ({ Verified }) => Verified),
    withheld: sumOf(counts, ({ Withheld, held }) => Withheld + held),
    deferred: sumOf(counts, ({ Deferred }) => Deferred),
    failed: sumOf(counts, ({ Failed }) => Failed),
    inDoubt: sumOf(counts, ({ InDoubt }) => InDoubt)
  }
  const [broken] = breaks
  return {
    orders,
    omitted: sumOf(counts, ({ Omitted }) => Omitted),
    breaks,
    answer: {
      messages: {
        published,
        handled: sumOf(accounts, ({ handled }) => handled),
        duplicates: sumOf(accounts, ({ duplicates }) => duplicates),
        parked: sumOf(accounts, ({ parked }) => parked)
      },
      events: events + eventsOfThem,
      postings: { requested, ...postings },
      lots,
      edges: sumOf(edges, ({ length }) => length),
      spans: yield* spans,
      chain: broken === undefined ? "ok" : `broken in partition ${broken.partition} at ${broken.offset}`,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10
    }
  }
})
export type Summary = Effect.Success<ReturnType<typeof summarize>>

export const inSentences = ({ answer, breaks, omitted, orders }: Summary, plants: ReadonlyArray<PlantId>): string => {
  const { messages, postings, spans } = answer
  return [
    `Plants ${plants.join(" and ")} sent ${messages.published} messages about ${orders} orders and ${answer.lots} lots in ${answer.seconds} s.`,
    `${messages.handled} were handled, ${messages.duplicates} were duplicates and changed nothing, ${messages.parked} were not understood and wait for a person.`,
    `The histories of orders and lots hold ${answer.events} events, and their genealogy ${answer.edges} edges; ${breaks.length === 0 ? "the whole journal's hash chain is unbroken" : `THE CHAIN IS ${answer.chain}`}.`,
    `${postings.verified} of ${postings.requested} ERP documents were posted and read back; ${postings.withheld} are withheld until someone decides, ${postings.deferred} wait, ${postings.failed} were refused, ${postings.inDoubt} are in doubt.`,
    ...(omitted === 0 ? [] : [`${omitted} more were left out, since the ERP has no word for them.`]),
    ...(spans === null
      ? []
      : [
          `${spans.process} deliveries were traced; ${spans.exported} spans were exported and ${spans.dropped} dropped.`
        ])
  ].join("\n")
}
