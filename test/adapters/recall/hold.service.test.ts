// Holding the lots of a recall: what is said of which lot, by which plant, and what is claimed afterwards.
import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { describe, expect } from "vitest"
import { addPlant, plantTables } from "../../../adapters/postgres/plants.ts"
import { holdLots } from "../../../adapters/recall/hold.ts"
import { lotStream } from "../../../core/journal/stream.ts"
import { Badge, ItemId, LotId, PlantId, RecallId } from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { Broker, type Publication } from "../../../core/port/broker.ts"
import { ledger } from "../../../projections/ledger/ledger.ts"
import { makeTables, useSchema } from "../../../projections/projection.ts"
import { temporaryClient } from "../../harness/database.ts"
import { at, Writer } from "../../projections/events.ts"
import { affected, report } from "./report.ts"

const ulm = PlantId.make("ulm")
const partitions = 4

const keyOf = (lot: string, scope = "plant/ulm") => ({
  scope: LotScope.make(scope),
  itemId: ItemId.make("CHEESE"),
  lotId: LotId.make(lot)
})
const named = (lot: string, scope = "plant/ulm") => ({
  ...affected("CHEESE", lot, "exact"),
  id: `${scope}/CHEESE/${lot}`,
  scope: LotScope.make(scope)
})

/** A core that records each hold at once, at a time of now. */
const plantWith = Effect.fnUntraced(function* (writer: Writer) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(plantTables)
  yield* addPlant(ulm)
  yield* makeTables([ledger], partitions)
  let shown = 0
  const show = sql.withTransaction(
    Effect.gen(function* () {
      yield* useSchema(sql, ledger.name)
      yield* ledger.apply(sql, writer.events.slice(shown))
      shown = writer.events.length
    })
  )
  yield* show
  const sent: Array<Publication> = []
  const publish = (publications: ReadonlyArray<Publication>) => {
    sent.push(...publications)
    for (const { body, messageId = "" } of publications) {
      const { itemId, lotId, reason, scope } = JSON.parse(new TextDecoder().decode(body))
      const data = { itemId, lotId, scope, reason }
      writer.write(lotStream({ itemId, lotId, scope }), { type: "LotHeld", data }, { messageId, minute: 60 })
    }
    return Effect.orDie(show)
  }
  return { sent, broker: Layer.mock(Broker)({ publish }) }
})

const holding = {
  recallId: RecallId.make("R-20261123T0700-test"),
  scope: "largest",
  badge: Badge.make("Q-1"),
  reason: "Listeria",
  occurredAt: at(60)
} as const

const reportOf = (...lots: ReadonlyArray<ReturnType<typeof named>>) => {
  const ids = lots.map(({ id }) => id)
  return report({ lots, scopes: { smallest: ids, largest: ids } })
}

describe("holding a recall's lots", () => {
  it.live("leaves what was rejected as it is, and doesn't claim what a later word releases", () =>
    Effect.gen(function* () {
      const writer = new Writer(partitions)
      const say = (lot: string, type: "LotHeld" | "LotRejected" | "LotReleased", minute: number) => {
        const { scope: _, ...key } = keyOf(lot)
        writer.write(lotStream(keyOf(lot)), { type, data: { ...key, reason: "Tested" } }, { minute })
      }
      say("HELD", "LotHeld", 1)
      say("REJECTED", "LotRejected", 1)
      say("LATER", "LotReleased", 120)
      const { broker, sent } = yield* plantWith(writer)
      const lots = ["HELD", "REJECTED", "LATER", "NEW"].map((lot) => named(lot))
      const { held, notHeld, rejected } = yield* holdLots(reportOf(...lots), holding).pipe(Effect.provide(broker))
      expect(sent).toHaveLength(3)
      expect(held.map(({ lot }) => lot)).toEqual(["HELD", "NEW"])
      expect(rejected.map(({ lot }) => lot)).toEqual(["REJECTED"])
      expect(notHeld.map(({ id }) => id)).toEqual(["plant/ulm/CHEESE/LATER"])
    }).pipe(Effect.provide(temporaryClient))
  )

  it.live("says nothing of a lot of a plant that isn't served, for which no other may speak", () =>
    Effect.gen(function* () {
      const { broker, sent } = yield* plantWith(new Writer(partitions))
      const lots = reportOf(named("OWN"), named("FAR", "plant/other"))
      const { held, notHeld } = yield* holdLots(lots, { ...holding, plant: ulm }).pipe(Effect.provide(broker))
      expect(sent.map(({ routingKey }) => routingKey)).toEqual(["ulm.LotHeld"])
      expect(held.map(({ lot }) => lot)).toEqual(["OWN"])
      expect(notHeld.map(({ id }) => id)).toEqual(["plant/other/CHEESE/FAR"])
    }).pipe(Effect.provide(temporaryClient))
  )

  it.live("sends nothing where a plant must speak for a lot and none that is served is named", () =>
    Effect.gen(function* () {
      const { broker, sent } = yield* plantWith(new Writer(partitions))
      const lots = reportOf(named("OWN"), named("ALL", "enterprise"))
      for (const more of [{}, { plant: PlantId.make("third") }]) {
        const refused = yield* holdLots(lots, { ...holding, ...more }).pipe(Effect.provide(broker), Effect.flip)
        expect(refused).toMatchObject({ field: "plant", value: "enterprise/CHEESE/ALL" })
      }
      expect(sent).toEqual([])
    }).pipe(Effect.provide(temporaryClient))
  )
})
