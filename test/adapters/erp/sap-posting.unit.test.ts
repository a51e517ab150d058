// What SAP's adapter sends, and what it makes of what SAP holds: forms, sessions, goods, cancellations, doubts.
import { expect, layer } from "@effect/vitest"
import { Context, Effect, Layer, Option, Redacted } from "effect"
import { sapErp } from "../../../adapters/erp/sap/client.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, StorageLocationId } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { type Document, Erp, type MovementType } from "../../../core/port/erp.ts"
import { aPlant, reversal } from "../../erp/documents.ts"
import { aPreparedPlant, confirmed, line, moved, orderNumber, orderOf, Sap, sapWorld, soon } from "./sap.ts"
import type { Component } from "./sap-server/books.ts"
import { SapRefusal } from "./sap-server/refusal.ts"

/** The last body that was sent to where this path ends. */
const lastSent = (end: string) =>
  Effect.map(Sap, ({ server }): Readonly<Record<string, unknown>> => {
    const request = server.requests.findLast(({ method, path }) => method === "POST" && path.endsWith(end))
    return request === undefined || request.body === "" ? {} : JSON.parse(request.body)
  })

const counted = (isMeant: (request: { method: string; headers: NodeJS.Dict<string | string[]> }) => boolean) =>
  Effect.map(Sap, ({ server }) => server.requests.filter(isMeant).length)

const posts = counted(({ method }) => method === "POST")
const tokens = counted(({ headers }) => headers["x-csrf-token"] === "Fetch")

/** It is posted, and reads back as it was sent. */
const verified = Effect.fnUntraced(function* (document: Document) {
  const erp = yield* Erp
  const number = yield* erp.post(document, soon())
  expect(Option.getOrThrow(yield* erp.readBack(number)).content).toEqual(erp.capabilities.inItsWords(document))
  return number
})

const refusal = (document: Document) => Effect.flatMap(Erp, (erp) => Effect.flip(erp.post(document, soon())))

