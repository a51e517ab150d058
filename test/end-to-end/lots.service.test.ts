// Two plants name a lot of the same item alike, and keep two genealogies: from RabbitMQ to what the commands tell.
import { it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import * as RabbitBroker from "../../adapters/rabbitmq/broker.ts"
import { PlantId } from "../../core/plant/identifiers.ts"
import { Broker, type Publication } from "../../core/port/broker.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, type Plant, rows, settled, startCore, traveler } from "../harness/processes.ts"

const plants = ["ulm", "graz"].map((id) => PlantId.make(id))

const message = (plant: string, id: string, type: string, lotId: string, content: object): Publication => ({
  exchange: "mes.events",
  routingKey: `${plant}.${type}`,
  type,
  contentType: "application/json",
  body: new TextEncoder().encode(
    JSON.stringify({ itemId: "STEEL/7", lotId, occurredAt: `2026-11-23T06:0${id}:00+01:00`, ...content })
  ),
  messageId: id,
  appId: "mes",
  schemaVersion: "1"
})
const kilograms = (value: string) => ({ value, unit: "KGM" })

const material = (itemId: string, lotId: string, value: string, unit: string) => ({
  itemId,
  lotId,
  quantity: { value, unit }
})
const steel = (lotId: string, value: string) => material("STEEL/7", lotId, value, "KGM")
const gears = (lotId: string, value: string) => material("GEAR", lotId, value, "EA")

const ofOrder = (plant: string, id: string, type: string, content: object): Publication => ({
  ...message(plant, id, type, "", {}),
  body: new TextEncoder().encode(
    JSON.stringify({ orderId: "PO-1", occurredAt: "2026-11-23T06:07:00+01:00", ...content })
  )
})

/** Out of order on purpose: the split before the receipt, and the children before their parent. */
const playOf = (plant: string, quantity: string): ReadonlyArray<Publication> => [
  message(plant, "4", "LotShipped", "L-1/A", { quantity: kilograms("30"), customer: "C-9", document: "DN-1" }),
  message(plant, "3", "LotSplit", "L-1", {
    storageLocation: "HALL",
    into: [{ lotId: "L-1/A", quantity: kilograms("40") }]
  }),
  message(plant, "5", "LotHeld", "L-1/A", { reason: "Crack found", occurredAt: "2026-11-23T06:03:30+01:00" }),
  message(plant, "1", "LotReceived", "L-1", {
    quantity: kilograms(quantity),
    storageLocation: "YARD",
    supplier: { partnerId: "S-4", lotId: "77", certificate: "COA-5" },
    expiresAt: plant === "ulm" ? "2126-01-01T00:00:00+01:00" : "2026-11-23T06:30:00+01:00"
  }),
  message(plant, "2", "LotMoved", "L-1", { from: "YARD", to: "HALL", quantity: kilograms("60.5") }),
  message(plant, "6", "LotMerged", "M-1", { from: [{ lotId: "L-1/A", quantity: kilograms("10") }] }),
  // An order makes gears of it; what was booked twice is taken back.
  ofOrder(plant, "7", "MaterialProduced", { materials: [gears("G-1", "4")] }),
  ofOrder(plant, "8", "MaterialConsumed", { materials: [steel("M-1", "6"), steel("L-1", "2")] }),
  ofOrder(plant, "9", "ReportReversed", { reverses: { messageId: "9b" }, reason: "Booked twice" }),
  ofOrder(plant, "9b", "MaterialConsumed", { materials: [steel("M-1", "6")] })
]

const publish = ({ brokerUrl }: Plant, publications: ReadonlyArray<Publication>) =>
  Effect.gen(function* () {
    const broker = yield* Broker
    for (const plant of plants) yield* broker.declarePlant(plant)
    yield* broker.publish(publications)
  }).pipe(Effect.provide(RabbitBroker.layer(Redacted.make(brokerUrl))))

const byLot = (left: { readonly lot?: string | undefined }, right: { readonly lot?: string | undefined }): number =>
  String(left.lot).localeCompare(String(right.lot))

/** Lots in the view of which this is true. */
const holds = (plant: Plant, condition: string) => rows(plant, `select lot from lots.lot_view where ${condition}`)

const asked = (plant: Plant, ...words: ReadonlyArray<string>) =>
  Effect.map(traveler(plant, ...words, "--json"), (answer) => JSON.parse(answer))

it.live(
  "two plants with one lot number for the same item keep two genealogies",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      yield* traveler(plant, "doctor")
      for (const id of plants) yield* rows(plant, "insert into plant (plant) values ($1) on conflict do nothing", [id])
      yield* startCore(plant)
      const erp = yield* sandboxAdmin(plant.erpOrigin)
      for (const id of plants) yield* erp.setRules({ plant: PlantId.make(id), noNegativeStock: true })
      const sent = [...playOf("ulm", "100"), ...playOf("graz", "250")]
      // Twice: the second time nothing changes.
      yield* publish(plant, [...sent, ...sent])
      for (const id of plants) yield* settled(plant, `traveler.in.${id}`, 10, 60_000)

      const ulm = yield* asked(plant, "lot", "show", "plant/ulm/STEEL/7/L-1")
      expect(ulm.lot).toMatchObject({
        disposition: null,
        supplier: "S-4",
        supplierLot: "77",
        certificate: "COA-5",
        breaches: {},
        expiresAt: "2126-01-01T00:00:00+01:00",
        expired: false,
        balances: [{ unit: "KGM", received: "100", passedOn: "40", consumed: "2", onHand: "58" }],
        locations: [
          { location: "", quantity: "-2" },
          { location: "HALL", quantity: "20.5" },
          { location: "YARD", quantity: "39.5" }
        ]
      })
      yield* eventually(
        "the clock has told the lot of graz that it has expired",
        Effect.map(holds(plant, "scope = 'plant/graz' and lot = 'L-1' and expired"), ({ length }) => length === 1),
        60
      )
      const graz = yield* asked(plant, "lot", "show", "plant/graz/STEEL/7/L-1")
      expect(graz.lot).toMatchObject({ balances: [{ onHand: "208" }] })

      const part = yield* asked(plant, "lot", "show", "plant/ulm/STEEL/7/L-1/A")
      expect(part.lot).toMatchObject({
        disposition: "held",
        breaches: { usedWhileRestricted: { state: "open", extent: "1" } },
        balances: [{ derived: "40", shipped: "30", passedOn: "10", onHand: "0" }]
      })

      const lot = (scope: string, lotId: string) => ({ scope, itemId: "STEEL/7", lotId })
      for (const id of plants) {
        const scope = `plant/${id}`
        const split = { from: lot(scope, "L-1"), to: lot(scope, "L-1/A"), through: "split", quantity: "40" }
        const merge = { from: lot(scope, "L-1/A"), to: lot(scope, "M-1"), through: "merge", quantity: "10" }
        const order = { plantId: id, orderId: "PO-1" }
        const into = (lotId: string, quantity: string) => ({
          from: lot(scope, lotId),
          to: order,
          through: "consumption",
          quantity
        })
        const made = { from: order, to: { scope, itemId: "GEAR", lotId: "G-1" }, through: "production", quantity: "4" }
        const all = [split, merge, into("M-1", "6"), into("L-1", "2"), made].map((edge) =>
          expect.objectContaining(edge)
        )
        const traced = (direction: string, item: string) =>
          Effect.map(
            asked(plant, "lot", "trace", `${scope}/${item}`, "--direction", direction),
            (found) => found[direction]
          )
        // Forward in the one, backward in the other: each reaches all of its own, and nothing of the other.
        const edges = yield* id === "ulm" ? traced("forward", "STEEL/7/L-1") : traced("backward", "GEAR/G-1")
        expect(edges).toEqual(expect.arrayContaining(all))
        expect(edges).toHaveLength(5)
        expect(edges[0].certainty).toBe("exact")
      }
      const { lot: merged } = yield* asked(plant, "lot", "show", "plant/ulm/STEEL/7/M-1")
      expect(merged).toMatchObject({ breaches: {}, balances: [{ derived: "10", consumed: "6", onHand: "4" }] })

      const cases = yield* asked(plant, "exceptions", "list", "--state", "open")
      expect(cases.map(({ breach, waiting }: { breach: string; waiting: string }) => [breach, waiting]).sort()).toEqual(
        plants
          .map((id) => ["usedWhileRestricted", `lot/plant%2F${id}/STEEL%2F7/L-1/A`])
          .sort(([, left], [, right]) => String(left).localeCompare(String(right)))
      )
      const ids = cases.map(({ id }: { readonly id: string }) => id)
      yield* traveler(plant, "exceptions", "waive", ...ids, "--by", "B7", "--reason", "Tested", "--json")
      yield* eventually(
        "the waivers are known",
        Effect.map(
          holds(plant, "breaches #>> '{usedWhileRestricted,state}' = 'waived' and lot = 'L-1/A'"),
          ({ length }) => length === 2
        ),
        60
      )

      // What was withheld is posted in an order that the ERP takes, which refuses a deficit of any lot.
      for (const id of plants) yield* settled(plant, `traveler.in.${id}`, 10, 60_000)
      // What was booked twice was refused, and needed no document once it was taken back.
      const open = "select key, state from postings.posting where state not in ('Verified', 'Withdrawn')"
      expect(yield* rows(plant, open)).toEqual([])
      for (const id of plants) {
        const onHand = yield* rows<{ lot: string; unit: string; sum: string }>(
          plant,
          `select lot, unit, trim_scale(on_hand)::text as sum from lots.lot_balance where scope = $1 and on_hand <> 0`,
          [`plant/${id}`]
        )
        const inErp = (yield* erp.stock(id)).map(({ lotId, quantity, unit }) => ({ lot: lotId, unit, sum: quantity }))
        expect(inErp.toSorted(byLot)).toEqual(onHand.toSorted(byLot))
        expect((yield* erp.statuses(id)).map(({ disposition, lotId }) => [lotId, disposition])).toEqual([
          ["L-1/A", "held"]
        ])
      }
    }).pipe(Effect.scoped),
  300_000
)
