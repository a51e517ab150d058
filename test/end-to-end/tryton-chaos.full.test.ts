// A real ERP that loses answers, turns requests away, closes a period, is killed and is down for a minute while two made-up
// plants post to it: each document is there once, in the order of its lane, and in the end its stock is ours.
import { it } from "@effect/vitest"
import { Effect, Fiber, Redacted, Schema } from "effect"
import { describe, expect } from "vitest"
import { decode } from "../../core/journal/codec.ts"
import { eventually } from "../adapters/erp/posting.ts"
import { noTryton, raw, Tryton, tryton } from "../adapters/erp/tryton.ts"
import { chaosProxy } from "../harness/chaos-proxy.ts"
import { makePlant, type Plant, rows, traveler } from "../harness/processes.ts"

/** All else is a question, a login, or asks for the version. */
const isChange = (body: string): boolean =>
  /"method":"model\.[\w.]+\.(create|write|delete|wait|assign_force|run|done|receive|pick|pack|do|cancel)"/.test(body)

const seed = process.env.TRAVELER_TEST_SEED ?? "1"

const decodeRecords = Schema.decodeUnknownSync(
  Schema.Array(Schema.Struct({ reference: Schema.NullOr(Schema.String), state: Schema.String }))
)
const decodeContent = Schema.decodeUnknownSync(Schema.Struct({ data: Schema.Struct({ posting: Schema.String }) }))

const models = [
  "production",
  "stock.shipment.in",
  "stock.shipment.in.return",
  "stock.shipment.out",
  "stock.shipment.out.return",
  "stock.shipment.internal"
]

/** What was posted: the reference of each record that is done. */
const referencesIn = Effect.gen(function* () {
  const found: Array<string> = []
  for (const model of models) {
    const answer = yield* raw(
      `model.${model}.search_read`,
      [["reference", "!=", null]],
      0,
      null,
      null,
      ["reference", "state"],
      {}
    )
    for (const { reference, state } of decodeRecords(answer)) {
      expect(`${reference} ${state}`).toBe(`${reference} done`)
      if (reference !== null) found.push(reference)
    }
  }
  return found.sort()
})

/** The events of one type in the order in which they were recorded, by what they say of which document. */
const heard = (plant: Plant, type: string) =>
  Effect.map(
    rows<{ readonly content: Uint8Array }>(
      plant,
      `select content from event where type = '${type}' order by recorded_at, partition, "offset"`
    ),
    (events) => events.map(({ content }) => decodeContent(decode(content)).data.posting)
  )

const count = (plant: Plant, where: string) =>
  Effect.map(
    rows<{ readonly count: number }>(plant, `select count(*)::integer as count from postings.posting where ${where}`),
    ([row]) => row?.count ?? 0
  ).pipe(Effect.catch(() => Effect.succeed(0)))

describe.skipIf(noTryton !== undefined)(noTryton ?? "Tryton in trouble", () => {
  it.live(
    `has each document once (seed ${seed})`,
    () =>
      Effect.gen(function* () {
        const made = yield* makePlant
        const { direct, kill, planner, start } = yield* Tryton
        const proxy = yield* chaosProxy(direct.origin, Number(seed), isChange)
        const url = new URL(`/${direct.database}`, proxy.origin)
        url.username = direct.user
        url.password = Redacted.value(direct.password)
        const environment = { ...made.environment, TRAVELER_TRYTON_URL: url.href }
        const plant = { ...made, environment: { ...environment, TRAVELER_POSTGRES_URL: made.databaseUrl } }
        const demo = yield* Effect.forkChild(
          traveler(plant, "demo", "--erp", "tryton", "--seed", seed, "--once", "--json")
        )

        const verified = (atLeast: number) =>
          eventually(
            `${atLeast} documents are posted`,
            Effect.map(count(plant, "state = 'Verified'"), (n) => n >= atLeast),
            300
          )
        yield* verified(1)
        yield* proxy.set({ lost: 0.05, locked: 0.05 })
        yield* verified(15)
        yield* kill
        yield* Effect.sleep("3 seconds")
        yield* start
        yield* verified(30)
        yield* planner.closePeriod("2025-12-31")
        yield* eventually(
          "a document is refused",
          Effect.map(count(plant, "code = 'PERIOD_CLOSED'"), (n) => n > 0),
          120
        )
        yield* planner.openPeriods
        yield* verified(45)
        yield* proxy.down(true)
        yield* Effect.sleep("60 seconds")
        yield* proxy.down(false)

        const summary = JSON.parse(yield* Fiber.join(demo))
        expect(summary).toMatchObject({
          chain: "ok",
          stock: { differences: [] },
          postings: { inDoubt: 0, failed: 0, deferred: 0, withheld: 0 }
        })
        // Groups of an order go as they were made; a late report may have happened before what went already.
        const posted = yield* rows<{ readonly key: string; readonly stream: string }>(
          plant,
          `select key, stream from postings.posting where state = 'Verified' and "group" is null order by case kind when 'group' then version else place end, version, kind desc`
        )
        expect(yield* referencesIn).toEqual(posted.map(({ key }) => key).sort())
        const inOrder = yield* heard(plant, "PostingVerified")
        expect(new Set(inOrder).size).toBe(inOrder.length)
        for (const lane of Map.groupBy(posted, ({ stream }) => stream).values()) {
          const keys = lane.map(({ key }) => key)
          expect(inOrder.filter((key) => keys.includes(key))).toEqual(keys)
        }
        const { lost, locked, passed } = yield* proxy.counts
        const inDoubt = new Set(yield* heard(plant, "PostingInDoubt")).size
        expect(Math.min(lost, locked, inDoubt)).toBeGreaterThan(0)
        process.stderr.write(
          `${posted.length} documents; ${passed} requests answered, ${lost} answers lost, ${locked} turned away; ${inDoubt} documents were in doubt\n`
        )
      }).pipe(Effect.provide(tryton), Effect.scoped),
    1_800_000
  )
})
