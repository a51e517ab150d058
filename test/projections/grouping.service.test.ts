// The view `postings` where an ERP takes all that an order reports in one document: when that is due, what it waits for,
// and that what becomes of it becomes of all that it is made of.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { expect } from "vitest"
import { PostingQueue } from "../../adapters/erp/poster-queue.ts"
import { postingQueue } from "../../adapters/erp/poster-view.ts"
import { createPostingAttemptTable, postingAttempts } from "../../adapters/erp/posting-attempt.ts"
import type { AnyEvent } from "../../core/event/catalogue.ts"
import type { DocumentOfOrder } from "../../core/event/posting.ts"
import { lotStream, orderOf, type StreamName } from "../../core/journal/stream.ts"
import { ItemId, LotId, MessageId, OperationId, OrderId } from "../../core/plant/identifiers.ts"
import { type LotKey, plantScope } from "../../core/plant/lot.ts"
import { type OrderPostings, OrdersArePosted, type PostingKind, postingKey } from "../../core/port/erp.ts"
import {
  documentOf,
  lotWaits,
  onTheirWay,
  postingCounts,
  postingsByKey,
  postingsOfOrder,
  waitsOfStreams
} from "../../projections/postings/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { order, plant, quantity, Writer } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

const kilo = (value: string) => quantity(value, "KGM")
const lot: LotKey = { scope: plantScope(plant), itemId: ItemId.make("STEEL"), lotId: LotId.make("S-1") }
const [maker, user] = [order("maker"), order("user")]
const orderId = (stream: StreamName) => OrderId.make(orderOf(stream))
const key = (stream: StreamName, version: number, kind: PostingKind) => postingKey(stream, version, kind)
const materials = [{ itemId: lot.itemId, lotId: lot.lotId, quantity: kilo("2") }]

const confirmed = (stream: StreamName, posting: "requested" | "withheld" = "requested"): AnyEvent => ({
  type: "OperationConfirmed",
  data: { orderId: orderId(stream), operationId: OperationId.make("10"), posting, yield: quantity("5") }
})
const produced = (stream: StreamName): AnyEvent => ({
  type: "MaterialProduced",
  data: { orderId: orderId(stream), materials, posting: "requested" }
})
const consumed = (stream: StreamName): AnyEvent => ({
  type: "MaterialConsumed",
  data: { orderId: orderId(stream), materials, posting: "requested" }
})
const reversed = (stream: StreamName, version: number): AnyEvent => ({
  type: "ReportReversed",
  data: {
    orderId: orderId(stream),
    posting: "requested",
    reverses: { messageId: MessageId.make("m") },
    reason: "typing error",
    version,
    material: true
  }
})
const completed = (stream: StreamName): AnyEvent => ({
  type: "ProductionOrderTechnicallyCompleted",
  data: { orderId: orderId(stream) }
})
const grouped = (...documents: ReadonlyArray<readonly [version: number, kind: DocumentOfOrder["kind"]]>): AnyEvent => ({
  type: "PostingsGrouped",
  data: { documents: documents.map(([version, kind]) => ({ version, kind })) }
})

/** A history, and the view after it as an ERP that takes orders' documents together asks for it. */
class History {
  readonly writer = new Writer()

  write(stream: StreamName, event: AnyEvent, minute = 0): this {
    this.writer.write(stream, event, { minute })
    return this
  }

  /** The lot hears of what was taken from it last. */
  told(stream: StreamName): this {
    const cause = this.writer.events.findLast((event) => event.stream === stream && event.type === "MaterialConsumed")
    const data = { ...lot, order: { plantId: plant, orderId: orderId(stream) }, quantity: kilo("2") }
    const messageId = `${cause?.partition}/${cause?.offset}.0/${lotStream(lot)}`
    this.writer.write(lotStream(lot), { type: "LotConsumed", data }, { messageId, source: "traveler/lots" })
    return this
  }

  get view() {
    return this.viewAs("together")
  }

  viewAs(orders: OrderPostings) {
    return Effect.gen({ self: this }, function* () {
      yield* startAnew(this.writer.partitions)
      yield* createPostingAttemptTable
      yield* follow(this.writer, { runners: 2 })
      const { due, ready } = yield* PostingQueue
      const none = new Set<StreamName>()
      return {
        due: (yield* due(10, none)).map(({ documents, stream }) => [stream, documents.map(({ version }) => version)]),
        ready: (yield* ready(10, none)).map((lane) => lane.map(({ key }) => key)),
        counts: (yield* postingCounts).get(plant)
      }
    }).pipe(Effect.provide(postingQueue({ name: "whole", orders })), Effect.provideService(OrdersArePosted, orders))
  }
}

