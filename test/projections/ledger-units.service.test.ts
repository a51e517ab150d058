// The view `ledger` in items' own units: what master data say is cut as the balances are, so that an answer as of a time, or of
// a prefix of the journal, stays what it was whatever an ERP publishes later.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import type { MasterDataEvent } from "../../core/event/master-data.ts"
import { lotStream, masterDataStream } from "../../core/journal/stream.ts"
import { fromText } from "../../core/plant/decimal.ts"
import { ItemId, LotId, PlantId } from "../../core/plant/identifiers.ts"
import { type LotKey, LotScope } from "../../core/plant/lot.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { instant } from "../../core/plant/time.ts"
import { type Cut, everything } from "../../projections/cut.ts"
import { inOwnUnits } from "../../projections/ledger/own-unit.ts"
import { bookedOf } from "../../projections/ledger/queries.ts"
import { trackingEventsOf } from "../../projections/ledger/tracking-events.ts"
import { at, plant, quantity, Writer, type Written } from "./events.ts"
import { emptyLedger, fillLedger } from "./ledger.ts"

type Item = Extract<MasterDataEvent, { readonly type: "MaterialDefinitionPublished" }>["data"]

const itemId = ItemId.make("BOLT/8 100%")
const lotIn = (scope: string, item = itemId): LotKey => ({
  scope: LotScope.make(scope),
  itemId: item,
  lotId: LotId.make("L/1")
})
const lot = lotIn("plant/plant-1")
const dozen = { unit: Unit.make("BX"), numerator: fromText("12") }
const other = PlantId.make("plant-2")

/** Two boxes and five pieces were received of each of these lots. */
class Plants {
  readonly writer = new Writer()

  received(...lots: ReadonlyArray<LotKey>): this {
    for (const lot of lots) {
      for (const received of [quantity("2", "BX"), quantity("5")]) {
        const data = { itemId: lot.itemId, lotId: lot.lotId, quantity: received, posting: "requested" } as const
        this.writer.write(lotStream(lot), { type: "LotReceived", data }, { minute: 0 })
      }
    }
    return this
  }

  item(minute: number, said: Partial<Item> = {}, of: PlantId = plant, written: Written = {}): this {
    const data = { itemId, unit: Unit.make("EA"), ...said }
    const stream = masterDataStream(of, { kind: "MaterialDefinition", id: data.itemId })
    this.writer.write(stream, { type: "MaterialDefinitionPublished", data }, { minute, ...written })
    return this
  }

  box(minute: number, pieces: string, of: PlantId = plant): this {
    const data = { unit: Unit.make("BX"), base: { unit: Unit.make("EA"), numerator: fromText(pieces) } }
    const stream = masterDataStream(of, { kind: "UnitOfMeasure", id: data.unit })
    this.writer.write(stream, { type: "UnitOfMeasurePublished", data }, { minute })
    return this
  }
}

/** `29 EA`, one a unit, of what was received of a lot. */
const receivedOf = Effect.fnUntraced(function* (lot: LotKey, cut: Cut = everything) {
  const balances = yield* inOwnUnits((yield* bookedOf([lotStream(lot)], cut)).balances, cut)
  return (balances.get(lotStream(lot)) ?? []).map(({ received, unit }) => `${received} ${unit}`)
})

const lastOffset = ({ writer }: Plants) => new Map(writer.events.map(({ offset, partition }) => [partition, offset]))

layer(emptyLedger)((it) => {
  describe("A lot's balance is told in its item's own unit", () => {
    it.effect("by the item's conversions, or else by those of its plant's units", () =>
      Effect.gen(function* () {
        const plants = new Plants()
          .received(lot)
          .item(0, { conversions: [dozen] })
          .box(0, "10")
        yield* fillLedger(plants.writer.events)
        expect(yield* receivedOf(lot)).toEqual(["29 EA"])
        plants.item(1)
        yield* fillLedger(plants.writer.events)
        expect(yield* receivedOf(lot)).toEqual(["25 EA"])
      })
    )

    it.effect("of its own plant alone; of a lot that is of no one plant the first plant's that has one", () =>
      Effect.gen(function* () {
        const [elsewhere, anywhere] = [lotIn("plant/plant-2"), lotIn("enterprise")]
        const plants = new Plants().received(lot, elsewhere, anywhere).box(0, "10", other).item(0, {}, other)
        yield* fillLedger(plants.writer.events)
        expect(yield* receivedOf(lot)).toEqual(["2 BX", "5 EA"])
        expect(yield* receivedOf(elsewhere)).toEqual(["25 EA"])
        expect(yield* receivedOf(anywhere)).toEqual(["25 EA"])
        plants.item(0, { conversions: [dozen] })
        yield* fillLedger(plants.writer.events)
        expect(yield* receivedOf(elsewhere)).toEqual(["25 EA"])
        expect(yield* receivedOf(anywhere)).toEqual(["29 EA"])
      })
    )

    it.effect(
      "as its ERP changed it last, whatever it counts and in whichever order it told of it, until it takes it back",
      () =>
        Effect.gen(function* () {
          const plants = new Plants().received(lot).item(5, { conversions: [dozen] }, plant, { sequence: 1 })
          plants.item(2, { unit: Unit.make("BX") }, plant, { sequence: 9 })
          yield* fillLedger(plants.writer.events)
          expect(yield* receivedOf(lot)).toEqual(["29 EA"])
          plants.item(6, { conversions: [dozen], actionCode: "Delete" })
          yield* fillLedger(plants.writer.events)
          expect(yield* receivedOf(lot)).toEqual(["2 BX", "5 EA"])
        })
    )

    it.effect("by what had been published as of the cut", () =>
      Effect.gen(function* () {
        const plants = new Plants().received(lot).item(1, { conversions: [dozen], description: "Bolt" })
        const [prefix, recordedBy] = [lastOffset(plants), plants.writer.events.at(-1)?.recordedAt ?? 0]
        plants.item(3, { conversions: [{ ...dozen, numerator: fromText("10") }], description: "Screw" })
        yield* fillLedger(plants.writer.events)
        const described = (cut: Cut) =>
          Effect.map(trackingEventsOf([lotStream(lot)], cut), ([event]) => event?.description)
        expect(yield* receivedOf(lot)).toEqual(["25 EA"])
        expect(yield* described(everything)).toBe("Screw")
        for (const cut of [{ recordedBy }, { prefix }, { occurredBy: instant(at(2)) }]) {
          expect(yield* receivedOf(lot, cut)).toEqual(["29 EA"])
          expect(yield* described(cut)).toBe("Bolt")
        }
        expect(yield* receivedOf(lot, { occurredBy: instant(at(0)) })).toEqual(["2 BX", "5 EA"])
      })
    )
  })
})
