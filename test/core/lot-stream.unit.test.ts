// The name of a lot's stream holds scope, item and number, and gives them back, whatever characters they have.
import fc from "fast-check"
import { expect, it } from "vitest"
import { lotOf, lotStream } from "../../core/journal/stream.ts"
import { ItemId, LotId } from "../../core/plant/identifiers.ts"
import { LotScope } from "../../core/plant/lot.ts"

const text = fc.string({ unit: fc.constantFrom("/", "%", "2", "F", "5", "a", "é", " "), minLength: 1, maxLength: 8 })
const scope = fc.constantFrom("enterprise", "plant/ulm", "supplier/4 %2F").map((name) => LotScope.make(name))
const key = fc.record({ scope, itemId: text.map((id) => ItemId.make(id)), lotId: text.map((id) => LotId.make(id)) })

it("gives back what it was made of", () => {
  fc.assert(
    fc.property(key, (lot) => {
      expect(lotOf(lotStream(lot))).toEqual(lot)
    })
  )
})

it("differs where the lots do", () => {
  fc.assert(
    fc.property(key, key, (left, right) => {
      const isSame = left.scope === right.scope && left.itemId === right.itemId && left.lotId === right.lotId
      expect(lotStream(left) === lotStream(right)).toBe(isSame)
    })
  )
})
