// An order under a plant's policies, in a whole core: its confirmation is posted in the next open period, what the ERP
// backflushes isn't issued, and completed with too little it is a supervisor's.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, type Plant, rows, startCore, traveler } from "../harness/processes.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("policies")
const message = messagesOf(id)
const about = { orderId: "4711", occurredAt: "2024-01-31T14:00:00+01:00" }

const order = [
  message("1", "ProductionOrderReleased", {
    ...about,
    itemId: "PUMP",
    quantity: { value: "5", unit: "EA" },
    revision: 1,
    operations: [{ operationId: "10" }],
    underproductionTolerancePercent: "10",
    backflushedComponents: [{ itemId: "STEEL" }]
  }),
  message("2", "MaterialConsumed", {
    ...about,
    operationId: "10",
    materials: [{ itemId: "STEEL", lotId: "L-1", quantity: { value: "8", unit: "KGM" } }]
  }),
  message("3", "OperationConfirmed", { ...about, operationId: "10", yield: { value: "4", unit: "EA" } }),
  message("4", "ProductionOrderTechnicallyCompleted", { ...about, occurredAt: "2024-01-31T15:00:00+01:00" })
]

it.live(
  "an order's documents, and its breach",
  () =>
    Effect.gen(function* () {
      const made = yield* makePlant
      const environment = { ...made.environment, TRAVELER_CLOSED_PERIOD: "nextOpenPeriod", TRAVELER_ERP_RATE: "100" }
      const plant: Plant = { ...made, environment }
      const admin = yield* sandboxAdmin(plant.erpOrigin)
      yield* admin.setRules({ plant: id, closedBefore: "2024-03-01" })
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
      yield* startCore(plant)
      yield* publishing(id)(plant, order)
      const verified = rows<{ readonly key: string }>(
        plant,
        "select key from postings.posting where state = 'Verified'"
      )
      yield* eventually(
        "its document is in the ERP",
        Effect.map(verified, ({ length }) => length === 1),
        60
      )
      const documents = yield* admin.documents(id)
      expect(documents.map(({ content }) => [content.kind, content.postingDate])).toEqual([
        ["confirmation", "2024-03-01"]
      ])
      const shown = yield* traveler(plant, "order", "show", "4711")
      expect(shown).toContain("breach underproduction/10 open")
      expect(shown).toContain("breach underproduction/10 found: 4 reported, 4.5 asked for")
      expect(shown).toContain("consumed 8 KGM of STEEL lot L-1 (the ERP backflushes STEEL)")
      expect(shown).toContain("moved from 2024-01-31 to 2024-03-01 by closedPeriod/nextOpenPeriod")
      expect(shown).toContain(", posting date 2024-03-01 instead of 2024-01-31")
      expect(shown.match(/^ {2}(goodsMovement|confirmation) /gm)).toEqual(["  confirmation "])
      const [key] = (yield* verified).map((row) => row.key)
      expect(yield* traveler(plant, "why", "posting", key ?? "")).toContain(
        "with posting date 2024-03-01 since the period of 2024-01-31 is closed"
      )
    }).pipe(Effect.scoped),
  120_000
)