const states = Effect.map(postingsOfOrder(plant, orderId(user)), (rows) =>
  rows.map(({ kind, reversed, state, version }) => `${version} ${kind} ${state}${reversed ? " reversed" : ""}`)
)

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("documents of an order", (it) => {
  it.effect("are due once it is technically complete, and until then on nobody's way", () =>
    Effect.gen(function* () {
      const history = new History().write(user, confirmed(user)).write(user, produced(user))
      const open = yield* history.view
      expect(open).toMatchObject({ due: [], ready: [], counts: { Requested: 2, held: 2 } })
      const { counts, due, ready } = yield* history.write(user, completed(user)).view
      expect({ due, ready }).toEqual({ due: [[user, [1, 2]]], ready: [] })
      expect(counts && onTheirWay(counts)).toBe(2)
    })
  )

  it.effect(
    "are due while the order runs where one of them has waited as long as their window, whatever is withheld",
    () =>
      Effect.gen(function* () {
        const history = new History().write(user, confirmed(user)).write(user, produced(user))
        history.write(user, confirmed(user, "withheld"))
        const sql = yield* SqlClient.SqlClient
        const [row] = yield* sql<{ readonly waited: number }>`
        select extract(epoch from now())::float8 * 1000 - ${history.writer.events[0]?.recordedAt ?? 0}::float8 as waited`
        const waited = row?.waited ?? 0
        const longer = yield* history.viewAs({ windowMillis: Math.ceil(waited) + 600_000 })
        expect(longer).toMatchObject({ due: [], counts: { Requested: 2, held: 2 } })
        const over = yield* history.viewAs({ windowMillis: Math.floor(waited) })
        expect(over).toMatchObject({ due: [[user, [1, 2]]], ready: [], counts: { Requested: 2, held: 0 } })
      })
  )

  it.effect("wait for those that are withheld, and for a group before them", () =>
    Effect.gen(function* () {
      const history = new History().write(user, confirmed(user, "withheld")).write(user, produced(user))
      expect((yield* history.write(user, completed(user)).view).due).toEqual([])
      history.write(user, { type: "PostingsFreed", data: { versions: [1] } })
      expect((yield* history.view).due).toEqual([[user, [1, 2]]])
      history.write(user, grouped([1, "confirmation"], [2, "goodsMovement"])).write(user, confirmed(user))
      const { due, ready } = yield* history.view
      expect({ due, ready }).toEqual({ due: [], ready: [[key(user, 5, "group")]] })
      const posting = key(user, 5, "group")
      history.write(user, { type: "PostingVerified", data: { posting, attempt: 1, document: "7" } })
      expect((yield* history.view).due).toEqual([[user, [6]]])
    })
  )

  it.effect("go as one document of what they come to, dated as the last of them", () =>
    Effect.gen(function* () {
      const history = new History().write(user, consumed(user), 30).write(user, confirmed(user), 10)
      yield* history
        .write(user, consumed(user), 20)
        .write(user, reversed(user, 3))
        .write(user, grouped([1, "goodsMovement"], [2, "confirmation"], [3, "goodsMovement"], [4, "reversal"])).view
      const [group] = yield* postingsByKey([key(user, 5, "group")])
      expect(group && documentOf(group)).toEqual({
        key: key(user, 5, "group"),
        kind: "group",
        plant,
        orderId: "user",
        movements: [{ type: "goodsIssue", direction: "out", ...lot, quantity: kilo("2") }],
        operations: [{ operationId: "10", amounts: { yield: quantity("5") }, final: false }],
        postingDate: "2026-11-23"
      })
    })
  )

  it.effect("are where their group is, and each counts; what one of them takes back is reversed", () =>
    Effect.gen(function* () {
      const posting = key(user, 4, "group")
      const heard = { posting, attempt: 1 }
      const history = new History()
        .write(user, confirmed(user))
        .write(user, consumed(user))
        .write(user, reversed(user, 2))
      yield* history
        .write(user, grouped([1, "confirmation"], [2, "goodsMovement"], [3, "reversal"]))
        .write(user, { type: "PostingInDoubt", data: { ...heard, reason: "?" } }).view
      expect(yield* states).toEqual(
        ["1 confirmation", "2 goodsMovement", "3 reversal", "4 group"].map((document) => `${document} InDoubt`)
      )
      history.write(user, { type: "PostingVerified", data: { ...heard, document: "7" } })
      const { counts } = yield* history.view
      expect(counts).toMatchObject({ Verified: 3, Requested: 0, reversed: 1, held: 0 })
      expect(yield* states).toEqual([
        "1 confirmation Verified",
        "2 goodsMovement Verified reversed",
        "3 reversal Verified",
        "4 group Verified"
      ])
      const rows = yield* postingsOfOrder(plant, orderId(user))
      expect(new Set(rows.map(({ document }) => document))).toEqual(new Set(["7"]))
    })
  )

  it.effect("are on their own again where a report in a refused group is taken back, and wait for lots as before", () =>
    Effect.gen(function* () {
      const posting = key(user, 3, "group")
      const refused = { class: "BusinessRuleViolation", code: "PERIOD_CLOSED", reason: "Closed" }
      const history = new History().write(user, consumed(user)).write(user, produced(user))
      history.write(user, grouped([1, "goodsMovement"], [2, "goodsMovement"])).write(user, completed(user))
      history.write(user, { type: "PostingFailed", data: { posting, attempt: 1, ...refused } })
      yield* history.view
      expect(yield* states).toEqual(["1 goodsMovement Failed", "2 goodsMovement Failed", "3 group Failed"])
      const sql = yield* SqlClient.SqlClient
      const netted = Effect.map(sql`select from postings.posting_line where netted`, ({ length }) => length)
      expect(yield* netted).toBe(2)
      history.write(user, reversed(user, 1)).write(user, { type: "PostingsUngrouped", data: { group: 3 } })
      expect((yield* history.view).due).toEqual([[user, [1, 2, 6]]])
      expect(yield* states).toEqual([
        "1 goodsMovement Requested",
        "2 goodsMovement Requested",
        "3 group Withdrawn",
        "6 reversal Requested"
      ])
      expect(yield* netted).toBe(0)
    })
  )

  it.effect("aren't due while one of them is claimed to be sent by itself, or is on its way so", () =>
    Effect.gen(function* () {
      const history = new History()
        .write(user, confirmed(user))
        .write(user, consumed(user))
        .write(user, completed(user))
      expect((yield* history.view).due).toEqual([[user, [1, 2]]])
      const attempts = yield* postingAttempts("whole")
      const first = { key: key(user, 1, "confirmation"), attempt: 1 }
      const claims = [first, { key: key(user, 2, "goodsMovement"), attempt: 1 }]
      // Told once and once more: whoever tells finds them claimed for it, and nobody sends them.
      expect(yield* attempts.claimGrouped(claims)).toHaveLength(2)
      expect(yield* attempts.claimGrouped(claims)).toHaveLength(2)
      expect(yield* attempts.claim(claims, 1_000, 1_000)).toEqual([])
      expect((yield* history.view).due).toEqual([[user, [1, 2]]])
      const sql = yield* SqlClient.SqlClient
      yield* sql`update posting_attempt set outcome = null where key = ${first.key}`
      expect((yield* history.view).due).toEqual([])
      yield* sql`delete from posting_attempt`
      history.write(user, { type: "PostingInDoubt", data: { posting: first.key, attempt: 1, reason: "?" } })
      expect((yield* history.view).due).toEqual([])
    })
  )

  it.effect(
    "wait as one for the lots that they take from, and let those go on that take what they put into stock",
    () =>
      Effect.gen(function* () {
        const history = new History()
          .write(maker, produced(maker))
          .write(maker, completed(maker))
          .write(maker, grouped([1, "goodsMovement"]))
        history
          .write(user, consumed(user), 10)
          .write(user, completed(user))
          .write(user, grouped([1, "goodsMovement"]))
        const [makers, users] = [key(maker, 3, "group"), key(user, 3, "group")]
        expect((yield* history.view).ready).toEqual([[makers]])
        const waits = yield* lotWaits([users])
        expect(waits).toMatchObject([{ key: users, heard: false, receipts: [key(maker, 1, "goodsMovement")] }])
        const { counts, ready } = yield* history.told(user).view
        expect(ready).toEqual([[makers]])
        expect(counts).toMatchObject({ Requested: 2, held: 1 })
        expect(yield* waitsOfStreams("together")).toEqual([{ key: users, stream: user, waitsFor: maker }])
        const { following } = yield* PostingQueue
        const lanes = yield* following({ all: [makers], news: [makers] }, 10, new Set())
        expect(lanes.map((lane) => lane.map((posting) => posting.key))).toEqual([[users]])
        history.write(maker, { type: "PostingVerified", data: { posting: makers, attempt: 1, document: "1" } })
        expect((yield* history.view).ready).toEqual([[users]])
      }).pipe(Effect.provide(postingQueue({ name: "whole", orders: "together" })))
  )

  it.effect("that went into a group are sent as that by an ERP that takes each by itself, too, and never alone", () =>
    Effect.gen(function* () {
      const history = new History()
        .write(user, confirmed(user))
        .write(user, grouped([1, "confirmation"]))
        .write(user, confirmed(user))
      yield* history.view
      const { ready } = yield* PostingQueue
      const lanes = yield* ready(10, new Set())
      expect(lanes.map((lane) => lane.map((posting) => posting.key)).sort()).toEqual([
        [key(user, 2, "group")],
        [key(user, 3, "confirmation")]
      ])
      const sql = yield* SqlClient.SqlClient
      expect(yield* sql`select key from postings.posting where ready order by version`).toHaveLength(2)
    }).pipe(Effect.provide(postingQueue({ name: "each", orders: "each" })))
  )
})
