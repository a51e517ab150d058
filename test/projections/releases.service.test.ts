// What the views say of orders on their way to the MES: which begin, by which policy; what is to be done; when it is overdue;
// and what the checks make of master data, stock and work centers.
import { layer } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { describe, expect } from "vitest"
import { releaseChecksLayer } from "../../adapters/release/checks/checks.ts"
import type { AnyEvent } from "../../core/event/catalogue.ts"
import { equipmentStream, masterDataStream, plantStream, type StreamName } from "../../core/journal/stream.ts"
import {
  DefinitionVersion,
  ItemId,
  MaterialBillId,
  OperationId,
  OperationsDefinitionId,
  OrderId,
  WorkCenterId
} from "../../core/plant/identifiers.ts"
import type { ReleaseCheck } from "../../core/plant/release-policy.ts"
import { instant } from "../../core/plant/time.ts"
import { type AvailableMaterial, Erp } from "../../core/port/erp.ts"
import { ReleaseChecks, type ReleaseQuestion } from "../../core/port/release-check.ts"
import { releasePolicies } from "../../projections/plants/queries.ts"
import { unstartedReleases, workingReleases } from "../../projections/releases/queries.ts"
import { dueTimers } from "../../projections/timers/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { at, order, plant, quantity, Writer, type Written } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

type Given = readonly [StreamName, AnyEvent, Written?]

const given = Effect.fnUntraced(function* (...events: ReadonlyArray<Given>) {
  const writer = new Writer()
  for (const [name, event, written] of events) writer.write(name, event, written)
  yield* startAnew(writer.partitions)
  yield* follow(writer)
})

const version = DefinitionVersion.make("7")
const lathe = WorkCenterId.make("LATHE-1")
const steel = ItemId.make("STEEL")
const gear = ItemId.make("GEAR")
const plan = {
  itemId: gear,
  quantity: quantity("100"),
  revision: 1,
  operations: [{ operationId: OperationId.make("10"), workCenterId: lathe }],
  operationsDefinition: { id: "R-1", version: "7" }
}

const released = (name: string, minute: number, revision = 1, pieces = "100"): Given => [
  order(name),
  {
    type: "ProductionOrderReleased",
    data: { orderId: OrderId.make(name), ...plan, revision, quantity: quantity(pieces) }
  },
  { minute }
]
const policy = { checks: [], acknowledgedWithinSeconds: 60 }
const policySet = (minute: number, isOn = true): Given => [
  plantStream(plant),
  {
    type: "ReleasePolicySet",
    data: { plantId: plant, reason: "As agreed", from: at(minute), ...(isOn ? { policy } : {}) }
  }
]
const started = (name: string, revision = 1): Given => [
  order(name),
  { type: "ReleaseStarted", data: { revision, policy } }
]

const unstarted = Effect.map(unstartedReleases([], 10), (rows) =>
  rows.map(({ orderId, revision }) => `${orderId}/${revision}`)
)
const working = Effect.map(workingReleases([], 10), (rows) => rows.map(({ orderId, stage }) => `${orderId} ${stage}`))

const isAvailable = (available: ReadonlyArray<AvailableMaterial>, books: "available" | "stock" = "available") =>
  Layer.mock(Erp)({
    name: "books",
    timeoutMillis: 1,
    settlesWithinMillis: 0,
    capabilities: {
      kinds: new Set(),
      orders: "each",
      classification: "books/1",
      concurrency: 1,
      inItsWords: (document) => document,
      obstacleOf: () => undefined,
      books: new Set([books])
    },
    available: () => Effect.succeed(available)
  })

const question = (rest: Partial<ReleaseQuestion["plan"]> = {}): ReleaseQuestion => ({
  plant,
  orderId: OrderId.make("1"),
  plan: { ...plan, ...rest },
  now: instant(at(600))
})

/** Yes, or why not. */
const asked = (check: ReleaseCheck, one = question(), erp = isAvailable([])) =>
  Effect.gen(function* () {
    const checks = yield* ReleaseChecks
    const answer = yield* Effect.result(checks[check](one))
    return Result.isSuccess(answer) ? "yes" : `${answer.failure._tag}: ${answer.failure.reason}`
  }).pipe(Effect.provide(releaseChecksLayer.pipe(Layer.provide(erp))))

