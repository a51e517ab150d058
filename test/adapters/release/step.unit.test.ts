// One step of a release: what its outcome is told as, and what is tried again.
import { it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { takeStep } from "../../../adapters/release/step.ts"
import { BusinessRuleViolation, TechnicalFailure } from "../../../core/failure.ts"
import { Broker, type Publication } from "../../../core/port/broker.ts"
import { Erp } from "../../../core/port/erp.ts"
import { NoAnswer, type ReleaseAnswering, ReleaseChecks } from "../../../core/port/release-check.ts"
import type { WorkingRelease } from "../../../projections/releases/queries.ts"
import * as floor from "../../actors/order/floor.ts"
import { policy } from "../../actors/order/releasing.ts"

const down = new TechnicalFailure({ field: "erp", value: "", reason: "Down", nextStep: "Wait" })
const no = new BusinessRuleViolation({ field: "order", value: "1", reason: "Not now", nextStep: "Ask" })

const release = (stage: WorkingRelease["stage"], since: number, replaces?: number): WorkingRelease => ({
  stream: floor.stream,
  plant: floor.plant,
  orderId: floor.orderId,
  since,
  traceparent: null,
  stage,
  plan: floor.plan(100),
  flow: { revision: 1, attempt: 1, policy: policy(), answers: [], ...(replaces === undefined ? {} : { replaces }) }
})

const world = ({
  check = () => Effect.void,
  published = [],
  tells = Effect.void,
  hasWord = true
}: {
  readonly check?: ReleaseAnswering
  readonly published?: Array<Publication>
  readonly tells?: Effect.Effect<void, TechnicalFailure | BusinessRuleViolation>
  readonly hasWord?: boolean
}) =>
  Layer.mergeAll(
    Layer.succeed(ReleaseChecks, { materialAvailable: check, revisionValid: check, workCenterReady: check }),
    Layer.mock(Broker)({
      publish: (messages) => Effect.sync(() => void published.push(...messages))
    }),
    Layer.mock(Erp)({
      name: "books",
      capabilities: {
        kinds: new Set(),
        orders: "each",
        classification: "books/1",
        concurrency: 1,
        inItsWords: (document) => document,
        obstacleOf: () => undefined,
        books: new Set(hasWord ? ["releasedToMes"] : [])
      },
      timeoutMillis: 1,
      settlesWithinMillis: 0,
      releasedToMes: () => tells
    })
  )

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
const taken = (one: WorkingRelease, around: Parameters<typeof world>[0]) =>
  Effect.map(Effect.provide(takeStep(one, traceparent), world(around)), (outcome) =>
    Result.isSuccess(outcome) ? outcome.success : outcome.failure
  )

describe("a check", () => {
  it.effect("that says yes is told as passed, the first that isn't answered", () =>
    Effect.gen(function* () {
      expect(yield* taken(release("check", 0), {})).toMatchObject({
        type: "ReleaseCheckPassed",
        body: { revision: 1, attempt: 1, check: "materialAvailable" }
      })
    })
  )

  it.effect("that says no is told with its reason", () =>
    Effect.gen(function* () {
      expect(yield* taken(release("check", 0), { check: () => Effect.fail(no) })).toMatchObject({
        type: "ReleaseCheckFailed",
        body: { failure: { class: "BusinessRuleViolation", reason: "Not now" } }
      })
    })
  )

  it.effect("that says nothing is asked again until its time is up, and never taken for a yes", () =>
    Effect.gen(function* () {
      const silent = { check: () => Effect.fail(new NoAnswer({ reason: "Not published" })) }
      const since = yield* Clock.currentTimeMillis
      expect(yield* taken(release("check", since), silent)).toBe("Not published")
      yield* TestClock.adjust("60 seconds")
      expect(yield* taken(release("check", since), silent)).toMatchObject({
        type: "ReleaseCheckUnanswered",
        body: { reason: "Not published" }
      })
    })
  )

  it.effect("that breaks is asked again, too", () =>
    Effect.gen(function* () {
      expect(yield* taken(release("check", 0), { check: () => Effect.fail(down) })).toBe("Down")
    })
  )

  it.effect("whose code breaks is asked no longer than any other", () =>
    Effect.gen(function* () {
      const breaks = { check: () => Effect.die(new Error("No such column")) }
      const since = yield* Clock.currentTimeMillis
      expect(yield* taken(release("check", since), breaks)).toBe("It broke: Error: No such column")
      yield* TestClock.adjust("60 seconds")
      expect(yield* taken(release("check", since), breaks)).toMatchObject({ type: "ReleaseCheckUnanswered" })
    })
  )

  it.effect("that can never be answered isn't waited for", () =>
    Effect.gen(function* () {
      const never = { check: () => Effect.fail(new NoAnswer({ reason: "No bill", forGood: true })) }
      expect(yield* taken(release("check", 0), never)).toMatchObject({ type: "ReleaseCheckUnanswered" })
    })
  )

  it.effect("that hangs is given up, and asked again", () =>
    Effect.gen(function* () {
      const hanging = taken(release("check", 0), { check: () => Effect.never })
      const fiber = yield* Effect.forkChild(hanging)
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(fiber)).toBe("No answer came")
    })
  )
})

