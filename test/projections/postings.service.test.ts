// The view `postings`: which documents orders ask for, what becomes of them, and which one may be sent next.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { describe, expect } from "vitest"
import type { Event as OrderEvent } from "../../actors/order/event.ts"
import { orderOf } from "../../core/journal/stream.ts"
import { CaseId, MessageId, OperationId, OrderId, PostingKey } from "../../core/plant/identifiers.ts"
import { postings } from "../../projections/postings/postings.ts"
import {
  documentOf,
  lanesFrom,
  nextPostings,
  postingCounts,
  postingsByKey,
  postingsLeft,
  postingsOfOrder
} from "../../projections/postings/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { plansOf } from "../harness/plans.ts"
import { order, plant, quantity, Writer } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

type Stream = ReturnType<typeof order>

const first = order("first")
const second = order("second")
const orderId = (stream: Stream) => OrderId.make(orderOf(stream))
const key = (stream: Stream, version: number, kind = "confirmation") => PostingKey.make(`${stream}/${version}/${kind}`)

const about = (stream: Stream) => ({ orderId: orderId(stream), operationId: OperationId.make("10") })

const confirmed = (stream: Stream, value = "5", posting: "requested" | "withheld" = "requested"): OrderEvent => ({
  type: "OperationConfirmed",
  data: { ...about(stream), posting, yield: quantity(value), laborTime: quantity("12", "MIN"), final: true }
})
const reversed = (stream: Stream, version: number): OrderEvent => ({
  type: "ReportReversed",
  data: {
    orderId: orderId(stream),
    posting: "requested",
    reverses: { messageId: MessageId.make("m") },
    reason: "typing error",
    version
  }
})
const corrected = (stream: Stream, version: number, value: string): OrderEvent => ({
  type: "ReportCorrected",
  data: {
    ...about(stream),
    posting: "requested",
    corrects: { messageId: MessageId.make("m") },
    reason: "typing error",
    yield: quantity(value),
    version
  }
})
const verified = (posting: PostingKey, attempt = 1): OrderEvent => ({
  type: "PostingVerified",
  data: { posting, attempt, document: "4711" }
})
const failed = (posting: PostingKey, attempt = 1, numbered: { readonly document?: string } = {}): OrderEvent => ({
  type: "PostingFailed",
  data: { posting, attempt, class: "BusinessRuleViolation", code: "PERIOD_CLOSED", reason: "Closed", ...numbered }
})
const caseId = CaseId.make("0123456789abcdef0123456789abcdef")
const deferred = (posting: PostingKey, attempt = 1): OrderEvent => ({
  type: "PostingDeferred",
  data: { posting, attempt, until: 1_800_000_000_000, class: "TechnicalFailure", reason: "Down" }
})

/** The view after these events of these streams. */
const given = Effect.fnUntraced(function* (...events: ReadonlyArray<readonly [Stream, OrderEvent]>) {
  const writer = new Writer()
  for (const [stream, event] of events) writer.write(stream, event)
  yield* startAnew(writer.partitions)
  yield* follow(writer)
})

const ready = (limit = 10, except: ReadonlyArray<PostingKey> = []) =>
  Effect.map(nextPostings(limit, except), (rows) => rows.map((row) => row.key))

