// The view `postings`: a movement that takes a lot out of stock waits for that lot.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { PostingQueue } from "../../adapters/erp/poster-queue.ts"
import { postingQueue } from "../../adapters/erp/poster-view.ts"
import { createPostingAttemptTable } from "../../adapters/erp/posting-attempt.ts"
import type { AnyEvent } from "../../core/event/catalogue.ts"
import { lotStream, orderOf, type StreamName } from "../../core/journal/stream.ts"
import { fromText } from "../../core/plant/decimal.ts"
import { CaseId, ItemId, LotId, MessageId, OrderId, PartnerId, type PostingKey } from "../../core/plant/identifiers.ts"
import { type LotKey, plantScope } from "../../core/plant/lot.ts"
import { type PostingKind, postingKey } from "../../core/port/erp.ts"
import {
  documentOf,
  lotWaits,
  nextPostings,
  postingCounts,
  postingsByKey,
  waitsOfStreams
} from "../../projections/postings/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { failure, order, plant, quantity, subjectOf, Writer } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

const kilo = (value: string) => quantity(value, "KGM")
const itemId = ItemId.make("STEEL")
const steel: LotKey = { scope: plantScope(plant), itemId, lotId: LotId.make("S-1") }
const bar: LotKey = { ...steel, lotId: LotId.make("B-1") }
const [maker, user] = [order("maker"), order("user")]
const orderIdOf = (stream: StreamName) => OrderId.make(orderOf(stream))
const line = ({ itemId, lotId }: LotKey, value = "2") => ({ itemId, lotId, quantity: kilo(value) })

const requested = { posting: "requested" } as const
const produces = (stream: StreamName, lot: LotKey, posting: "requested" | "withheld" = "requested"): AnyEvent => ({
  type: "MaterialProduced",
  data: { orderId: orderIdOf(stream), materials: [line(lot)], posting }
})
const consumes = (stream: StreamName, ...lots: ReadonlyArray<LotKey>): AnyEvent => ({
  type: "MaterialConsumed",
  data: { orderId: orderIdOf(stream), materials: lots.map((lot) => line(lot)), ...requested }
})
const returns = (stream: StreamName, lot: LotKey): AnyEvent => ({
  type: "MaterialReturned",
  data: { orderId: orderIdOf(stream), materials: [line(lot)], ...requested }
})
const received = ({ itemId, lotId }: LotKey): AnyEvent => ({
  type: "LotReceived",
  data: { itemId, lotId, quantity: kilo("5"), ...requested }
})
const shipped = ({ itemId, lotId }: LotKey): AnyEvent => ({
  type: "LotShipped",
  data: { itemId, lotId, quantity: kilo("1"), customer: PartnerId.make("C-1"), document: "DN-1", ...requested }
})

/** A history in which reaction `lots` tells a lot of the line of an event, as soon as it is written. */
class Plant {
  readonly writer = new Writer()

  write(stream: StreamName, event: AnyEvent, minute = 0): number {
    return this.writer.write(stream, event, { minute })
  }

  /** By the last event of this stream: its line of this number. */
  tell(stream: StreamName, lot: LotKey, number = 0): number {
    const cause = this.writer.events.findLast((event) => event.stream === stream)
    const told: AnyEvent = {
      type: "LotConsumed",
      data: { ...lot, order: { plantId: plant, orderId: orderIdOf(stream) }, quantity: kilo("2") }
    }
    const messageId = `${cause?.partition}/${cause?.offset}.${number}/${lotStream(lot)}`
    return this.writer.write(lotStream(lot), told, { messageId, source: "traveler/lots" })
  }

  verify(stream: StreamName, version: number, kind: PostingKind = "goodsMovement"): void {
    const posting = postingKey(stream, version, kind)
    this.write(stream, { type: "PostingVerified", data: { posting, attempt: 1, document: "1" } })
  }

  get next() {
    return Effect.gen({ self: this }, function* () {
      yield* startAnew(this.writer.partitions)
      yield* follow(this.writer, { runners: 2 })
      const rows = yield* nextPostings(10)
      return rows.map(({ key }) => key).sort()
    })
  }
}

