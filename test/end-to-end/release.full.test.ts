// An order's way to the MES in a whole core: checked against master data and the ERP's stock, stopped, tried again by a person,
// dispatched, overdue, acknowledged late, told to the ERP, cancelled and withdrawn.
import { it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import { OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { mesOf } from "../adapters/release/mes.ts"
import { makePlant, rows, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("led")
const fromMes = messagesOf(id)
const fromErp: typeof fromMes = (messageId, type, body) => ({
  ...fromMes(messageId, type, body),
  exchange: "erp.events",
  appId: "erp"
})

const quantity = (value: string, unit: string) => ({ value, unit })
const version = "7"
const masterData = [
  fromErp("def", "OperationsDefinitionPublished", {
    operationsDefinitionId: "R-1",
    version,
    materialBill: { id: "B-1", version },
    operations: [{ operationId: "10" }]
  }),
  fromErp("bill", "MaterialBillPublished", {
    materialBillId: "B-1",
    version,
    itemId: "GEAR",
    quantity: quantity("10", "EA"),
    components: [{ itemId: "STEEL", quantity: quantity("4", "KGM") }]
  })
]
const order = (orderId: string) =>
  fromErp(`release/${orderId}`, "ProductionOrderReleased", {
    orderId,
    itemId: "GEAR",
    quantity: quantity("100", "EA"),
    revision: 1,
    operations: [{ operationId: "10" }],
    operationsDefinition: { id: "R-1", version }
  })
const steel = (lotId: string, kilograms: string) =>
  fromMes(`received/${lotId}`, "LotReceived", { itemId: "STEEL", lotId, quantity: quantity(kilograms, "KGM") })

const decodeCases = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Array(Schema.Struct({ id: Schema.String, reason: Schema.String, state: Schema.String })))
)

it.live(
  "is led to the MES step by step, and a person decides where it stands",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      const publish = publishing(id)
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
      yield* startCore(plant)
      yield* publish(plant, [...masterData, steel("S-1", "30")])
      const commands = yield* mesOf(id, Redacted.make(plant.brokerUrl))
      const by = ["--by", "B7", "--reason", "Go"]
      yield* traveler(
        plant,
        ...["plants", "release", id, "--material-available", "20", "--revision-valid", "20"],
        ...["--acknowledged-within", "2", "--from", "2026-11-23T00:00:00+01:00", ...by]
      )
      const history = Effect.map(
        rows<{ readonly type: string }>(
          plant,
          "select type from event join stream on stream.partition = event.partition and key = stream_key where name = $1 order by version",
          [`order/${id}/4711`]
        ),
        (events) => events.map(({ type }) => type)
      )
      const has = (type: string, times = 1) =>
        eventually(
          `${type} ${times} times`,
          Effect.map(history, (types) => types.filter((found) => found === type).length >= times)
        )
      const openCase = Effect.gen(function* () {
        const [open] = decodeCases(
          yield* traveler(plant, "exceptions", "list", "--plant", id, "--state", "open", "--json")
        )
        return open
      })

      yield* publish(plant, [order("4711")])
      yield* has("ReleaseStopped")
      yield* eventually(
        "its case is open",
        Effect.map(
          rows(plant, "select from exceptions.exception_case where state = 'open'"),
          (found) => found.length === 1
        )
      )
      const missing = yield* openCase
      expect(missing?.reason).toBe("The ERP has too little: STEEL: needs 40 KGM, has 30")
      expect(yield* traveler(plant, "why", "order", `${id}/4711`)).toContain("waits for a decision on its release")

      yield* publish(plant, [steel("S-2", "10")])
      const admin = yield* sandboxAdmin(plant.erpOrigin)
      yield* eventually(
        "the ERP has it",
        Effect.map(admin.stock(id), (lines) => lines.length === 2)
      )
      yield* traveler(plant, "exceptions", "resubmit", missing?.id ?? "", ...by)
      yield* has("ReleaseStopped", 2)
      expect(commands.map(({ type }) => type)).toEqual(["DispatchProductionOrder"])

      yield* publish(plant, [
        fromMes("ack", "ProductionOrderAcknowledged", { orderId: "4711", revision: 1, actionCode: "Accepted" })
      ])
      yield* has("ReleaseReported")
      expect(yield* admin.ordersInMes(id)).toEqual([{ plant: id, orderId: OrderId.make("4711"), revision: 1 }])
      yield* publish(plant, [fromErp("cancel", "ProductionOrderCancelled", { orderId: "4711" })])
      yield* has("ProductionOrderWithdrawn")
      expect(commands.map(({ type }) => type)).toEqual(["DispatchProductionOrder", "WithdrawProductionOrder"])
      expect(yield* openCase).toBeUndefined()
      expect(yield* history).toEqual([
        "ProductionOrderReleased",
        "ReleaseStarted",
        "ReleaseCheckFailed",
        "ReleaseCheckPassed",
        "ReleaseStopped",
        "ReleaseTriedAgain",
        "ReleaseCheckPassed",
        "ReleaseCheckPassed",
        "ReleaseWentOn",
        "ProductionOrderDispatched",
        "ReleaseStopped",
        "ProductionOrderAcknowledged",
        "ReleaseAcknowledged",
        "ReleaseWentOn",
        "ReleaseReported",
        "ProductionOrderCancelled",
        "ReleaseCancelled",
        "ProductionOrderWithdrawn"
      ])
      yield* traveler(plant, "plants", "release", id, "--off", "--from", "2026-12-01T00:00:00+01:00", ...by)
      const listed = yield* traveler(plant, "plants", "list")
      expect(listed).toContain(
        "by Traveler; materialAvailable within 20 s; revisionValid within 20 s; acknowledged within 2 s, from 2026-11-22"
      )
      expect(listed).toContain("orders go to the MES some other way, from 2026-11-30T23:00:00.000Z on: Go")
      expect(yield* traveler(plant, "order", "show", `${id}/4711`)).toContain("the MES has revision 1, as it said")
    }).pipe(Effect.scoped),
  180_000
)