const states = (stream: Stream) =>
  Effect.map(postingsOfOrder(plant, orderId(stream)), (rows) =>
    rows.map(({ version, kind, state }) => `${version} ${kind} ${state}`)
  )

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("postings", (it) => {
  describe("what is asked for", () => {
    it.effect("is a confirmation of each report, with what it says", () =>
      Effect.gen(function* () {
        yield* given([first, confirmed(first, "5.50")])
        const [row] = yield* postingsByKey([key(first, 1)])
        expect(row && documentOf(row)).toEqual({
          key: key(first, 1),
          kind: "confirmation",
          plant,
          orderId: "first",
          operationId: "10",
          amounts: { yield: quantity("5.5"), laborTime: quantity("12", "MIN") },
          final: true,
          postingDate: "2026-11-23"
        })
      })
    )

    it.effect("is for a reversal the document of the report, taken back as it was posted", () =>
      Effect.gen(function* () {
        yield* given([first, confirmed(first, "5")], [first, reversed(first, 1)])
        const [row] = yield* postingsByKey([key(first, 2, "reversal")])
        expect(row && documentOf(row)).toMatchObject({
          kind: "reversal",
          operationId: "10",
          amounts: { yield: quantity("5") },
          final: true,
          reverses: key(first, 1)
        })
      })
    )

    it.effect("is for a correction both; for one of a correction, the correction's own is taken back", () =>
      Effect.gen(function* () {
        yield* given(
          [first, confirmed(first, "5")],
          [first, corrected(first, 1, "6")],
          [first, corrected(first, 2, "7")]
        )
        const rows = yield* postingsOfOrder(plant, orderId(first))
        expect(
          rows.map(({ version, kind, reverses, content }) => [version, kind, reverses, content.amounts?.yield?.value])
        ).toEqual([
          [1, "confirmation", null, "5"],
          [2, "reversal", key(first, 1), "5"],
          [2, "confirmation", null, "6"],
          [3, "reversal", key(first, 2), "6"],
          [3, "confirmation", null, "7"]
        ])
      })
    )

    it.effect("is only the replacement where nothing counted, and nothing for a report without a document", () =>
      Effect.gen(function* () {
        const started: OrderEvent = { type: "OperationStarted", data: about(first) }
        yield* given([first, started], [first, reversed(first, 1)], [first, corrected(first, 0, "7")])
        expect(yield* states(first)).toEqual(["3 confirmation Requested"])
      })
    )
  })

  describe("the lane of an order", () => {
    it.effect("gives one document at a time, in order, and other orders aren't held up by it", () =>
      Effect.gen(function* () {
        const reports = [
          [first, confirmed(first)],
          [first, confirmed(first)],
          [second, confirmed(second)]
        ] as const
        yield* given(...reports)
        expect(yield* ready()).toEqual([key(first, 1), key(second, 1)])
        expect(yield* ready(1)).toEqual([key(first, 1)])
        expect(yield* ready(1, [key(first, 1)])).toEqual([key(second, 1)])
        yield* given(...reports, [first, verified(key(first, 1))])
        expect(yield* ready()).toEqual([key(first, 2), key(second, 1)])
      })
    )

    it.effect("stands while a document is deferred, in doubt or accepted, and goes on when it is resumed", () =>
      Effect.gen(function* () {
        const reports = [
          [first, confirmed(first)],
          [first, confirmed(first)]
        ] as const
        const one = key(first, 1)
        const inDoubt: OrderEvent = { type: "PostingInDoubt", data: { posting: one, attempt: 1, reason: "Timeout" } }
        const accepted: OrderEvent = { type: "PostingAccepted", data: { posting: one, attempt: 1, document: "1" } }
        const resumed: OrderEvent = { type: "PostingResumed", data: { posting: one, attempt: 1 } }
        for (const outcome of [deferred(one), inDoubt, accepted]) {
          yield* given(...reports, [first, outcome])
          expect(yield* ready()).toEqual([])
        }
        yield* given(...reports, [first, deferred(one)], [first, resumed])
        expect(yield* ready()).toEqual([one])
        expect((yield* postingsByKey([one])).map(({ attempts, until }) => [attempts, until])).toEqual([[1, null]])
      })
    )

    it.effect("isn't held up by what is withheld; what is freed goes where it belongs by its time", () =>
      Effect.gen(function* () {
        const reports = [
          [first, confirmed(first, "1", "withheld")],
          [first, confirmed(first)],
          [first, confirmed(first)]
        ] as const
        yield* given(...reports)
        expect(yield* ready()).toEqual([key(first, 2)])
        yield* given(...reports, [first, { type: "PostingsFreed", data: { versions: [1] } }])
        const [lane] = yield* lanesFrom(yield* ready())
        expect(lane?.map((row) => row.key)).toEqual([key(first, 1), key(first, 2), key(first, 3)])
      })
    )

    it.effect("is held up by what failed, until a person has it posted again or waives it", () =>
      Effect.gen(function* () {
        const one = key(first, 1)
        const reports = [
          [first, confirmed(first)],
          [first, confirmed(first)],
          [first, failed(one)]
        ] as const
        yield* given(...reports)
        expect(yield* ready()).toEqual([])
        expect((yield* postingCounts).get(plant)).toMatchObject({ Requested: 1, Failed: 1, held: 1 })
        const resubmission = { caseId, attempt: 1 }
        const again: OrderEvent = { type: "PostingRequestedAgain", data: { posting: one, attempt: 1, resubmission } }
        yield* given(...reports, [first, again])
        expect(yield* ready()).toEqual([one])
        expect((yield* postingsByKey([one])).map(({ attempts, reason }) => [attempts, reason])).toEqual([[1, null]])
        yield* given(...reports, [first, { type: "PostingWaived", data: { posting: one, caseId } }])
        expect(yield* ready()).toEqual([key(first, 2)])
        expect(yield* states(first)).toEqual(["1 confirmation Waived", "2 confirmation Requested"])
        expect((yield* postingCounts).get(plant)).toMatchObject({ Requested: 1, Waived: 1, held: 0 })
      })
    )

    it.effect("is on its way where it goes before what failed, and held up where it goes after it", () =>
      Effect.gen(function* () {
        yield* given(
          [first, confirmed(first, "1", "withheld")],
          [first, confirmed(first)],
          [first, confirmed(first)],
          [first, failed(key(first, 2))],
          [first, { type: "PostingsFreed", data: { versions: [1] } }]
        )
        expect(yield* ready()).toEqual([key(first, 1)])
        expect((yield* postingCounts).get(plant)).toMatchObject({ Requested: 2, Failed: 1, held: 1 })
      })
    )

    it.effect("never has a reversal of what isn't in the ERP", () =>
      Effect.gen(function* () {
        const one = key(first, 1)
        const withdrawn = (reversal?: number): OrderEvent => ({
          type: "PostingWithdrawn",
          data: { version: 1, ...(reversal === undefined ? {} : { reversal }) }
        })
        yield* given([first, confirmed(first)], [first, failed(one)], [first, corrected(first, 1, "6")])
        expect(yield* states(first)).toEqual(["1 confirmation Failed", "3 confirmation Requested"])
        yield* given(
          [first, confirmed(first)],
          [first, failed(one)],
          [first, corrected(first, 1, "6")],
          [first, withdrawn()]
        )
        expect(yield* ready()).toEqual([key(first, 3)])
        yield* given(
          [first, confirmed(first)],
          [first, corrected(first, 1, "6")],
          [first, failed(one)],
          [first, withdrawn(2)]
        )
        expect(yield* states(first)).toEqual([
          "1 confirmation Withdrawn",
          "2 reversal Withdrawn",
          "2 confirmation Requested"
        ])
        expect(yield* ready()).toEqual([key(first, 2)])
      })
    )

    it.effect("keeps the reversal of what the ERP gave a number waiting for a person", () =>
      Effect.gen(function* () {
        const one = key(first, 1)
        const failure = failed(one, 1, { document: "5000001" })
        yield* given([first, confirmed(first)], [first, failure], [first, reversed(first, 1)])
        expect(yield* states(first)).toEqual(["1 confirmation Failed", "3 reversal Requested"])
        expect(yield* ready()).toEqual([])
        const waiver: OrderEvent = { type: "PostingWaived", data: { posting: one, caseId } }
        yield* given([first, confirmed(first)], [first, failure], [first, reversed(first, 1)], [first, waiver])
        expect(yield* ready()).toEqual([key(first, 3, "reversal")])
        yield* given([first, confirmed(first)], [first, failure], [first, waiver], [first, reversed(first, 1)])
        expect(yield* ready()).toEqual([key(first, 4, "reversal")])
      })
    )

    it.effect("gives a reversal once what it reverses is in the ERP", () =>
      Effect.gen(function* () {
        const one = key(first, 1)
        const both = [
          [first, confirmed(first)],
          [first, reversed(first, 1)]
        ] as const
        yield* given(...both)
        expect(yield* ready()).toEqual([one])
        yield* given(...both, [first, failed(one)])
        expect(yield* ready()).toEqual([])
        yield* given(...both, [first, verified(one)])
        expect(yield* ready()).toEqual([key(first, 2, "reversal")])
        yield* given(...both, [first, verified(one)], [first, verified(key(first, 2, "reversal"))])
        expect(yield* ready()).toEqual([])
        expect((yield* postingsByKey([one])).map(({ state, reversed }) => [state, reversed])).toEqual([
          ["Verified", true]
        ])
      })
    )
  })

  it.effect("counts documents by their own last outcome, per plant", () =>
    Effect.gen(function* () {
      const one = key(first, 1)
      yield* given(
        [first, confirmed(first)],
        [first, verified(one)],
        [first, failed(one, 2)],
        [first, confirmed(first, "1", "withheld")],
        [second, confirmed(second)],
        [second, deferred(key(second, 1))]
      )
      expect((yield* postingCounts).get(plant)).toEqual({
        Requested: 0,
        Withheld: 1,
        Accepted: 0,
        Verified: 1,
        Deferred: 1,
        InDoubt: 0,
        Failed: 0,
        Omitted: 0,
        Shadowed: 0,
        Waived: 0,
        Withdrawn: 0,
        reversed: 0,
        held: 0
      })
    })
  )

  it.effect("finds what is next by an index, however many documents are done", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* given([first, confirmed(first)])
      yield* sql`
        insert into postings.posting (key, plant, kind, stream, version, partition, "offset", place, state, ready, content,
          reversed, adopted, refused, posting_date, occurred_at, mode_at, attempts, requested_at)
        select 'order/p/' || n || '/1/confirmation', 'p', 'confirmation', 'order/p/' || n, 1, 0, n, 1,
          'Verified', false, '{}', false, true, false, '2026-11-23', n, n, 1, n
        from generate_series(1, 200000) as n`
      yield* sql`analyze postings.posting`
      const [next] = yield* plansOf(nextPostings(100, [key(second, 1)]))
      expect(next).toContain("posting_next")
      expect(next).not.toContain("Seq Scan")
      const [peoples] = yield* plansOf(postingsLeft(undefined, 50))
      expect(peoples).toContain("posting_shadowed")
      expect(peoples).not.toContain("Seq Scan")
      const [load, update, refresh] = yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`set local search_path = postings`
          const writer = new Writer()
          writer.write(first, verified(key(first, 1)))
          return yield* plansOf(postings.apply(sql, writer.events))
        })
      )
      for (const plan of [load, update, refresh]) expect(plan).not.toContain("Seq Scan")
      expect(refresh).toContain("posting_lane")
    })
  )
})
