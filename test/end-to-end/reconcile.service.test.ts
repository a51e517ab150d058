// MES, journal and ERP don't say the same, in every way that can be planted: each difference is found, with its age and value,
// once; the command that is told with it repairs it; and then all are equal.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { sandboxAdmin } from "../../adapters/erp/sandbox/admin.ts"
import { ItemId, LotId, OperationId, OrderId, PlantId } from "../../core/plant/identifiers.ts"
import { plantScope } from "../../core/plant/lot.ts"
import type { Publication } from "../../core/port/broker.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { makePlant, type Plant, rows, startCore, traveler } from "../harness/processes.ts"
import { quantity } from "../projections/events.ts"
import { messagesOf, publishing } from "./publish.ts"

const id = PlantId.make("recon")
const message = messagesOf(id)
const publish = publishing(id)
const byErp = (publication: Publication): Publication => ({ ...publication, exchange: "erp.events", appId: "erp" })

const order = (name: string) => ({ orderId: name, operationId: "10" })
const released = (name: string) =>
  byErp(
    message(`${name}/release`, "ProductionOrderReleased", {
      ...{ orderId: name, itemId: "GEAR", quantity: { value: "10", unit: "EA" }, revision: 1 },
      operations: [{ operationId: "10" }]
    })
  )
const confirmed = (name: string, value: string, more: object = {}) =>
  message(`${name}/confirmed`, "OperationConfirmed", { ...order(name), yield: { value, unit: "EA" }, ...more })
const consumed = (name: string, value: string, more: object = {}) =>
  message(`${name}/consumed`, "MaterialConsumed", {
    ...{ ...order(name), materials: [{ itemId: "STEEL", lotId: "L1", quantity: { value, unit: "KGM" } }], ...more }
  })

const names = [
  "gone",
  "changed",
  "others",
  "refused",
  "waived",
  "locked",
  "withheld",
  "parked",
  "waiting",
  "flush",
  "equal"
]

const messages = [
  byErp(
    message("steel", "MaterialDefinitionPublished", {
      ...{ itemId: "STEEL", unit: "KGM", lotScope: "plant" },
      standardPrice: { value: "150", currency: "EUR", per: "100" }
    })
  ),
  message("lot", "LotReceived", { itemId: "STEEL", lotId: "L1", quantity: { value: "100", unit: "KGM" } }),
  ...names.map(released),
  consumed("gone", "5"),
  confirmed("changed", "3"),
  confirmed("others", "4"),
  confirmed("refused", "2", { occurredAt: "2026-10-15T06:00:00+01:00" }),
  confirmed("waived", "2", { occurredAt: "2026-10-15T06:00:00+01:00" }),
  confirmed("locked", "1"),
  confirmed("withheld", "11"),
  message("parked/confirmed", "OperationConfirmed", { ...order("parked"), yield: { value: "ten", unit: "EA" } }),
  message("waiting/reversed", "ReportReversed", {
    ...{ orderId: "waiting", reverses: { messageId: "waiting/never" }, reason: "Wrong order" }
  }),
  consumed("flush", "7", { backflush: true }),
  confirmed("equal", "9"),
  consumed("equal", "1")
]

interface Difference {
  readonly id: string
  readonly subject: string
  readonly kind: string
  readonly reported: object
  readonly journal: object
  readonly erp: object
  readonly since: string
  readonly value?: object
  readonly repair: string
}
interface Answer {
  readonly plants: ReadonlyArray<{
    readonly plant: string
    readonly orders: number
    readonly lots: number
    readonly equal: number
    readonly differences: ReadonlyArray<Difference>
  }>
}

/** Whether it ends with 0 or, as it does where there are differences, with 1. */
const reconciled = (plant: Plant, ...words: ReadonlyArray<string>) =>
  traveler(plant, "reconcile", "--json", ...words).pipe(
    Effect.map((answer) => ({ isEqual: true, answer })),
    Effect.catch(({ message }) => Effect.succeed({ isEqual: false, answer: message.split("\n")[1] ?? "" })),
    Effect.map(({ answer, isEqual }) => {
      const { plants }: Answer = JSON.parse(answer)
      const [found] = plants
      if (found === undefined) throw new Error("The plant is served")
      expect(found.differences.length === 0).toBe(isEqual)
      return found
    })
  )

const states = (plant: Plant) =>
  Effect.map(
    rows<{ readonly state: string; readonly count: number }>(
      plant,
      "select state, count(*)::integer as count from postings.posting group by state"
    ),
    (found) => Object.fromEntries(found.map(({ count, state }) => [state, count]))
  )

const becomes = (plant: Plant, expected: object) =>
  eventually(
    `postings are ${JSON.stringify(expected)}`,
    Effect.map(states(plant), (found) => {
      const wanted = Object.entries(expected)
      return wanted.every(([state, count]) => (found[state] ?? 0) === count)
    }),
    60
  )

/** Open cases by the order that waits. */
const casesOf = (plant: Plant) =>
  Effect.map(
    rows<{ readonly id: string; readonly waiting: string }>(
      plant,
      "select id, waiting from exceptions.exception_case where state = 'open'"
    ),
    (found) => new Map(found.map(({ id, waiting }) => [waiting.split("/").at(-1), id]))
  )

const decided = ["--by", "B7", "--reason", "As agreed"]
const column = (of: Difference) => `${of.kind} ${of.subject}`

