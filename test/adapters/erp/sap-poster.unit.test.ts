// What the poster makes of SAP: goods that wait in COGI, a cancellation whose answer is lost, an order that somebody has open.
import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { sending } from "../../../adapters/erp/poster-send.ts"
import { usualTiming } from "../../../adapters/erp/poster-timing.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { type Document, Erp } from "../../../core/port/erp.ts"
import { reversal } from "../../erp/documents.ts"
import { endpoint, postingOf } from "./alone.ts"
import { aPreparedPlant, confirmed, line, moved, orderNumber, orderOf, Sap, sapWorld, soon } from "./sap.ts"

const posted = (document: Document) => postingOf(orderStream(document.plant, orderOf(document.plant, "O-1")), document)

const claimOf = (document: Document, number: string | null) => ({
  key: document.key,
  attempt: 1,
  document: number,
  asked: 5,
  age: 1_000
})

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })("the poster with SAP", (it) => {
  it.effect("accepts what waits in COGI, and verifies it once it is repaired there", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { ask, send } = sending(yield* Erp, endpoint, usualTiming)
      const { plant } = yield* aPreparedPlant()
      const document = {
        ...confirmed(plant, "O-1", 2),
        movements: [
          line(plant, "goodsIssue", "out", "STEEL", "2.5", "L-1"),
          line(plant, "productReceipt", "in", "PUMP", "10", "P-1")
        ]
      }
      server.books.failing.add("STEEL")
      const outcome = yield* send(posted(document), 1, soon())
      server.books.failing.clear()
      if (outcome.type !== "PostingAccepted") throw new Error(`It is ${outcome.type}`)
      const question = ask(posted(document), claimOf(document, outcome.document))
      expect(yield* question).toEqual(outcome)
      for (const confirmation of server.books.failedGoods()) server.repair(confirmation)
      expect(yield* question).toEqual({ type: "PostingVerified", document: outcome.document })
    })
  )

  it.effect("finds a cancellation whose answer was lost by what it takes back", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { ask, send } = sending(yield* Erp, endpoint, usualTiming)
      const { plant } = yield* aPreparedPlant()
      const received = moved(plant, 2, [line(plant, "supplierReceipt", "in", "STEEL", "5", "L-9")])
      expect(yield* send(posted(received), 1, soon())).toMatchObject({ type: "PostingVerified" })
      const back = reversal(received, 3)
      server.failNext("POST", { kind: "lost answer" })
      expect(yield* send(posted(back), 1, soon())).toMatchObject({ type: "PostingInDoubt" })
      expect(yield* ask(posted(back), claimOf(back, null))).toMatchObject({ type: "PostingVerified" })
    })
  )

  it.effect("defers while somebody has the order open, and asks a person about a closed period", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { send } = sending(yield* Erp, endpoint, usualTiming)
      const { plant, werks } = yield* aPreparedPlant({ lockedBy: "PLANNER" })
      const posting = posted(confirmed(plant, "O-1", 2))
      expect(yield* send(posting, 1, soon())).toMatchObject({ type: "PostingDeferred" })
      server.books.changeOrder(orderNumber(plant), (order) => {
        order.lockedBy = undefined
      })
      server.books.closePeriod(werks, "2026-11-30")
      expect(yield* send(posting, 2, soon())).toMatchObject({ type: "PostingFailed", code: "M7/053" })
      server.books.openPeriods(werks)
      expect(yield* send(posting, 3, soon())).toMatchObject({ type: "PostingVerified" })
    })
  )

  it.effect("posts in the next month that SAP says is open, where that is the plant's policy", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const { send } = sending(yield* Erp, endpoint, usualTiming, { closedPeriod: "nextOpenPeriod" })
      const document = { ...confirmed(plant, "O-1", 2), postingDate: "2026-09-30" }
      server.books.closePeriod(werks, "2026-10-31")
      const refused = send(posted(document), 1, soon())
      const at = yield* Effect.provide(
        Effect.andThen(TestClock.setTime(Date.parse("2026-11-23T12:00:00Z")), refused),
        TestClock.layer()
      )
      expect(at).toMatchObject({ type: "PostingDateMoved", from: "2026-09-30", to: "2026-11-01" })
      const moved = { ...document, postingDate: "2026-11-01" }
      expect(yield* send(posted(moved), 2, soon())).toMatchObject({ type: "PostingVerified" })
      expect(server.books.confirmations.filter(({ order }) => order.plant === werks).length).toBe(1)
    })
  )
})
