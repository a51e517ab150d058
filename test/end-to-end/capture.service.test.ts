// An order and an item that somebody enters in the ERP reach the floor's system without anyone retyping them, once, also
// when the core is killed.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, rows, settled, startCore, traveler } from "../harness/processes.ts"

const id = PlantId.make("ulm")

const order = (revision: number, quantity: string) => ({
  orderId: "4711",
  occurredAt: `2026-11-2${revision}T05:30:00+01:00`,
  itemId: "PUMP-80",
  quantity: { value: quantity, unit: "EA" },
  revision,
  operations: [{ operationId: "10" }]
})

it.live(
  "what is changed in the ERP is captured once, whatever happens to the core",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1)", [id])
      const erp = yield* sandboxAdmin(plant.erpOrigin)
      const change = (type: string, body: ReturnType<typeof order>) =>
        erp.change({ plant: id, type, body: JSON.stringify(body) })

      yield* change("ProductionOrderReleased", order(1, "120"))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const core = yield* startCore(plant)
          yield* settled(plant, inboundQueue(id), 1, 60_000)
          const remembered = Effect.map(
            rows(plant, "select from erp_capture where told = 1"),
            ({ length }) => length === 1
          )
          yield* eventually("it is remembered", remembered)
          yield* core.kill
        })
      )
      // As if it had been killed before it could remember: the same change is told again.
      yield* rows(plant, "update erp_capture set cursor = null")
      yield* change("ProductionOrderChanged", order(2, "150"))
      yield* startCore(plant)
      yield* settled(plant, inboundQueue(id), 2, 60_000)

      const shown = JSON.parse(yield* traveler(plant, "order", "show", "4711", "--json"))
      expect(shown.order).toMatchObject({ revision: 2, quantity: "150" })
      const history: ReadonlyArray<{ type: string; source: string }> = shown.history
      expect(history.map(({ source, type }) => `${type} of ${source}`)).toEqual([
        "ProductionOrderReleased of ulm/erp.events/sandbox",
        "ProductionOrderChanged of ulm/erp.events/sandbox"
      ])
      const { captures } = JSON.parse(yield* traveler(plant, "doctor", "--json"))
      expect(captures).toMatchObject([{ erp: "sandbox", plant: id, told: 3, failure: null }])
      // Orders are none of a synchronization's business.
      const runs = JSON.parse(yield* traveler(plant, "sync", "--plant", id, "--json"))
      expect(runs).toMatchObject([{ erp: "sandbox", plant: id, told: 0, changed: 0, failure: null }])
    }).pipe(Effect.scoped),
  180_000
)