const movement = (stream: StreamName, version: number) => postingKey(stream, version, "goodsMovement")

/** The lanes that may go on once these were posted. */
const followers = Effect.gen(function* () {
  yield* createPostingAttemptTable
  const { following } = yield* PostingQueue
  return (posted: ReadonlyArray<PostingKey>) =>
    Effect.map(following({ all: posted, news: posted.slice(-1) }, 10, new Set()), (lanes) =>
      lanes.map((lane) => lane.map(({ key }) => key))
    )
}).pipe(Effect.provide(postingQueue({ name: "sandbox", orders: "each" })))

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("a movement out of stock", (it) => {
  it.effect("is a document of its lines, each with its lot, and none where the ERP itself told of it", () =>
    Effect.gen(function* () {
      const history = new Plant()
      history.write(user, consumes(user, steel, bar))
      history.write(lotStream(steel), {
        type: "LotSplit",
        data: { itemId, lotId: steel.lotId, into: [{ lotId: bar.lotId, quantity: kilo("1") }], ...requested }
      })
      history.write(lotStream(steel), { type: "LotReceived", data: { ...steel, quantity: kilo("5") } })
      yield* history.next
      const [split, issue] = yield* postingsByKey([movement(lotStream(steel), 1), movement(user, 1)])
      const out = { type: "goodsIssue", direction: "out", quantity: kilo("2") }
      expect(issue && documentOf(issue)).toMatchObject({
        orderId: "user",
        movements: [
          { ...out, ...steel },
          { ...out, ...bar }
        ]
      })
      expect(split && documentOf(split)).toMatchObject({
        plant,
        movements: [
          { type: "lotTransfer", direction: "out", ...steel, quantity: kilo("1") },
          { type: "lotTransfer", direction: "in", ...bar, quantity: kilo("1") }
        ]
      })
      expect(yield* postingsByKey([movement(lotStream(steel), 2)])).toEqual([])
    })
  )

  it.effect(
    "waits for the lots of the lines that it has, by their place among all: the ERP takes the others itself",
    () =>
      Effect.gen(function* () {
        const history = new Plant()
        const materials = [line(bar), line(steel)]
        history.write(user, {
          type: "MaterialConsumed",
          data: { orderId: orderIdOf(user), materials, ...requested, backflushed: [0] }
        })
        expect(yield* history.next).toEqual([])
        history.tell(user, bar, 0)
        expect(yield* history.next).toEqual([])
        history.tell(user, steel, 1)
        expect(yield* history.next).toEqual([movement(user, 1)])
      })
  )

  it.effect("doesn't wait for what comes back to its lot in no document, since the ERP has never taken it", () =>
    Effect.gen(function* () {
      const history = new Plant()
      const materials = [line(bar), line(steel)]
      history.write(maker, {
        type: "MaterialReturned",
        data: { orderId: orderIdOf(maker), materials, ...requested, backflushed: [1] }
      })
      const cause = history.writer.events.at(-1)
      const back: AnyEvent = {
        type: "LotReturned",
        data: { ...steel, order: { plantId: plant, orderId: orderIdOf(maker) }, quantity: kilo("2") }
      }
      const messageId = `${cause?.partition}/${cause?.offset}.1/${lotStream(steel)}`
      history.writer.write(lotStream(steel), back, { messageId, source: "traveler/lots", minute: 0 })
      history.write(user, consumes(user, steel), 5)
      history.tell(user, steel)
      expect(yield* history.next).toEqual([movement(maker, 1), movement(user, 1)])
      history.write(order("third"), consumes(order("third"), bar), 5)
      history.tell(order("third"), bar)
      expect(yield* history.next).toEqual([movement(maker, 1), movement(user, 1)])
    })
  )

  it.effect("waits until its lots have heard of it: each of them", () =>
    Effect.gen(function* () {
      const history = new Plant()
      history.write(user, consumes(user, steel, bar))
      expect(yield* history.next).toEqual([])
      history.tell(user, steel, 0)
      expect(yield* history.next).toEqual([])
      const wait = { key: movement(user, 1), blocks: [], receipts: [] }
      expect((yield* lotWaits([movement(user, 1)])).toSorted((a, b) => (a.lot < b.lot ? -1 : 1))).toEqual([
        { ...wait, lot: lotStream(bar), heard: false },
        { ...wait, lot: lotStream(steel), heard: true }
      ])
      history.tell(user, bar, 1)
      expect(yield* history.next).toEqual([movement(user, 1)])
    })
  )

  it.effect("waits until what puts its lot into stock is in the ERP, also where that is withheld", () =>
    Effect.gen(function* () {
      const history = new Plant()
      history.write(maker, produces(maker, steel, "withheld"))
      history.write(user, consumes(user, steel))
      history.tell(user, steel)
      expect(yield* history.next).toEqual([])
      history.write(maker, { type: "PostingsFreed", data: { versions: [1] } })
      expect(yield* history.next).toEqual([movement(maker, 1)])
      expect((yield* postingCounts).get(plant)).toMatchObject({ Requested: 2, held: 1 })
      expect(yield* lotWaits([movement(user, 1)])).toMatchObject([{ receipts: [movement(maker, 1)], blocks: [] }])
      history.verify(maker, 1)
      expect(yield* history.next).toEqual([movement(user, 1)])
    })
  )

  it.effect("doesn't wait for what came into its lot later: two orders that give back wait for nothing", () =>
    Effect.gen(function* () {
      const history = new Plant()
      for (const stream of [maker, user]) {
        history.write(stream, consumes(stream, steel), 10)
        history.tell(stream, steel)
        history.write(stream, returns(stream, steel), 20)
      }
      expect(yield* history.next).toEqual([movement(maker, 1), movement(user, 1)])
      history.write(order("later"), consumes(order("later"), steel), 30)
      history.tell(order("later"), steel)
      expect(yield* history.next).toEqual([movement(maker, 1), movement(user, 1)])
    })
  )

  it.effect("of its own stream's lot waits for other streams' receipts, and follows its own", () =>
    Effect.gen(function* () {
      const history = new Plant()
      const stream = lotStream(steel)
      history.write(stream, received(steel))
      history.write(stream, shipped(steel))
      history.write(maker, produces(maker, steel))
      expect(yield* history.next).toEqual([movement(maker, 1), movement(stream, 1)].sort())
      history.verify(stream, 1)
      expect(yield* history.next).toEqual([movement(maker, 1)])
      history.verify(maker, 1)
      expect(yield* history.next).toEqual([movement(stream, 2)])
    })
  )

  it.effect("goes on once what it waits for was posted, though the view hasn't heard of it", () =>
    Effect.gen(function* () {
      const history = new Plant()
      history.write(maker, produces(maker, steel))
      history.write(user, consumes(user, steel), 10)
      history.tell(user, steel)
      history.write(user, consumes(user, steel), 20)
      history.tell(user, steel)
      history.write(order("other"), consumes(order("other"), bar))
      history.tell(order("other"), bar)
      expect(yield* history.next).toEqual([movement(maker, 1), movement(order("other"), 1)])
      const following = yield* followers
      expect(yield* following([])).toEqual([])
      expect(yield* following([movement(maker, 1)])).toEqual([[movement(user, 1), movement(user, 2)]])
      expect(yield* following([movement(maker, 1), movement(user, 1)])).toEqual([[movement(user, 2)]])
      expect(yield* following([movement(order("other"), 1)])).toEqual([])
    })
  )

  it.effect("goes on after what was posted only where all else lets it", () =>
    Effect.gen(function* () {
      const history = new Plant()
      history.write(maker, produces(maker, steel))
      history.write(order("second maker"), produces(order("second maker"), steel))
      history.write(user, consumes(user, steel), 10)
      history.tell(user, steel)
      yield* history.next
      const following = yield* followers
      expect(yield* following([movement(maker, 1)])).toEqual([])
      history.write(user, consumes(user, bar), 20)
      history.tell(user, bar)
      const accepted = { posting: movement(user, 2), attempt: 1, document: "1" }
      history.write(user, { type: "PostingAccepted", data: accepted })
      yield* history.next
      expect(yield* following([movement(maker, 1), movement(order("second maker"), 1)])).toEqual([])
    })
  )

  it.effect("is taken back once it was posted, though the view hasn't heard of it", () =>
    Effect.gen(function* () {
      const history = new Plant()
      history.write(user, produces(user, bar))
      const orderId = orderIdOf(user)
      const reverses = { messageId: MessageId.make("it") }
      history.write(user, {
        type: "ReportReversed",
        data: { orderId, reverses, reason: "Wrong", version: 1, material: true, ...requested }
      })
      yield* history.next
      const following = yield* followers
      expect(yield* following([movement(user, 1)])).toEqual([[postingKey(user, 2, "reversal")]])
    })
  )

  it.effect("waits while its lot has a breach that it is part of, until that is withdrawn or waived", () =>
    Effect.gen(function* () {
      const breach = { breach: "usedWhileRestricted", extent: fromText("1") }
      const found = (since: number): AnyEvent => ({
        type: "LotBreachFound",
        data: { ...breach, kind: "usedWhileRestricted", since }
      })
      const history = new Plant()
      history.write(user, consumes(user, steel))
      history.write(lotStream(steel), found(history.tell(user, steel)))
      history.write(maker, consumes(maker, bar))
      history.write(lotStream(bar), found(history.tell(maker, bar) + 1))
      expect(yield* history.next).toEqual([movement(maker, 1)])
      expect(yield* lotWaits([movement(user, 1)])).toMatchObject([{ blocks: ["usedWhileRestricted"], receipts: [] }])
      const caseId = CaseId.make("0123456789abcdef0123456789abcdef")
      history.write(lotStream(steel), { type: "LotBreachWaived", data: { ...breach, caseId } })
      expect(yield* history.next).toEqual([movement(maker, 1), movement(user, 1)].sort())
    })
  )

  it.effect("waits while a message of its lot is parked", () =>
    Effect.gen(function* () {
      const history = new Plant()
      const subject = subjectOf("bad")
      history.write(lotStream(steel), { type: "MessageParked", data: { failure, subject } })
      history.write(user, consumes(user, steel))
      history.tell(user, steel)
      expect(yield* history.next).toEqual([])
      const caseId = CaseId.make("0123456789abcdef0123456789abcdef")
      const settled = { message: subject.message, caseId, resolution: "waived" } as const
      history.write(lotStream(steel), { type: "ParkedMessageSettled", data: settled })
      expect(yield* history.next).toEqual([movement(user, 1)])
    })
  )

  it.effect("waits no more once a person has it posted again", () =>
    Effect.gen(function* () {
      const history = new Plant()
      history.write(user, consumes(user, steel))
      const posting = movement(user, 1)
      const why = { class: "BusinessRuleViolation", code: "WAITS_IN_A_CIRCLE", reason: "It waits for itself" }
      history.write(user, { type: "PostingFailed", data: { posting, attempt: 1, ...why } })
      expect(yield* history.next).toEqual([])
      const resubmission = { caseId: CaseId.make("0123456789abcdef0123456789abcdef"), attempt: 1 }
      history.write(user, { type: "PostingRequestedAgain", data: { posting, attempt: 1, resubmission } })
      expect(yield* history.next).toEqual([posting])
    })
  )

  it.effect("is told from others that wait for each other", () =>
    Effect.gen(function* () {
      const history = new Plant()
      for (const [stream, takes, makes] of [
        [maker, bar, steel],
        [user, steel, bar]
      ] as const) {
        history.write(stream, consumes(stream, takes))
        history.tell(stream, takes)
        history.write(stream, produces(stream, makes))
      }
      expect(yield* history.next).toEqual([])
      const waits = yield* waitsOfStreams("each")
      expect(waits.map(({ key, waitsFor }) => [key, waitsFor]).sort()).toEqual(
        [
          [movement(maker, 1), user],
          [movement(user, 1), maker]
        ].sort()
      )
    })
  )
})
