// What the views `orders`, `exceptions`, `intake` and `timers` answer.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import type { AnyEvent } from "../../core/event/catalogue.ts"
import { caseStream, lotStream, type StreamName } from "../../core/journal/stream.ts"
import { timerReference } from "../../core/message/timer.ts"
import {
  CaseId,
  ItemId,
  LotId,
  MessageId,
  OperationId,
  OrderId,
  PostingKey,
  Source
} from "../../core/plant/identifiers.ts"
import { LotScope } from "../../core/plant/lot.ts"
import { instant, OccurredAt } from "../../core/plant/time.ts"
import { caseById, listCases } from "../../projections/exceptions/queries.ts"
import { addDuplicates } from "../../projections/intake/duplicates.ts"
import { queueAccount } from "../../projections/intake/queries.ts"
import { orderById, quantitiesOfPlant } from "../../projections/orders/queries.ts"
import { dueTimers } from "../../projections/timers/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { at, failure, order, plant, quantity, subjectOf, Writer, type Written } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

const stream = order("4711/a")
const orderId = OrderId.make("4711/a")
const operation = (id: string) => ({ orderId, operationId: OperationId.make(id) })

type Given = readonly [StreamName, AnyEvent, Written?]

const given = Effect.fnUntraced(function* (...events: ReadonlyArray<Given>) {
  const writer = new Writer()
  for (const [name, event, written] of events) writer.write(name, event, written)
  yield* startAnew(writer.partitions)
  yield* follow(writer)
})

const released: AnyEvent = {
  type: "ProductionOrderReleased",
  data: {
    orderId,
    itemId: ItemId.make("gear"),
    quantity: quantity("100"),
    revision: 1,
    operations: [
      { operationId: OperationId.make("20"), description: "Turning" },
      { operationId: OperationId.make("10"), quantity: quantity("101.50") }
    ]
  }
}
const started = (id: string): AnyEvent => ({ type: "OperationStarted", data: operation(id) })
const confirmed = (id: string, good: string): AnyEvent => ({
  type: "OperationConfirmed",
  data: {
    ...operation(id),
    posting: "requested",
    yield: quantity(good),
    scrap: quantity("1"),
    laborTime: quantity("12.50", "MIN"),
    final: true
  }
})
const reversed = (version: number): AnyEvent => ({
  type: "ReportReversed",
  data: { orderId, posting: "requested", reverses: { messageId: MessageId.make("m") }, reason: "wrong", version }
})

