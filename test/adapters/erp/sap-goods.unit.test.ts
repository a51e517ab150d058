// Goods movements in SAP: each sort by its type and back again, and what it is booked on.
import { expect, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { OperationId, StorageLocationId } from "../../../core/plant/identifiers.ts"
import { type Document, Erp, type MovementType } from "../../../core/port/erp.ts"
import { reversal } from "../../erp/documents.ts"
import {
  aPreparedPlant,
  component,
  confirmed,
  lastSent,
  line,
  moved,
  refusal,
  Sap,
  sapWorld,
  soon,
  verified
} from "./sap.ts"

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