/** Operations definition `R-<name>`, and bill `B-<name>`, which it names. */
const definition = (name: string, rest: object = {}): Given => [
  masterDataStream(plant, { kind: "OperationsDefinition", id: `R-${name}`, version }),
  {
    type: "OperationsDefinitionPublished",
    data: {
      operationsDefinitionId: OperationsDefinitionId.make(`R-${name}`),
      version,
      materialBill: { id: MaterialBillId.make(`B-${name}`), version },
      operations: [],
      ...rest
    }
  }
]
const bill = (name: string, rest: object = {}): Given => [
  masterDataStream(plant, { kind: "MaterialBill", id: `B-${name}`, version }),
  {
    type: "MaterialBillPublished",
    data: {
      materialBillId: MaterialBillId.make(`B-${name}`),
      version,
      itemId: gear,
      quantity: quantity("10"),
      components: [{ itemId: steel, quantity: quantity("4", "KGM") }],
      ...rest
    }
  }
]
const pinning = (name: string) => question({ operationsDefinition: { id: `R-${name}`, version } })

layer(temporaryClient, { timeout: "60 seconds", excludeTestServices: true })("releases", (it) => {
  describe("an order", () => {
    it.effect("begins by the policy that holds for what the ERP made then, oldest first, and once a revision", () =>
      Effect.gen(function* () {
        yield* given(
          released("before", 9),
          policySet(10),
          policySet(20, false),
          policySet(30),
          released("late", 35),
          released("first", 10),
          released("off", 20),
          released("on its way", 12),
          started("on its way"),
          released("cancelled", 13),
          [order("cancelled"), { type: "ProductionOrderCancelled", data: { orderId: OrderId.make("cancelled") } }],
          released("changed", 11),
          started("changed"),
          released("changed", 31, 2, "150")
        )
        expect(yield* unstarted).toEqual(["first/1", "changed/2", "late/1"])
        expect((yield* releasePolicies).map((row) => row.policy)).toEqual([policy, null, policy])
      })
    )

    it.effect("that was planned before the policy and changed since replaces what the MES has", () =>
      Effect.gen(function* () {
        yield* given(
          policySet(10),
          released("old", 9),
          released("old", 20, 2, "150"),
          released("stamped", 9),
          released("stamped", 20, 2),
          released("new", 11),
          released("new", 20, 2, "150")
        )
        const rows = yield* unstartedReleases([], 10)
        expect(rows.map(({ orderId, replaces, revision }) => [orderId, revision, replaces])).toEqual([
          ["new", 2, null],
          ["old", 2, 1]
        ])
      })
    )

    it.effect("is worked at unless it is held; its withdrawal is told anyhow", () =>
      Effect.gen(function* () {
        const held = (name: string): Given => [
          order(name),
          { type: "ProductionOrderHeld", data: { orderId: OrderId.make(name) } }
        ]
        yield* given(
          released("led", 10),
          started("led"),
          released("held", 10),
          started("held"),
          held("held"),
          released("withdrawn", 10),
          started("withdrawn"),
          held("withdrawn"),
          [
            order("withdrawn"),
            {
              type: "ReleaseCancelled",
              data: { revision: 1, attempt: 1, because: "orderCancelled", withdraw: true }
            }
          ]
        )
        expect(yield* working).toEqual(["led dispatch", "withdrawn withdrawal"])
        const [led] = yield* workingReleases([], 1)
        expect(yield* workingReleases(led === undefined ? [] : [led], 10)).toHaveLength(1)
        expect(yield* workingReleases(led === undefined ? [] : [{ ...led, since: 0 }], 10)).toHaveLength(2)
      })
    )

    it.effect("that was dispatched has a timer until it is acknowledged", () =>
      Effect.gen(function* () {
        const step = { revision: 1, attempt: 1 }
        const dispatched = (name: string): Given => [
          order(name),
          { type: "ProductionOrderDispatched", data: { ...step, acknowledgedWithinSeconds: 60 } }
        ]
        yield* given(dispatched("waits"), dispatched("acknowledged"), [
          order("acknowledged"),
          { type: "ReleaseAcknowledged", data: { ...step, by: "answer" } }
        ])
        const [timer, ...others] = yield* dueTimers(Number.MAX_SAFE_INTEGER, 10)
        expect(others).toEqual([])
        expect(timer).toMatchObject({
          stream: order("waits"),
          message: { type: "AcknowledgementOverdue", body: step },
          dueAt: instant(at(0)) + 60_000
        })
      })
    )
  })

  it.effect("none of the checks says yes where nothing is known, or where there is nothing to look at", () =>
    Effect.gen(function* () {
      yield* given(released("1", 0))
      const unknown = "NoAnswer: No ERP has published operations definition R-1 version 7"
      expect(yield* asked("revisionValid")).toBe(unknown)
      expect(yield* asked("materialAvailable")).toBe(unknown)
      expect(yield* asked("workCenterReady")).toBe("NoAnswer: Nothing was ever said of LATHE-1")
      expect(yield* asked("materialAvailable", question(), isAvailable([], "stock"))).toBe(
        "NoAnswer: ERP books can't be asked what is available"
      )
      const { operationsDefinition: _, ...bare } = question().plan
      const one = { ...question(), plan: { ...bare, operations: [{ operationId: OperationId.make("10") }] } }
      expect(yield* asked("revisionValid", one)).toBe("NoAnswer: The release names no operations definition")
      expect(yield* asked("workCenterReady", one)).toBe("NoAnswer: The first operation names no work center")
    })
  )

  it.effect("what is published, for that item and valid is a valid revision", () =>
    Effect.gen(function* () {
      yield* given(
        ...[definition("good"), bill("good")],
        ...[definition("gone"), bill("gone", { actionCode: "Delete" })],
        ...[definition("old", { validTo: at(599) }), bill("old")],
        ...[definition("other"), bill("other", { itemId: ItemId.make("PUMP") })]
      )
      expect(yield* asked("revisionValid", pinning("good"))).toBe("yes")
      expect(yield* asked("revisionValid", pinning("gone"))).toBe(
        "DataQualityIssue: The ERP has taken back bill of material B-gone version 7"
      )
      expect(yield* asked("revisionValid", pinning("old"))).toContain("R-old version 7 was valid until")
      expect(yield* asked("revisionValid", pinning("other"))).toContain("is for item PUMP, not GEAR")
    })
  )

  it.effect("what the ERP has is enough material, less what the order has taken", () =>
    Effect.gen(function* () {
      yield* given(definition("1"), bill("1"), [
        order("1"),
        {
          type: "MaterialConsumed",
          data: { orderId: OrderId.make("1"), materials: [{ itemId: steel, quantity: quantity("10", "KGM") }] }
        }
      ])
      const has = (value: string) => isAvailable([{ itemId: steel, quantity: quantity(value, "KGM") }])
      expect(yield* asked("materialAvailable", question(), has("30"))).toBe("yes")
      expect(yield* asked("materialAvailable", question(), has("29.999"))).toBe(
        "BusinessRuleViolation: The ERP has too little: STEEL: needs 40 KGM, has 39.999"
      )
      expect(yield* asked("materialAvailable")).toBe("NoAnswer: The ERP says nothing of item STEEL")
    })
  )

  it.effect("what the order has taken and the ERP hasn't booked is there once", () =>
    Effect.gen(function* () {
      yield* given(definition("1"), bill("1"), [
        order("1"),
        {
          type: "MaterialConsumed",
          data: {
            orderId: OrderId.make("1"),
            materials: [{ itemId: steel, quantity: quantity("10", "KGM") }],
            posting: "requested"
          }
        }
      ])
      const has = (value: string) => isAvailable([{ itemId: steel, quantity: quantity(value, "KGM") }])
      expect(yield* asked("materialAvailable", question(), has("40"))).toBe("yes")
      expect(yield* asked("materialAvailable", question(), has("30"))).toBe(
        "NoAnswer: The ERP hasn't booked all that the order has taken; without that it has too little: STEEL: needs 40 KGM, has 30"
      )
    })
  )

  it.effect("a work center that runs is ready, one that is down isn't", () =>
    Effect.gen(function* () {
      const said = (event: AnyEvent): Given => [equipmentStream(plant, lathe, at(0)), event, { minute: 1 }]
      yield* given(said({ type: "EquipmentStateChanged", data: { workCenterId: lathe, state: "Running" } }))
      expect(yield* asked("workCenterReady")).toBe("yes")
      yield* given(said({ type: "DowntimeStarted", data: { workCenterId: lathe, reason: "Spindle" } }))
      expect(yield* asked("workCenterReady")).toContain("BusinessRuleViolation: Work center LATHE-1 isn't ready: ")
    })
  )
})
