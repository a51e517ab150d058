// The view `masterData`: what each ERP changed last holds, in whichever order it told of it.
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import type { MasterDataEvent } from "../../core/event/master-data.ts"
import { masterDataStream } from "../../core/journal/stream.ts"
import { DefinitionVersion, ItemId, OperationsDefinitionId, PlantId } from "../../core/plant/identifiers.ts"
import { Unit } from "../../core/plant/quantity.ts"
import { masterDataCalled, masterDataOfPlants } from "../../projections/master-data/queries.ts"
import { temporaryClient } from "../harness/database.ts"
import { plant, Writer, type Written } from "./events.ts"
import { follow, startAnew } from "./follow.ts"

type Item = Extract<MasterDataEvent, { readonly type: "MaterialDefinitionPublished" }>["data"]

/** Times are minutes, of when the ERP changed it. */
class Erp {
  readonly writer = new Writer()

  item(id: string, minute: number, said: Partial<Item> = {}, at: PlantId = plant, written: Written = {}): this {
    const itemId = ItemId.make(id)
    const data = { itemId, unit: Unit.make("EA"), ...said }
    const stream = masterDataStream(at, { kind: "MaterialDefinition", id })
    this.writer.write(stream, { type: "MaterialDefinitionPublished", data }, { minute, ...written })
    return this
  }

  routing(id: string, version: string, minute: number): this {
    const named = { operationsDefinitionId: OperationsDefinitionId.make(id), version: DefinitionVersion.make(version) }
    const key = { kind: "OperationsDefinition", id, version: named.version } as const
    this.writer.write(
      masterDataStream(plant, key),
      { type: "OperationsDefinitionPublished", data: { ...named, operations: [] } },
      { minute }
    )
    return this
  }
}

const given = Effect.fnUntraced(function* ({ writer }: Erp) {
  yield* startAnew(writer.partitions)
  yield* follow(writer)
})

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("master data", (it) => {
  describe("holds", () => {
    it.effect("as the ERP changed it last, not as it came last", () =>
      Effect.gen(function* () {
        yield* given(new Erp().item("A", 1, { description: "old" }).item("A", 9, { description: "new" }).item("A", 5))
        const [row] = yield* masterDataCalled("A", {})
        expect(row).toMatchObject({ content: { itemId: "A", description: "new" }, published: 3, deleted: false })
      })
    )

    it.effect("by the ERP's clock, whatever it counts", () =>
      Effect.gen(function* () {
        const erp = new Erp()
          .item("A", 9, { description: "first" }, plant, { sequence: 2 })
          .item("A", 10, { description: "second" }, plant, { sequence: 1 })
        yield* given(erp)
        const [row] = yield* masterDataCalled("A", {})
        expect(row?.content).toMatchObject({ description: "second" })
      })
    )

    it.effect("until the ERP takes it back, and again once it publishes it anew", () =>
      Effect.gen(function* () {
        const erp = new Erp().item("A", 1).item("B", 1).item("A", 2, { actionCode: "Delete" })
        yield* given(erp)
        expect((yield* masterDataOfPlants({}, 10)).map(({ id }) => id)).toEqual(["B"])
        expect((yield* masterDataCalled("A", {})).map(({ deleted }) => deleted)).toEqual([true])
        yield* given(erp.item("A", 3, { actionCode: "Add" }))
        expect((yield* masterDataOfPlants({}, 10)).map(({ id }) => id)).toEqual(["A", "B"])
      })
    )
  })

  it.effect("is each plant's own, and each version of a definition is one of its own", () =>
    Effect.gen(function* () {
      const other = PlantId.make("plant-2")
      const erp = new Erp().item("A/1", 1).item("A/1", 1, { description: "theirs" }, other)
      yield* given(erp.routing("A/1", "7", 1).routing("A/1", "8/b", 2))
      const found = yield* masterDataCalled("A/1", {})
      expect(found.map((row) => [row.plant, row.kind, row.version])).toEqual([
        [plant, "MaterialDefinition", null],
        [plant, "OperationsDefinition", "7"],
        [plant, "OperationsDefinition", "8/b"],
        [other, "MaterialDefinition", null]
      ])
      expect(yield* masterDataOfPlants({ plant: other }, 10)).toHaveLength(1)
      expect(yield* masterDataOfPlants({ kind: "OperationsDefinition" }, 1)).toHaveLength(1)
    })
  )
})