const zeros = { scrap: "0", rework: "0", nonconforming: "0", labor: "0", machine: "0" }

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("views", (it) => {
  describe("orders", () => {
    it.effect("shows an order with its operations in the plan's order, then those that only reports name", () =>
      Effect.gen(function* () {
        yield* given(
          [stream, released],
          [stream, started("20"), { minute: 30 }],
          [stream, started("20"), { minute: 20 }],
          [stream, confirmed("20", "5.5")],
          [stream, confirmed("20", "4.5")],
          [stream, confirmed("05", "1")]
        )
        const found = yield* orderById(plant, orderId)
        expect(found).toMatchObject({
          status: "Running",
          revision: 1,
          item: "gear",
          quantity: "100",
          unit: "EA",
          gap: false
        })
        expect(found?.operations.map((each) => [each.operationId, each.planned, each.final])).toEqual([
          ["20", "100", true],
          ["10", "101.5", false],
          ["05", null, true]
        ])
        expect(found?.operations[0]?.startedAt?.toISOString()).toBe("2026-11-23T06:20:00.000Z")
        expect(found?.operations[0]?.quantities).toEqual([
          { ...zeros, unit: "EA", good: "10", scrap: "2" },
          { ...zeros, unit: "MIN", good: "0", labor: "25" }
        ])
        expect(yield* orderById(plant, OrderId.make("unknown"))).toBeUndefined()
      })
    )

    it.effect("sums what went in and what came out by item; a reversed report no longer counts", () =>
      Effect.gen(function* () {
        const line = (itemId: string, value: string) => ({
          itemId: ItemId.make(itemId),
          quantity: quantity(value, "KGM")
        })
        const consumed: AnyEvent = {
          type: "MaterialConsumed",
          data: { orderId, materials: [line("oil", "5"), line("oil", "0.5"), line("dye", "1")] }
        }
        const coProduct = { ...line("tar", "2"), use: "Co-product Produced" as const }
        yield* given(
          [stream, consumed],
          [stream, consumed],
          [stream, { type: "MaterialReturned", data: { orderId, materials: [line("oil", "1")] } }],
          [stream, { type: "MaterialProduced", data: { orderId, materials: [line("gear", "90"), coProduct] } }],
          [stream, reversed(2)]
        )
        const none = { consumed: "0", returned: "0", produced: "0", coProduced: "0", byProduced: "0", unit: "KGM" }
        const found = yield* orderById(plant, orderId)
        expect(found?.materials).toEqual([
          { ...none, item: "dye", consumed: "1" },
          { ...none, item: "gear", produced: "90" },
          { ...none, item: "oil", consumed: "5.5", returned: "1" },
          { ...none, item: "tar", coProduced: "2" }
        ])
      })
    )

    it.effect("takes a reversed start back to the next one, and a reversed report out of the sums", () =>
      Effect.gen(function* () {
        yield* given(
          [stream, started("20"), { minute: 30 }],
          [stream, started("20"), { minute: 20 }],
          [stream, confirmed("20", "5")],
          [stream, reversed(2)],
          [stream, reversed(3)]
        )
        const found = yield* orderById(plant, orderId)
        expect(found?.operations[0]).toMatchObject({ startedAt: new Date("2026-11-23T06:30:00Z"), final: false })
        expect((yield* quantitiesOfPlant(plant)).map(({ unit, good, labor }) => [unit, good, labor])).toEqual([
          ["EA", "0", "0"],
          ["MIN", "0", "0"]
        ])
      })
    )
  })

  describe("exceptions", () => {
    const id = CaseId.make("ab".repeat(16))
    const opened: AnyEvent = {
      type: "CaseOpened",
      data: { subject: subjectOf("bad"), failure, ownerRole: "steward", waiting: stream }
    }
    const resubmitted: AnyEvent = {
      type: "MessageResubmitted",
      data: {
        reason: "Typing error",
        attempt: 1,
        digest: new Uint8Array(32).fill(255),
        contentType: "application/json",
        subject: subjectOf("bad")
      }
    }
    const reopened: AnyEvent = {
      type: "CaseReopened",
      data: { attempt: 1, failure: { ...failure, reason: "Still wrong" } }
    }
    const closed: AnyEvent = { type: "CaseClosed", data: { resolution: "waived", subject: subjectOf("bad") } }

    it.effect("shows a case with its message, failure and attempts through its life", () =>
      Effect.gen(function* () {
        const name = caseStream(id)
        yield* given([name, opened])
        expect(yield* caseById(id)).toMatchObject({
          state: "open",
          plant,
          waiting: stream,
          field: "quantity",
          nextStep: "Correct it",
          ownerRole: "steward",
          attempts: 0,
          source: "plant-1/mes.events/mes",
          messageId: "bad",
          digest: "00".repeat(32)
        })
        yield* given([name, opened], [name, resubmitted])
        expect(yield* caseById(id)).toMatchObject({ state: "resubmitted", attempts: 1, digest: "ff".repeat(32) })
        yield* given([name, opened], [name, resubmitted], [name, reopened])
        expect(yield* caseById(id)).toMatchObject({ state: "open", attempts: 1, reason: "Still wrong" })
        yield* given([name, opened], [name, { type: "CaseWaived", data: { reason: "Known" } }], [name, closed])
        expect(yield* caseById(id)).toMatchObject({ state: "closed", resolution: "waived", decisionReason: "Known" })
      })
    )

    it.effect("shows a case about a document by the document's key, while it is posted again and after", () =>
      Effect.gen(function* () {
        const name = caseStream(id)
        const posting = PostingKey.make(`${stream}/1/confirmation`)
        const subject = { kind: "posting", posting, stream } as const
        const aboutDocument: AnyEvent = {
          type: "CaseOpened",
          data: { subject, failure, ownerRole: "supervisor", waiting: stream }
        }
        const again: AnyEvent = { type: "PostingResubmitted", data: { reason: "Period is open", attempt: 1, subject } }
        yield* given([name, aboutDocument])
        expect(yield* caseById(id)).toMatchObject({ subject: "posting", posting, plant, breach: null, messageId: null })
        yield* given([name, aboutDocument], [name, again])
        expect(yield* caseById(id)).toMatchObject({ state: "resubmitted", decisionReason: "Period is open" })
        yield* given([name, aboutDocument], [name, again], [name, reopened])
        expect(yield* caseById(id)).toMatchObject({ state: "open", attempts: 1, reason: "Still wrong", posting })
      })
    )

    it.effect("lists cases by plant, state, subject, role, message and waiting stream", () =>
      Effect.gen(function* () {
        const breach = CaseId.make("cd".repeat(16))
        const data = {
          subject: { kind: "breach", breach: "overproduction/10", stream },
          failure,
          ownerRole: "supervisor"
        } as const
        yield* given([caseStream(id), opened], [caseStream(breach), { type: "CaseOpened", data }])
        const listed = (filter: Parameters<typeof listCases>[0]) =>
          Effect.map(listCases(filter, 10), (rows) => rows.map((row) => row.id))
        expect(yield* listed({ plant })).toEqual([id, breach])
        expect(yield* listed({ plant, subject: "breach", state: "open" })).toEqual([breach])
        expect(yield* listed({ ownerRole: "steward" })).toEqual([id])
        expect(yield* listed({ waiting: stream })).toEqual([id])
        expect(yield* listed({ waiting: null })).toEqual([breach])
        expect(yield* listed({ messageId: "bad" })).toEqual([id])
        expect(yield* listed({ state: "closed" })).toEqual([])
      })
    )
  })

  describe("intake", () => {
    it.effect("accounts for every message once: handled, duplicate or parked", () =>
      Effect.gen(function* () {
        const queue = "traveler.in.plant-1"
        yield* given(
          [stream, confirmed("20", "5"), { part: 0 }],
          [stream, { type: "PostingsFreed", data: { versions: [1] } }, { part: 1 }],
          [stream, reversed(1), { part: undefined }],
          [stream, { type: "MessageParked", data: { failure, subject: subjectOf("bad") } }],
          [stream, { type: "DuplicateSuspected", data: { failure, subject: subjectOf("again") } }],
          [stream, confirmed("20", "5"), { queue: "another" }]
        )
        yield* addDuplicates(
          new Map([
            [queue, 2],
            ["another", 1]
          ])
        )
        yield* addDuplicates(new Map([[queue, 3]]))
        expect(yield* queueAccount(queue)).toEqual({ queue, received: 8, handled: 1, duplicates: 6, parked: 1 })
        expect((yield* queueAccount("another")).received).toBe(2)
        expect((yield* queueAccount("unknown")).received).toBe(0)
      })
    )
  })

  describe("timers", () => {
    const posting = PostingKey.make(`${stream}/1/confirmation`)
    const deferred = (until: number, attempt: number): AnyEvent => ({
      type: "PostingDeferred",
      data: { posting, attempt, until, class: "TechnicalFailure", reason: "Down" }
    })
    /** The first of all, however far off it is. */
    const nextDue = Effect.map(dueTimers(Number.MAX_SAFE_INTEGER, 1), ([timer]) => timer?.dueAt)

    it.effect("a directive is overdue after a day, unless what it names comes or nothing but a gap holds it up", () =>
      Effect.gen(function* () {
        const source = Source.make("plant-1/mes.events/mes")
        const reverses = { messageId: MessageId.make("late") }
        const body = { orderId, occurredAt: at(0), reverses, reason: "wrong" }
        const waitsFor = `${source}\nlate`
        const waits: Given = [
          stream,
          { type: "MessageDeferred", data: { type: "ReportReversed", body, waitsFor } },
          { messageId: "r" }
        ]
        yield* given(waits)
        const due = yield* nextDue
        expect(due).toBe(Date.parse("2026-11-24T06:00:00Z"))
        const directive = { source, messageId: MessageId.make("r") }
        expect(yield* dueTimers(due ?? 0, 10)).toMatchObject([
          { stream, version: 1, message: { type: "DirectiveOverdue", body: { directive } } }
        ])
        const overdue: AnyEvent = {
          type: "DirectiveOverdue",
          data: { directive, type: "ReportReversed", waitsFor }
        }
        yield* given(waits, [stream, overdue])
        expect(yield* nextDue).toBeUndefined()
        yield* given(waits, [stream, confirmed("20", "5")], [stream, reversed(2), { messageId: "r", part: undefined }])
        expect(yield* nextDue).toBeUndefined()
        const close: AnyEvent = {
          type: "MessageDeferred",
          data: { type: "ProductionOrderClosed", body: { orderId, occurredAt: at(0) }, waitsFor: "gap" }
        }
        yield* given([stream, close])
        expect(yield* nextDue).toBeUndefined()
      })
    )

    it.effect("a lot's expiry is due at its time, one for each receipt that gives one, until it was told", () =>
      Effect.gen(function* () {
        const lot = { scope: LotScope.make("enterprise"), itemId: ItemId.make("A/B"), lotId: LotId.make("L-1") }
        const name = lotStream(lot)
        const expiresAt = OccurredAt.make("2026-12-01T00:00:00+01:00")
        const received = (expiry?: typeof expiresAt): Given => [
          name,
          {
            type: "LotReceived",
            data: { ...lot, quantity: quantity("1"), ...(expiry === undefined ? {} : { expiresAt: expiry }) }
          }
        ]
        const dueAt = instant(expiresAt)
        yield* given(received(), received(expiresAt), received(expiresAt))
        expect(yield* dueTimers(dueAt - 1, 10)).toEqual([])
        const timers = yield* dueTimers(dueAt, 10)
        const message = { type: "LotExpiryReached", body: { ...lot, expiresAt } }
        expect(timers).toMatchObject([
          { stream: name, version: 2, message },
          { stream: name, version: 3, message }
        ])
        const told = (version: number): Written => timerReference(name, version)
        const expired: AnyEvent = { type: "LotExpired", data: { ...lot, expiresAt } }
        const noted: AnyEvent = { type: "MessageNoted", data: { type: "LotExpiryReached", reason: "Another" } }
        yield* given(received(), received(expiresAt), received(expiresAt), [name, noted, told(2)])
        expect(yield* dueTimers(dueAt, 10)).toMatchObject([{ version: 3 }])
        yield* given(received(), received(expiresAt), [name, expired, told(2)])
        expect(yield* dueTimers(dueAt, 10)).toEqual([])
      })
    )

    it.effect("is due from its time on, is replaced by the next deferral, and goes when the posting does", () =>
      Effect.gen(function* () {
        const asked: Given = [stream, confirmed("20", "5")]
        yield* given(asked, [stream, deferred(1_000, 1)])
        expect(yield* dueTimers(999, 10)).toEqual([])
        expect(yield* dueTimers(1_000, 10)).toMatchObject([
          {
            stream,
            version: 2,
            message: { type: "PostingResumed", body: { posting, attempt: 1 } },
            dueAt: 1_000
          }
        ])
        const resumed: Given = [stream, { type: "PostingResumed", data: { posting, attempt: 1 } }]
        yield* given(asked, [stream, deferred(1_000, 1)], resumed)
        expect(yield* dueTimers(9_999, 10)).toEqual([])
        yield* given(asked, [stream, deferred(1_000, 1)], resumed, [stream, deferred(5_000, 2)])
        expect((yield* dueTimers(9_999, 10)).map(({ dueAt }) => dueAt)).toEqual([5_000])
        const verified: AnyEvent = { type: "PostingVerified", data: { posting, attempt: 2, document: "1" } }
        yield* given(asked, [stream, deferred(1_000, 1)], [stream, verified])
        expect(yield* dueTimers(9_999, 10)).toEqual([])
      })
    )
  })
})
