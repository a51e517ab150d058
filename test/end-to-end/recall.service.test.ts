// A supplier's lot turns out bad: what quality people do then, by commands on a running core, from RabbitMQ to the ERP's
// word on each lot.
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { PlantId } from "../../core/plant/identifiers.ts"
import { inboundQueue } from "../../core/port/broker.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"
import { temporaryFolder } from "../house/temporary-folder.ts"
import { messagesOf, publishing } from "./publish.ts"

const folder = temporaryFolder()
const ulm = PlantId.make("ulm")
const message = messagesOf(ulm)
const publish = publishing(ulm)

const line = (itemId: string, lotId: string, value: string, more: object = {}) => ({
  itemId,
  lotId,
  quantity: { value, unit: "KGM" },
  ...more
})

/** Milk for two cheeses, one of which is shipped; the second order took its share by backflush. */
const play = [
  message("1", "LotReceived", { ...line("MILK", "M-1", "100"), supplier: { partnerId: "DAIRY", lotId: "77" } }),
  message("2", "MaterialConsumed", { orderId: "PO-1", materials: [line("MILK", "M-1", "60")] }),
  message("3", "MaterialProduced", { orderId: "PO-1", materials: [line("CHEESE", "C-1", "6")] }),
  message("4", "MaterialConsumed", {
    orderId: "PO-2",
    backflush: true,
    materials: [line("MILK", "M-1", "30")]
  }),
  message("5", "MaterialProduced", { orderId: "PO-2", materials: [line("CHEESE", "C-2", "3")] }),
  message("6", "LotShipped", { ...line("CHEESE", "C-1", "4"), customer: "SHOP-9", document: "DN-1" })
]

const asked = (plant: Plant, ...words: ReadonlyArray<string>) =>
  Effect.map(traveler(plant, ...words), (answer) => JSON.parse(answer))

it.live(
  "a recall is practised, then carried out: every lot of the scope is held by one decision, and both are recorded",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* startCore(plant)
      yield* rows(plant, "insert into plant (plant) values ($1)", [ulm])
      yield* publish(plant, play)
      yield* settled(plant, inboundQueue(ulm), play.length, 60_000)
      const decides = ["--by", "Q-4711", "--reason", "Listeria at the dairy"]

      const mock = yield* asked(plant, "recall", "M-1", "--mock", ...decides, "--json")
      expect(mock.scopes).toEqual({
        smallest: ["plant/ulm/MILK/M-1", "plant/ulm/CHEESE/C-1"],
        largest: ["plant/ulm/MILK/M-1", "plant/ulm/CHEESE/C-1", "plant/ulm/CHEESE/C-2"]
      })
      expect(mock.shipments).toMatchObject([{ customer: "SHOP-9", document: "DN-1", quantity: "4" }])
      expect(mock.massBalance).toMatchObject({ received: "100", consumed: "90", onHand: "10", unexplained: "0" })
      expect(yield* rows(plant, "select lot from lots.lot_view where disposition = 'held'")).toEqual([])

      const since = ["recall", "M-1", "--diff", "2026-11-22T00:00:00Z"]
      const difference = yield* asked(plant, ...since, "--format", "json")
      expect(difference.shipments.added).toMatchObject([{ customer: "SHOP-9" }])
      expect(difference).not.toHaveProperty("milliseconds")
      const refused = yield* Effect.flip(traveler(plant, ...since, "--format", "csv"))
      expect(refused.message).toContain("--format json")

      const signed = ["--role", "quality manager", "--meaning", "approved"]
      yield* traveler(plant, "recall", "M-1", "--hold", "largest", ...decides, ...signed)
      expect(
        yield* rows(plant, "select lot, disposition, reason from lots.lot_view where disposition = 'held' order by lot")
      ).toMatchObject([{ lot: "C-1" }, { lot: "C-2" }, { lot: "M-1" }])
      const held = yield* asked(plant, "recall", "M-1", "--json")
      expect(held.lots.map(({ held, onHand }: { held: string; onHand: string }) => held === onHand)).not.toContain(
        false
      )

      const { recalls } = yield* asked(plant, "recalls", "--json")
      expect(recalls).toMatchObject([
        {
          kind: "recall",
          smallest: 2,
          largest: 3,
          shipments: 1,
          heldScope: "largest",
          heldLots: 3,
          lot: "plant/ulm/MILK/M-1"
        },
        { kind: "mock", heldLots: 0, accountedPercent: "100" }
      ])

      for (const format of ["xlsx", "html", "epcis"]) {
        const [first, second] = yield* Effect.forEach(["a", "b"], (name) => {
          const file = join(folder, `${name}.${format}`)
          const said = traveler(plant, "recall", "M-1", "--format", format, "--output", file)
          return Effect.andThen(
            said,
            Effect.promise(() => readFile(file))
          )
        })
        expect(first?.length).toBeGreaterThan(100)
        expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true)
      }
    }).pipe(Effect.scoped),
  120_000
)
