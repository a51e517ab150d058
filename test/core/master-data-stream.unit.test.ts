// Two records of master data never have one stream, whatever signs are in their ids and versions.
import fc from "fast-check"
import { expect, it } from "vitest"
import { masterDataStream } from "../../core/journal/stream.ts"
import { DefinitionVersion, PlantId } from "../../core/plant/identifiers.ts"
import { type MasterDataKey, MasterDataKind } from "../../core/plant/master-data.ts"

const plant = PlantId.make("ulm")
const text = fc.string({ unit: fc.constantFrom("a", "/", "%", "2F", "%25", " ", "ü"), minLength: 1, maxLength: 5 })
const key = fc.record({ kind: fc.constantFrom(...MasterDataKind.literals), id: text, version: fc.option(text) }).map(
  ({ id, kind, version }): MasterDataKey => ({
    kind,
    id,
    ...(version === null ? {} : { version: DefinitionVersion.make(version) })
  })
)

it("has a name that no other record has", () => {
  fc.assert(
    fc.property(key, key, (left, right) => {
      const isSame = left.kind === right.kind && left.id === right.id && left.version === right.version
      expect(masterDataStream(plant, left) === masterDataStream(plant, right)).toBe(isSame)
    })
  )
})
