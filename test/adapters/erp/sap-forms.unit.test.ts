// What SAP is sent: numbers, quantities, dates and headers in its forms, and nothing that they can't hold.
import { expect, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { fromText } from "../../../core/plant/decimal.ts"
import { ItemId, LotId, OperationId, OrderId, StorageLocationId } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { type Document, Erp } from "../../../core/port/erp.ts"
import { aPlant } from "../../erp/documents.ts"
import {
  aPreparedPlant,
  component,
  confirmed,
  lastSent,
  line,
  moved,
  orderNumber,
  orderOf,
  posts,
  refusal,
  Sap,
  sapWorld,
  verified
} from "./sap.ts"

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
      const components = [component("000000000000004711", "24.000", { unit: "EA" })]
      const { plant, werks } = yield* aPreparedPlant({ components })
      const { server } = yield* Sap
      const bolts = { plant: werks, material: "000000000000004711", batch: "", storageLocation: "0001" }
      server.books.addStock(bolts, "8.000")
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
      const reporting = (amounts: Document["amounts"] & object) => ({ ...document, amounts })
      const steel = line(plant, "shipment", "out", "STEEL", "1", "L-1")
      const one = (change: Partial<typeof steel>) => moved(plant, 3, [{ ...steel, ...change }])
      const wrong: ReadonlyArray<readonly [Document, string]> = [
        [reporting({ yield: pieces("0.0001") }), "yield"],
        [reporting({ scrap: pieces("12345678901") }), "scrap"],
        [reporting({ rework: pieces("-1") }), "rework"],
        [reporting({ laborTime: pieces("12.3456", "MIN") }), "laborTime"],
        [reporting({ yield: pieces("1"), scrap: pieces("1", "KGM") }), "unit"],
        [reporting({ yield: pieces("1", "furlong") }), "unit"],
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
