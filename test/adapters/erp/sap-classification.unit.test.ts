// Each row of the reference's table of errors that SAP can say: what it says, over the wire, and which failure it becomes.
import { describe, expect, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { classify, obstacleOf, rowOf } from "../../../adapters/erp/sap/classification.ts"
import { Erp } from "../../../core/port/erp.ts"
import { aPreparedPlant, confirmed, orderNumber, Sap, sapWorld, soon } from "./sap.ts"
import { SapRefusal } from "./sap-server/refusal.ts"

type Tag = "TechnicalFailure" | "BusinessRuleViolation" | "DataQualityIssue"
const [technical, business, data]: ReadonlyArray<Tag> = [
  "TechnicalFailure",
  "BusinessRuleViolation",
  "DataQualityIssue"
]

type Row = readonly [row: number, tag: Tag | undefined, status: number, code: string, text: string]

const rows: ReadonlyArray<Row> = [
  [1, technical, 429, "", "Too many requests"],
  [2, technical, 423, "M3/024", "Order 000001000020 is already being processed by user PLANNER"],
  [2, technical, 400, "M3/024", "The material STEEL is being processed by user MILLER"],
  [2, technical, 412, "/IWFND/CM_MGW/412", "Precondition failed"],
  [3, technical, 403, "/IWFND/CM_CONSUMER/101", "Service isn't there for you"],
  [4, technical, 400, "M7/120", "You have no authorization for this transaction with movement type 261"],
  [5, business, 400, "M7/053", "Posting only possible in periods 2026/12 and 2026/11 in company code 1010"],
  [7, business, 400, "M7/021", "Deficit of SL Unrestricted-use 5.000 KG : STEEL 1010 0001 L-1"],
  [8, business, 400, "BS/007", "System status TECO is active (ORD 000001000020)"],
  [8, business, 400, "CO/001", "Order 1000020 is not released"],
  [9, business, 400, "RU/102", "Operation 0010 is already finally confirmed"],
  [9, business, 400, "RU/110", "A preceding operation is not confirmed"],
  [10, business, 400, "RU/120", "Overdelivery tolerance of operation 0010 is exceeded"],
  [11, business, 400, "M7/130", "Batch L-1 of material STEEL is restricted"],
  [11, business, 400, "M7/131", "The shelf life of batch L-1 has expired"],
  [12, business, 400, "M7/140", "Storage location 0001 is blocked for physical inventory"],
  [13, data, 400, "BM/303", "The conversion of unit of measure EA to KG is missing"],
  [14, data, 400, "M7/018", "Enter Batch"],
  [14, data, 400, "M7/017", "Enter storage location"],
  [15, data, 404, "/IWBEP/CM_MGW_RT/020", "Resource not found"],
  [15, data, 400, "M3/305", "Material STEEL does not exist in plant 1010"],
  [16, data, 400, "M7/042", "Batch L-7 of material STEEL does not exist in plant 1010"],
  [16, data, 400, "M7/043", "Enter the expiration date for batch L-7"],
  [17, data, 400, "/IWBEP/CM_MGW_RT/176", "Property QuantityInEntryUnit has an invalid value"],
  [18, data, 400, "SY/530", "Movement type ZZZ is not allowed here"],
  [20, data, 400, "M8/147", "Account determination for entry INT GBB not possible"],
  [21, business, 400, "BS/007", "System status LKD is active (ORD 000001000020)"],
  [0, business, 400, "ZZ/001", "Ask Mr. Miller first"],
  [0, business, 400, "ZZ/002", "No further information"]
]

layer(sapWorld(), { timeout: "10 seconds", excludeTestServices: true })("what SAP refuses", (it) => {
  for (const [row, tag, status, code, text] of rows) {
    it.effect(`row ${row}: ${status} ${code}: ${text}`, () =>
      Effect.gen(function* () {
        const erp = yield* Erp
        const { server } = yield* Sap
        const { plant } = yield* aPreparedPlant()
        const document = confirmed(plant, "O-1", 2)
        server.failNext("POST", { kind: "refusal", refusal: new SapRefusal(status, code, text) })
        const failure = yield* Effect.flip(erp.post(document, soon()))
        expect(failure).toMatchObject({ _tag: tag, value: code === "" ? `HTTP ${status}` : code, reason: text })
        expect(rowOf({ status, messages: [{ code, text, field: undefined }] })).toBe(row)
        // Nothing was posted, and it may be once more.
        yield* erp.post(document, soon())
      })
    )
  }

  it.effect("the message that says most decides, wherever in the answer it stands; a warning doesn't", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      const { plant } = yield* aPreparedPlant()
      const post = (details: SapRefusal["details"]) => {
        server.failNext("POST", {
          kind: "refusal",
          refusal: new SapRefusal(400, "/IWBEP/CX_MGW_BUSI", "An exception was raised", details)
        })
        return Effect.flip(erp.post(confirmed(plant, "O-1", 2), soon()))
      }
      const closed = { code: "M7/053", message: "Posting only possible in periods 2026/12", propertyref: "PostingDate" }
      expect(yield* post([{ code: "RU/009", message: "Check the entry" }, closed])).toMatchObject({
        field: "PostingDate",
        value: "M7/053"
      })
      expect(yield* post([{ ...closed, severity: "warning" }])).toMatchObject({
        _tag: "BusinessRuleViolation",
        value: "/IWBEP/CX_MGW_BUSI"
      })
    })
  )

  it.effect("an order that isn't released, is technically complete, closed or marked for deletion takes nothing", () =>
    Effect.gen(function* () {
      const erp = yield* Erp
      const { server } = yield* Sap
      for (const change of [
        { released: false },
        { technicallyCompleted: true },
        { closed: true },
        { deleted: true }
      ] as const) {
        const { plant } = yield* aPreparedPlant()
        server.books.changeOrder(orderNumber(plant), (order) => Object.assign(order, change))
        const failure = yield* Effect.flip(erp.post(confirmed(plant, "O-1", 2), soon()))
        expect(failure).toMatchObject({ _tag: "BusinessRuleViolation", value: "BS/007" })
      }
    })
  )
})

describe("what the poster may deal with by itself", () => {
  const failure = (status: number, code: string, text: string) =>
    classify({ status, messages: [{ code, text, field: undefined }] })

  it("is a closed period, with the months that SAP says are open", () => {
    const text = "Posting only possible in periods 2026/12 and 2026/11 in company code 1010"
    expect(obstacleOf(failure(400, "M7/053", text))).toEqual({
      is: "closedPeriod",
      opens: ["2026-12-01", "2026-11-01"]
    })
    const closed = failure(400, "F5/201", "Period 010/2026 is not open for account type S")
    expect(obstacleOf(closed)).toEqual({ is: "closedPeriod", opens: [] })
  })

  it("is a material that somebody works on, and no order", () => {
    const material = "Material STEEL in plant 1010 is being processed by PLANNER"
    expect(obstacleOf(failure(423, "M3/024", material))).toEqual({ is: "lockedItem" })
    const order = "Order 1000020 is already being processed by PLANNER"
    expect(obstacleOf(failure(423, "CO/469", order))).toBeUndefined()
    expect(obstacleOf(failure(400, "M7/021", "Deficit of BA 1 KG"))).toBeUndefined()
  })
})