it.live(
  "each difference is found once, repaired by its command, and gone",
  () =>
    Effect.gen(function* () {
      const plant = yield* makePlant
      const erp = yield* sandboxAdmin(plant.erpOrigin)
      yield* erp.setRules({ plant: id, closedBefore: "2026-11-01" })
      yield* erp.setOrder({ plant: id, orderId: OrderId.make("locked"), locked: true })
      yield* traveler(plant, "doctor")
      yield* rows(plant, "insert into plant (plant, added_at) values ($1, now() - interval '2 days')", [id])
      yield* startCore(plant)
      // No core ran last night: it is made up for.
      yield* eventually(
        "the plant is reconciled",
        Effect.map(rows(plant, "select from reconciliation.run"), ({ length }) => length === 1),
        60
      )
      yield* publish(plant, messages)
      yield* becomes(plant, { Verified: 6, Failed: 2, Deferred: 1, Withheld: 1 })

      yield* eventually(
        "a case of each",
        Effect.map(casesOf(plant), (cases) => cases.size === 4),
        60
      )
      yield* traveler(plant, "exceptions", "waive", (yield* casesOf(plant)).get("waived") ?? "", ...decided)
      const documents = yield* erp.documents(id)
      const [gone] = documents.filter(({ content }) => content.orderId === "gone")
      yield* erp.cancelByHand(gone?.document ?? "")
      yield* rows(
        plant,
        `update erp_sandbox.document set content = jsonb_set(content, '{amounts,yield,value}', '"8"') where order_id = 'changed'`
      )
      yield* erp.postByHand({
        ...{ kind: "confirmation", plant: id, orderId: OrderId.make("others"), operationId: OperationId.make("10") },
        ...{ amounts: { yield: quantity("2") }, final: false, postingDate: "2026-11-24" }
      })
      const counted = { itemId: ItemId.make("STEEL"), lotId: LotId.make("L1"), scope: plantScope(id) }
      yield* erp.postByHand({
        ...{ kind: "goodsMovement", plant: id, postingDate: "2026-11-24" },
        movements: [{ type: "adjustment", direction: "out", ...counted, quantity: quantity("11", "KGM") }]
      })

      // The deferred document is tried again now and then; what is found while it is being tried is "on its way".
      const beingTried = ({ differences }: { readonly differences: ReadonlyArray<Difference> }) =>
        differences.some(({ kind }) => kind === "onItsWay")
      const found = yield* Effect.repeat(reconciled(plant), { while: beingTried, times: 20 })
      expect(found).toMatchObject({ plant: id, orders: names.length, lots: 1, equal: 1 })
      expect(found.differences.map(column).sort()).toEqual(
        [
          "gone order recon/gone",
          "changed order recon/changed",
          "postedByOthers order recon/others",
          "failed order recon/refused",
          "waived order recon/waived",
          "deferred order recon/locked",
          "withheld order recon/withheld",
          "parkedMessage order recon/parked",
          "waitingDirective order recon/waiting",
          "notInErp order recon/flush",
          "stock lot plant/recon/STEEL/L1"
        ].sort()
      )
      const of = (name: string) => {
        const difference = found.differences.find(({ subject }) => subject.endsWith(name))
        if (difference === undefined) throw new Error(`A difference of ${name}`)
        return difference
      }
      expect(of("/gone")).toMatchObject({
        ...{ reported: { "consumed STEEL KGM": "5" }, journal: { "consumed STEEL KGM": "5" } },
        ...{ erp: { "consumed STEEL KGM": "0" }, value: { value: "7.5", currency: "EUR" } }
      })
      expect(of("/changed")).toMatchObject({ journal: { "10: good EA": "3" }, erp: { "10: good EA": "8" } })
      expect(of("/others")).toMatchObject({ erp: { "10: good EA": "6" }, since: "2026-11-24T00:00:00.000Z" })
      expect(of("/refused")).toMatchObject({ reported: { "10: good EA": "2" }, journal: { "10: good EA": "0" } })
      expect(of("L1")).toMatchObject({ reported: { KGM: "87" }, journal: { KGM: "87" }, erp: { KGM: "88" } })

      // What was found is recorded, so that it is told without the ERP, and has its age.
      expect((yield* reconciled(plant, "--last")).differences).toEqual(found.differences)

      yield* erp.setRules({ plant: id })
      yield* erp.setOrder({ plant: id, orderId: OrderId.make("locked") })
      yield* publish(plant, [message("waiting/never", "OperationStarted", order("waiting"))])
      const words = found.differences.map(({ repair }) => repair.replace("npm run traveler -- ", "").split(" "))
      const ids = (first: string, second: string) =>
        words.flatMap(([one, other, id = ""]) => (one === first && other === second ? [id] : []))
      expect(words.map((all) => all.slice(0, 2).join(" ")).sort()).toEqual([
        ...["exceptions resubmit", "exceptions resubmit", "exceptions waive"],
        ...Array.from({ length: 6 }, () => "reconcile repair"),
        ...["why order", "why posting"]
      ])
      yield* traveler(plant, "reconcile", "repair", ...ids("reconcile", "repair"), ...decided)
      yield* traveler(plant, "exceptions", "resubmit", (yield* casesOf(plant)).get("refused") ?? "", ...decided)
      const parked = (yield* casesOf(plant)).get("parked") ?? ""
      yield* traveler(plant, "exceptions", "waive", ...ids("exceptions", "waive"), parked, ...decided)
      yield* becomes(plant, { Failed: 0, Deferred: 0, Withheld: 0, Requested: 0 })
      const after = yield* reconciled(plant)
      expect(after.differences).toEqual([])
      expect(after).toMatchObject({ orders: names.length, lots: 1 })
    }).pipe(Effect.scoped),
  300_000
)
