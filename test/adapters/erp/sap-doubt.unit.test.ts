// Sessions with SAP, and what is in doubt: lost answers, tokens that end, keys that look alike.
import { expect, layer } from "@effect/vitest"
import { Context, Effect, Layer, Option, Redacted } from "effect"
import { sapErp } from "../../../adapters/erp/sap/client.ts"
import { Erp } from "../../../core/port/erp.ts"
import {
  aPreparedPlant,
  confirmed,
  line,
  moved,
  orderNumber,
  orderOf,
  posts,
  refusal,
  Sap,
  sapWorld,
  soon,
  tokens,
  verified
} from "./sap.ts"
import { SapRefusal } from "./sap-server/refusal.ts"

layer(sapWorld(500), { timeout: "10 seconds", excludeTestServices: true })("SAP: sessions and doubts", (it) => {
  it.effect("one token serves all, and is fetched once more when it has ended, in the middle of a run", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const post = (version: number) => verified(confirmed(plant, "O-1", version, "1"))
      yield* Effect.forEach([2, 3, 4], post)
      expect(yield* tokens).toBe(1)
      server.endSessions()
      yield* Effect.forEach([5, 6, 7, 8], post, { concurrency: 4 })
      expect(yield* tokens).toBe(2)
      expect(server.books.confirmations.length).toBe(7)
      expect(server.sessions()).toBeLessThan(8)
      yield* post(9)
      const before = server.sessions()
      yield* Effect.forEach([10, 11, 12], post)
      expect(server.sessions()).toBe(before)
    })
  )

  it.effect("questions are asked in one session, and in the next one when it has ended", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const question = erp.readBack("4900000001/2026")
      yield* question
      server.endSessions()
      for (const _ of [1, 2, 3, 4, 5]) yield* question
      // The one that the first question finds itself in, and the one that the second begins with a token.
      expect(server.sessions()).toBe(2)
    })
  )

  it.effect("a session that ends between a question and its post is renewed, and the document is posted once", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const before = yield* tokens
      for (const document of [
        confirmed(plant, "O-1", 2),
        moved(plant, 3, [line(plant, "supplierReceipt", "in", "STEEL", "1", "L-9")])
      ]) {
        server.failNext("POST", { kind: "session over" })
        yield* verified(document)
      }
      expect((yield* tokens) - before).toBeLessThanOrEqual(3)
    })
  )

  it.effect("a token that is refused again is technical, and nothing was posted", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const document = confirmed(plant, "O-1", 2)
      server.failNext("POST", { kind: "proxy", status: 403 })
      expect(yield* refusal(document)).toMatchObject({ _tag: "TechnicalFailure", value: "HTTP 403" })
      yield* verified(document)
    })
  )

  it.effect("who isn't let in is technical", () =>
    Effect.gen(function* () {
      const { options } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      for (const wrong of [{ password: Redacted.make("other") }, { client: "200" }]) {
        const erp = Context.get(yield* Layer.build(sapErp({ ...options, ...wrong })), Erp)
        expect((yield* Effect.flip(erp.post(confirmed(plant, "O-1", 2), soon())))._tag).toBe("TechnicalFailure")
        expect((yield* Effect.flip(erp.health))._tag).toBe("TechnicalFailure")
      }
      yield* Effect.flatMap(Erp, ({ health }) => health)
    })
  )

  it.effect("no answer, a 5xx and a page that isn't SAP's leave a doubt, which a search by key ends", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      for (const [index, fault] of (
        [
          { kind: "lost answer" },
          { kind: "failed after it" },
          { kind: "unavailable" },
          { kind: "proxy", status: 404 },
          { kind: "proxy", status: 400 }
        ] as const
      ).entries()) {
        for (const document of [
          confirmed(plant, "O-1", 10 + index, "1"),
          moved(plant, 20 + index, [line(plant, "supplierReceipt", "in", "STEEL", "1", "L-9")])
        ]) {
          server.failNext("POST", fault)
          expect((yield* refusal(document))._tag).toBe("OutcomeUnknown")
          const wasDone = fault.kind === "lost answer" || fault.kind === "failed after it"
          expect(Option.isSome(yield* erp.findByKey(document.key))).toBe(wasDone)
          yield* verified(document)
        }
      }
      expect(server.books.stockOf(server.books.orderOf(orderNumber(plant)).plant)["STEEL/L-9/0001"]).toBe("5.000")
    })
  )

  it.effect("only SAP's own 404 means that there is no document", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      for (const question of [erp.readBack("4900000001/2026"), erp.readBack("0000000001/00000001")]) {
        server.failNext("any", { kind: "proxy", status: 404 })
        expect((yield* Effect.flip(question))._tag).toBe("TechnicalFailure")
        expect(Option.isNone(yield* question)).toBe(true)
      }
    })
  )

  it.effect("what SAP says it has already is adopted; where it doesn't show it, it is in doubt", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const outdated = new SapRefusal(400, "/IWBEP/CM_COS/005", "RequestID is outdated")
      server.failNext("POST", { kind: "refusal", refusal: outdated })
      const document = confirmed(plant, "O-1", 2)
      expect((yield* refusal(document))._tag).toBe("OutcomeUnknown")
      const [first, second] = yield* Effect.all([verified(document), verified(document)], { concurrency: 2 })
      expect(second).toBe(first)
    })
  )

  it.effect("a document that has only the searched part of a key in common is another one", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const document = confirmed(plant, "O-1", 2)
      const goods = moved(plant, 3, [line(plant, "supplierReceipt", "in", "STEEL", "1", "L-9")])
      yield* verified(document)
      yield* verified(goods)
      const { confirmations, documents } = server.books
      const [confirmation, materialDocument] = [confirmations.pop(), documents.pop()]
      if (confirmation === undefined || materialDocument === undefined) throw new Error("Nothing was posted")
      confirmations.push({ ...confirmation, text: "00000000 +0" })
      documents.push({ ...materialDocument, text: "0".repeat(24) })
      expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
      expect(Option.isNone(yield* erp.findByKey(goods.key))).toBe(true)
      confirmations.pop()
      documents.pop()
    })
  )

  it.effect("what is posted without a request id's help is posted once all the same", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      server.knowRequestIds(false)
      const goods = moved(plant, 3, [line(plant, "supplierReceipt", "in", "STEEL", "1", "L-9")])
      server.failNext("POST", { kind: "lost answer" })
      yield* refusal(goods)
      yield* verified(goods)
      server.knowRequestIds(true)
      expect(server.books.stockOf(werks)["STEEL/L-9/0001"]).toBe("1.000")
    })
  )

  it.effect("what somebody cancelled in SAP is not posted, and its key isn't posted again", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const { confirmations, documents } = server.books
      const reported = confirmed(plant, "O-1", 2)
      const received = moved(plant, 3, [line(plant, "supplierReceipt", "in", "STEEL", "1", "L-9")])
      for (const [document, cancel] of [
        [reported, () => Object.assign(confirmations.at(-1) ?? {}, { cancelledBy: confirmations.at(-1) })],
        [received, () => Object.assign(documents.at(-1) ?? {}, { cancelledBy: documents.at(-1) })]
      ] as const) {
        const number = yield* verified(document)
        cancel()
        expect(Option.isNone(yield* erp.readBack(number))).toBe(true)
        expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
        const before = yield* posts
        expect(yield* refusal(document)).toMatchObject({ _tag: "BusinessRuleViolation", value: "CANCELLED" })
        expect(yield* posts).toBe(before)
      }
    })
  )

  it.effect("a list that isn't there is a failure, and not an empty one", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const gone = new SapRefusal(404, "/IWFND/MED/170", "No service found for namespace")
      server.failNext("any", { kind: "refusal", refusal: gone })
      expect(yield* Effect.flip(erp.changes(plant, undefined))).toMatchObject({ _tag: "TechnicalFailure" })
      server.failNext("any", { kind: "refusal", refusal: gone })
      expect(yield* Effect.flip(erp.findByKey(confirmed(plant, "O-1", 2).key))).toMatchObject({
        _tag: "TechnicalFailure"
      })
    })
  )

  it.effect("a confirmation of another plant's order is refused before it is sent", () =>
    Effect.gen(function* () {
      const { plant } = yield* aPreparedPlant()
      const { plant: other } = yield* aPreparedPlant()
      const before = yield* posts
      expect(yield* refusal({ ...confirmed(plant, "O-1", 2), orderId: orderOf(other, "O-1") })).toMatchObject({
        _tag: "DataQualityIssue",
        field: "orderId"
      })
      expect(yield* posts).toBe(before)
    })
  )
})