describe("a dispatch", () => {
  it.effect("is the same command, byte for byte, as often as it is published", () =>
    Effect.gen(function* () {
      const published: Array<Publication> = []
      const told = yield* taken(release("dispatch", 1_000), { published })
      yield* TestClock.adjust("5 minutes")
      yield* taken(release("dispatch", 1_000), { published })
      expect(told).toMatchObject({ type: "ProductionOrderDispatched", body: { revision: 1, attempt: 1 } })
      const [first, again] = published
      expect(first).toEqual(again)
      expect(first).toMatchObject({
        exchange: "mes.commands",
        routingKey: "ulm.DispatchProductionOrder",
        messageId: "order/ulm/4711/release/1.1/dispatch"
      })
      expect(JSON.parse(new TextDecoder().decode(first?.body))).toMatchObject({
        orderId: "4711",
        actionCode: "Add",
        revision: 1,
        quantity: { value: "100", unit: "EA" }
      })
    })
  )

  it.effect(
    "says the revision that was dispatched, also where the ERP has given the same plan a higher one since",
    () =>
      Effect.gen(function* () {
        const published: Array<Publication> = []
        yield* taken({ ...release("dispatch", 0), plan: floor.plan(100, { revision: 7 }) }, { published })
        expect(JSON.parse(new TextDecoder().decode(published[0]?.body))).toMatchObject({ revision: 1 })
      })
  )

  it.effect("is a change where the MES has, or may have, a lower revision", () =>
    Effect.gen(function* () {
      const published: Array<Publication> = []
      yield* taken(release("dispatch", 0, 1), { published })
      expect(JSON.parse(new TextDecoder().decode(published[0]?.body))).toMatchObject({ actionCode: "Change" })
    })
  )
})

describe("telling the ERP", () => {
  it.effect("is left out, and said so, where it has no word for it", () =>
    Effect.gen(function* () {
      expect(yield* taken(release("report", 0), { hasWord: false, tells: Effect.fail(no) })).toMatchObject({
        type: "ReleaseReported",
        body: { omitted: "ERP books has no word for it" }
      })
    })
  )

  it.effect("that it refuses is told with its reason; that it is down isn't, for an hour", () =>
    Effect.gen(function* () {
      expect(yield* taken(release("report", 0), { tells: Effect.fail(no) })).toMatchObject({
        type: "ReleaseReportRefused",
        body: { failure: { reason: "Not now" } }
      })
      const since = yield* Clock.currentTimeMillis
      expect(yield* taken(release("report", since), { tells: Effect.fail(down) })).toBe("Down")
      yield* TestClock.adjust("1 hour")
      expect(yield* taken(release("report", since), { tells: Effect.fail(down) })).toMatchObject({
        type: "ReleaseReportRefused",
        body: { failure: { class: "TechnicalFailure" } }
      })
    })
  )
})