const component = (material: string, quantity: string, more: Partial<Component> = {}): Component => ({
  item: "0001",
  material,
  operation: "0010",
  quantity,
  unit: "KG",
  backflush: false,
  ...more
})

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })("SAP: what is sent", (it) => {
  it.effect("a confirmation, in SAP's forms", () =>
    Effect.gen(function* () {
      const { plant } = yield* aPreparedPlant()
      const document = { ...confirmed(plant, "O-1", 2), operationId: OperationId.make("10"), final: true }
      const number = yield* verified({
        ...document,
        amounts: { ...document.amounts, machineTime: { value: fromText("12.5"), unit: Unit.make("MIN") } }
      })
      expect(number).toMatch(/^\d{10}\/\d{8}$/)
      expect(yield* lastSent("/ProdnOrdConf2")).toEqual({
        OrderID: orderNumber(plant),
        Sequence: "0",
        OrderOperation: "0010",
        PostingDate: `/Date(${Date.UTC(2026, 10, 23)})/`,
        ExternalSystemConfirmation: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
        ConfirmationText: expect.stringMatching(/^[0-9a-f]{8} \+0$/),
        IsFinalConfirmation: true,
        FinalConfirmationType: "X",
        ConfirmationUnit: "EA",
        ConfirmationYieldQuantity: "10.000",
        ConfirmationScrapQuantity: "0.125",
        ConfirmationReworkQuantity: "0.000",
        VarianceReasonCode: "0001",
        OpConfirmedWorkQuantity2: "12.500",
        OpWorkQuantityUnit2: "MIN",
        OpConfirmedWorkQuantity3: "12.500",
        OpWorkQuantityUnit3: "MIN",
        APIConfHasNoGoodsMovements: false
      })
    })
  )

  it.effect("client, language, token, cookie and a RequestID that is the same for the same key", () =>
    Effect.gen(function* () {
      const { plant } = yield* aPreparedPlant()
      const { server } = yield* Sap
      const document = confirmed(plant, "O-1", 2)
      server.failNext("POST", { kind: "unavailable" })
      expect((yield* refusal(document))._tag).toBe("OutcomeUnknown")
      yield* verified(document)
      const [first, second] = server.requests.filter(({ method }) => method === "POST").slice(-2)
      expect(first?.headers).toMatchObject({
        "sap-client": "100",
        "accept-language": "en",
        cookie: expect.stringContaining("SAP_SESSIONID"),
        requestid: expect.stringMatching(/^[0-9A-F]{32}$/),
        repeatabilitycreation: expect.any(String)
      })
      expect(second?.headers.requestid).toBe(first?.headers.requestid)
    })
  )

  it.effect("numbers with their zeros: eighteen of a material, twelve of an order, none in Traveler", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { plant } = yield* aPreparedPlant({
        components: [component("000000000000004711", "24.000", { unit: "EA" })]
      })
      const { server } = yield* Sap
      const werks = erp.capabilities.inItsWords(moved(plant, 9, [])).plant
      expect(werks).toBe(plant)
      server.books.addStock(
        {
          plant: server.books.orderOf(orderNumber(plant)).plant,
          material: "000000000000004711",
          batch: "",
          storageLocation: "0001"
        },
        "8.000"
      )
      const document = moved(plant, 2, [line(plant, "goodsIssue", "out", "04711", "3")], "of its order")
      const number = yield* verified({ ...document, orderId: OrderId.make(`000${document.orderId}`) })
      const held = Option.getOrThrow(yield* erp.readBack(number)).content
      expect(held.orderId).toBe(orderOf(plant, "O-1"))
      expect(held.movements).toMatchObject([{ itemId: "4711", storageLocation: "0001" }])
      expect(yield* lastSent("/A_MaterialDocumentHeader")).toEqual({
        DocumentDate: `/Date(${Date.UTC(2026, 10, 23)})/`,
        PostingDate: `/Date(${Date.UTC(2026, 10, 23)})/`,
        ReferenceDocument: expect.stringMatching(/^[0-9A-F]{16}$/),
        MaterialDocumentHeaderText: expect.stringMatching(/^[0-9a-f]{24}$/),
        GoodsMovementCode: "03",
        to_MaterialDocumentItem: {
          results: [
            {
              Material: "000000000000004711",
              Plant: expect.stringMatching(/^T\w{3}$/),
              StorageLocation: "0001",
              GoodsMovementType: "261",
              EntryUnit: "EA",
              QuantityInEntryUnit: "3.000",
              ManufacturingOrder: orderNumber(plant),
              Reservation: expect.stringMatching(/^\d{10}$/),
              ReservationItem: "0001"
            }
          ]
        }
      })
    })
  )

  it.effect("no quantity that would have to be rounded, nor anything else that SAP's fields can't hold", () =>
    Effect.gen(function* () {
      const { plant } = yield* aPreparedPlant()
      const { plant: other } = yield* aPreparedPlant()
      const before = yield* posts
      const document = confirmed(plant, "O-1", 2)
      const pieces = (value: string, unit = "EA") => ({ value: fromText(value), unit: Unit.make(unit) })
      const with_ = (amounts: Document["amounts"] & object) => ({ ...document, amounts })
      const steel = line(plant, "shipment", "out", "STEEL", "1", "L-1")
      const one = (change: Partial<typeof steel>) => moved(plant, 3, [{ ...steel, ...change }])
      const wrong: ReadonlyArray<readonly [Document, string]> = [
        [with_({ yield: pieces("0.0001") }), "yield"],
        [with_({ scrap: pieces("12345678901") }), "scrap"],
        [with_({ rework: pieces("-1") }), "rework"],
        [with_({ laborTime: pieces("12.3456", "MIN") }), "laborTime"],
        [with_({ yield: pieces("1"), scrap: pieces("1", "KGM") }), "unit"],
        [with_({ yield: pieces("1", "furlong") }), "unit"],
        [{ ...document, orderId: OrderId.make("1234567890123") }, "orderId"],
        [{ ...document, orderId: OrderId.make("small") }, "orderId"],
        [{ ...document, operationId: OperationId.make("12345") }, "operationId"],
        [one({ itemId: ItemId.make("x") }), "itemId"],
        [one({ itemId: ItemId.make("1234567890123456789") }), "itemId"],
        [one({ lotId: LotId.make("12345678901") }), "lotId"],
        [one({ storageLocation: StorageLocationId.make("HIGH-RACK") }), "storageLocation"],
        [one({ scope: LotScope.make("supplier/ACME") }), "scope"],
        [one({ scope: LotScope.make(`plant/${other}`) }), "scope"],
        [one({ direction: "in" }), "movements"],
        [moved(plant, 3, []), "movements"],
        [moved(plant, 3, [line(plant, "goodsIssue", "out", "STEEL", "1", "L-1")]), "orderId"],
        [
          {
            ...moved(plant, 3, [line(plant, "goodsIssue", "out", "STEEL", "1", "L-1")]),
            orderId: orderOf(other, "O-1")
          },
          "orderId"
        ],
        [moved(aPlant(), 3, [steel]), "plant"]
      ]
      for (const [wronged, field] of wrong) {
        expect(yield* refusal(wronged)).toMatchObject({ _tag: "DataQualityIssue", field })
      }
      expect(yield* posts).toBe(before)
    })
  )

  it.effect("a confirmation of nothing but that it was the last", () =>
    Effect.gen(function* () {
      const { plant } = yield* aPreparedPlant()
      const { amounts: _, ...document } = { ...confirmed(plant, "O-1", 2), final: true }
      yield* verified(document)
      yield* verified({ ...document, key: confirmed(plant, "O-1", 3).key, amounts: {} })
    })
  )

  it.effect("nothing that SAP has no words for, and all else", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { plant } = yield* aPreparedPlant()
      const document = confirmed(plant, "O-1", 2)
      const number = yield* verified({
        ...document,
        amounts: {
          ...document.amounts,
          nonconforming: { value: fromText("2"), unit: Unit.make("EA") },
          scrapReason: "was dropped"
        }
      })
      const { amounts } = Option.getOrThrow(yield* erp.readBack(number)).content
      expect(Object.keys(amounts ?? {}).toSorted()).toEqual(["laborTime", "scrap", "yield"])
    })
  )
})

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
})

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })("SAP: goods", (it) => {
  it.effect("each sort of movement by its type, and back again", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const erp = yield* Erp
      const { plant, werks } = yield* aPreparedPlant({
        coProducts: ["OIL"],
        components: [component("STEEL", "24.000")]
      })
      const steel = (type: MovementType, direction: "in" | "out", value: string, lot = "L-1") =>
        line(plant, type, direction, "STEEL", value, lot)
      const sorts: ReadonlyArray<
        readonly [types: string, back: string, left: string, document: (version: number) => Document]
      > = [
        ["261", "262", "98.500", (version) => moved(plant, version, [steel("goodsIssue", "out", "2")], "of its order")],
        [
          "262",
          "261",
          "102.500",
          (version) => moved(plant, version, [steel("goodsReturn", "in", "2")], "of its order")
        ],
        [
          "101",
          "102",
          "100.500",
          (version) => moved(plant, version, [line(plant, "productReceipt", "in", "PUMP", "3", "P-1")], "of its order")
        ],
        [
          "101",
          "102",
          "100.500",
          (version) => moved(plant, version, [line(plant, "coProductReceipt", "in", "OIL", "3")], "of its order")
        ],
        [
          "531",
          "532",
          "101.500",
          (version) => moved(plant, version, [steel("byProductReceipt", "in", "1")], "of its order")
        ],
        ["501", "502", "110.501", (version) => moved(plant, version, [steel("supplierReceipt", "in", "10.001")])],
        ["601", "602", "90.500", (version) => moved(plant, version, [steel("shipment", "out", "10")])],
        ["651", "652", "110.500", (version) => moved(plant, version, [steel("customerReturn", "in", "10")])],
        ["551", "552", "100.000", (version) => moved(plant, version, [steel("scrapping", "out", "0.5")])],
        ["333", "334", "99.500", (version) => moved(plant, version, [steel("sampling", "out", "1")])],
        ["701", "702", "100.501", (version) => moved(plant, version, [steel("adjustment", "in", "0.001")])],
        ["702", "701", "100.499", (version) => moved(plant, version, [steel("adjustment", "out", "0.001")])],
        [
          "309",
          "310",
          "60.500",
          (version) =>
            moved(plant, version, [steel("lotTransfer", "out", "40"), steel("lotTransfer", "in", "40", "L-1/1")])
        ]
      ]
      const types = () => new Set(server.books.documents.at(-1)?.items.map(({ type }) => type))
      for (const [index, [type, back, left, document]] of sorts.entries()) {
        const sent = document(10 + index)
        yield* verified(sent)
        expect([type, types()]).toEqual([type, new Set([type])])
        expect([type, server.books.stockOf(werks)["STEEL/L-1/0001"]]).toEqual([type, left])
        const cancelled = reversal(sent, 50 + index)
        yield* verified(cancelled)
        expect([back, types()]).toEqual([back, new Set([back])])
        expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "100.500" })
        expect(Option.getOrThrow(yield* erp.findByKey(cancelled.key, sent.key)).content.kind).toBe("reversal")
      }
    })
  )

  it.effect("a move between storage locations, a split and a merge, each pair in one line of SAP's", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const at = (location: string, of: ReturnType<typeof line>) => ({
        ...of,
        storageLocation: StorageLocationId.make(location)
      })
      const steel = (type: MovementType, direction: "in" | "out", value: string, lot: string) =>
        line(plant, type, direction, "STEEL", value, lot)
      yield* verified(
        moved(plant, 2, [
          at("0001", steel("locationTransfer", "out", "20", "L-1")),
          at("0002", steel("locationTransfer", "in", "20", "L-1"))
        ])
      )
      expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "80.500", "STEEL/L-1/0002": "20.000" })
      const split = [
        steel("lotTransfer", "out", "30", "L-1"),
        steel("lotTransfer", "out", "10.5", "L-1"),
        steel("lotTransfer", "in", "30", "L-1A"),
        steel("lotTransfer", "in", "10.5", "L-1B")
      ]
      const number = yield* verified(moved(plant, 3, split))
      const held = Option.getOrThrow(yield* Effect.flatMap(Erp, (erp) => erp.readBack(number)))
      expect(held.content.movements?.map(({ lotId }) => lotId)).toEqual(["L-1", "L-1A", "L-1", "L-1B"])
      const merged = [
        steel("lotTransfer", "out", "30", "L-1A"),
        steel("lotTransfer", "out", "10.5", "L-1B"),
        steel("lotTransfer", "in", "30", "L-2"),
        steel("lotTransfer", "in", "10.5", "L-2")
      ]
      yield* verified(moved(plant, 4, merged))
      expect(server.books.stockOf(werks)).toEqual({
        "STEEL/L-1/0001": "40.000",
        "STEEL/L-1/0002": "20.000",
        "STEEL/L-2/0001": "40.500"
      })
      const uneven = [steel("lotTransfer", "out", "30", "L-1"), steel("lotTransfer", "in", "29", "L-3")]
      expect(yield* refusal(moved(plant, 5, uneven))).toMatchObject({ _tag: "DataQualityIssue", field: "movements" })
    })
  )

  it.effect("all lines of a document, or none", () =>
    Effect.gen(function* () {
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const lines = [
        line(plant, "goodsIssue", "out", "STEEL", "1", "L-1"),
        line(plant, "goodsIssue", "out", "STEEL", "100", "L-1")
      ]
      expect(yield* refusal(moved(plant, 2, lines, "of its order"))).toMatchObject({
        _tag: "BusinessRuleViolation",
        value: "M7/021"
      })
      const missing = [line(plant, "goodsIssue", "out", "STEEL", "1", "L-7")]
      expect(yield* refusal(moved(plant, 3, missing, "of its order"))).toMatchObject({
        _tag: "DataQualityIssue",
        reason: expect.stringContaining("does not exist")
      })
      expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "100.500" })
    })
  )

  it.effect("the order's item and reservation that are meant, and what it doesn't make is refused", () =>
    Effect.gen(function* () {
      const { plant } = yield* aPreparedPlant({
        coProducts: ["OIL"],
        components: [component("STEEL", "24.000"), component("STEEL", "12.000", { item: "0002", operation: "0020" })]
      })
      const steel = moved(plant, 2, [line(plant, "goodsIssue", "out", "STEEL", "1", "L-1")], "of its order")
      const sentItem = Effect.map(lastSent("/A_MaterialDocumentHeader"), (sent) => JSON.stringify(sent))
      yield* verified({ ...steel, operationId: OperationId.make("0020") })
      expect(yield* sentItem).toContain('"ReservationItem":"0002"')
      yield* verified({ ...steel, key: moved(plant, 3, []).key })
      expect(yield* sentItem).not.toContain("Reservation")
      yield* verified(moved(plant, 4, [line(plant, "coProductReceipt", "in", "OIL", "1")], "of its order"))
      expect(yield* sentItem).toContain('"ManufacturingOrderItem":"0002"')
      for (const [type, item] of [
        ["productReceipt", "OIL"],
        ["coProductReceipt", "PUMP"],
        ["productReceipt", "STEEL"]
      ] as const) {
        const wrong = moved(
          plant,
          5,
          [line(plant, type, "in", item, "1", item === "OIL" ? undefined : "X-1")],
          "of its order"
        )
        expect(yield* refusal(wrong)).toMatchObject({ _tag: "DataQualityIssue", field: "itemId" })
      }
      const mixed = [
        line(plant, "productReceipt", "in", "PUMP", "1", "P-1"),
        line(plant, "byProductReceipt", "in", "OIL", "1")
      ]
      expect(yield* refusal(moved(plant, 6, mixed, "of its order"))).toMatchObject({ field: "movements" })
    })
  )

  it.effect("a cancellation whose answer is lost is found by what it cancels, and once more says the same", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant, werks } = yield* aPreparedPlant()
      const received = moved(plant, 2, [line(plant, "supplierReceipt", "in", "STEEL", "5", "L-9")])
      const confirmation = confirmed(plant, "O-1", 3)
      for (const document of [received, confirmation]) {
        yield* verified(document)
        const back = reversal(document, 4)
        expect(Option.isNone(yield* erp.findByKey(back.key, document.key))).toBe(true)
        server.failNext("POST", { kind: "lost answer" })
        expect((yield* refusal(back))._tag).toBe("OutcomeUnknown")
        const found = Option.getOrThrow(yield* erp.findByKey(back.key, document.key))
        expect(found.content).toEqual(erp.capabilities.inItsWords(back))
        expect(yield* erp.post(back, soon())).toBe(found.document)
      }
      expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "100.500" })
      // Somebody else's reversal, or one of ours where SAP keeps no RequestIDs.
      expect(yield* refusal(reversal(received, 7))).toMatchObject({ _tag: "BusinessRuleViolation" })
      server.knowRequestIds(false)
      expect(yield* refusal(reversal(received, 4))).toMatchObject({
        _tag: "BusinessRuleViolation",
        reason: expect.stringContaining("already been cancelled")
      })
      server.knowRequestIds(true)
    })
  )
})

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })(
  "SAP: confirmations with goods, and COGI",
  (it) => {
    const withGoods = (plant: Parameters<typeof line>[0], version: number) => ({
      ...confirmed(plant, "O-1", version),
      movements: [
        line(plant, "goodsIssue", "out", "STEEL", "2.5", "L-1"),
        line(plant, "productReceipt", "in", "PUMP", "10", "P-1")
      ]
    })

    it.effect("posts both as one, reads both back, and cancels both", () =>
      Effect.gen(function* () {
        const { server } = yield* Sap
        const { plant, werks } = yield* aPreparedPlant({ components: [component("STEEL", "24.000")] })
        const document = withGoods(plant, 2)
        yield* verified(document)
        expect(server.books.stockOf(werks)).toEqual({ "PUMP/P-1/0001": "10.000", "STEEL/L-1/0001": "98.000" })
        yield* verified(reversal(document, 3))
        expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "100.500" })
        const tooMuch = { ...withGoods(plant, 4), movements: [line(plant, "goodsIssue", "out", "STEEL", "101", "L-1")] }
        expect(yield* refusal(tooMuch)).toMatchObject({ value: "M7/021" })
        expect(server.books.confirmations.filter(({ order }) => order.plant === werks).length).toBe(2)
      })
    )

    it.effect("is accepted and not verified while one of its goods movements waits in COGI", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { server } = yield* Sap
        const { plant, werks } = yield* aPreparedPlant()
        const document = withGoods(plant, 2)
        server.books.failing.add("STEEL")
        const number = yield* erp.post(document, soon())
        server.books.failing.clear()
        expect(Option.isNone(yield* erp.readBack(number))).toBe(true)
        // Never a second one, however often it is asked for.
        expect(yield* erp.post(document, soon())).toBe(number)
        expect(Option.isNone(yield* erp.findByKey(document.key))).toBe(true)
        const [waiting] = server.books.failedGoods()
        if (waiting === undefined) throw new Error("Nothing waits in COGI")
        server.repair(waiting)
        const held = Option.getOrThrow(yield* erp.readBack(number))
        expect(held.content).toEqual(erp.capabilities.inItsWords(document))
        expect(server.books.stockOf(werks)).toEqual({ "PUMP/P-1/0001": "10.000", "STEEL/L-1/0001": "98.000" })
      })
    )

    it.effect("so is one whose backflush failed; what SAP takes by itself is in no document", () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { server } = yield* Sap
        const backflush = [component("STEEL", "24.000", { backflush: true, batch: "L-1" })]
        const { plant, werks } = yield* aPreparedPlant({ components: backflush })
        yield* verified(confirmed(plant, "O-1", 2, "6"))
        expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "88.500" })
        yield* verified({ ...confirmed(plant, "O-1", 3, "6"), operationId: OperationId.make("0020") })
        const document = confirmed(plant, "O-1", 4, "60")
        const number = yield* erp.post(document, soon())
        expect(Option.isNone(yield* erp.readBack(number))).toBe(true)
        server.books.addStock({ plant: werks, material: "STEEL", batch: "L-1", storageLocation: "0001" }, "200.000")
        const [waiting] = server.books.failedGoods()
        if (waiting === undefined) throw new Error("Nothing waits in COGI")
        server.repair(waiting)
        const held = Option.getOrThrow(yield* erp.readBack(number))
        expect(held.content).toEqual(erp.capabilities.inItsWords(document))
      })
    )

    it.effect("moves nothing by itself where the plant says so", () =>
      Effect.gen(function* () {
        const { server } = yield* Sap
        const backflush = [component("STEEL", "24.000", { backflush: true, batch: "L-1" })]
        const { plant, werks } = yield* aPreparedPlant({ components: backflush }, { backflush: false })
        yield* verified(confirmed(plant, "O-1", 2, "6"))
        expect(yield* lastSent("/ProdnOrdConf2")).toMatchObject({ APIConfHasNoGoodsMovements: true })
        expect(server.books.stockOf(werks)).toEqual({ "STEEL/L-1/0001": "100.500" })
      })
    )

    it.effect("reads numbers without their zeros, too", () =>
      Effect.gen(function* () {
        const { server } = yield* Sap
        const components = [
          component("STEEL", "24.000", { backflush: true, batch: "L-1" }),
          component("000000000000004711", "12.000", { item: "0002", unit: "EA" })
        ]
        const { plant, werks } = yield* aPreparedPlant({ components, coProducts: ["OIL"] })
        const bolts = { plant: werks, material: "000000000000004711", batch: "", storageLocation: "0001" }
        server.books.addStock(bolts, "8.000")
        server.showZeros(false)
        const taken = moved(plant, 2, [line(plant, "goodsIssue", "out", "4711", "3")], "of its order")
        const made = moved(plant, 3, [line(plant, "coProductReceipt", "in", "OIL", "1")], "of its order")
        const documents = [taken, made, confirmed(plant, "O-1", 4, "6")]
        for (const document of documents) yield* verified(document)
        for (const [index, document] of documents.entries()) yield* verified(reversal(document, 10 + index))
        server.showZeros(true)
        expect(server.books.stockOf(werks)).toEqual({
          "000000000000004711//0001": "8.000",
          "STEEL/L-1/0001": "100.500"
        })
      })
    )
  }
)
