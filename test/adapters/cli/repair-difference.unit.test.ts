// What is sent to repair a difference: of a lot the same message whoever sends it, so that it is counted once.
import { expect, it } from "vitest"
import { commandOf } from "../../../adapters/cli/repair-difference.ts"
import type { Finding } from "../../../adapters/reconciliation/finding.ts"
import { lotStream } from "../../../core/journal/stream.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import { Badge, ItemId, LotId, PlantId } from "../../../core/plant/identifiers.ts"
import { plantScope } from "../../../core/plant/lot.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

const plant = PlantId.make("ulm")
const stream = lotStream({ scope: plantScope(plant), itemId: ItemId.make("STEEL"), lotId: LotId.make("L1") })
const stock: Finding = {
  ...{ stream, kind: "stock", about: "KGM", items: [], beyond: { KGM: fromText("5") } },
  ...{ reported: { KGM: fromText("87") }, journal: { KGM: fromText("87") }, erp: { KGM: fromText("92") } }
}

const by = (badge: string, minute: number, repairs: number) =>
  commandOf(stock, repairs, {
    ...{ plant, badge: Badge.make(badge), reason: "Counted" },
    occurredAt: OccurredAt.make(`2026-11-24T02:0${minute}:00Z`)
  })

it("two people who repair a lot at once, or one who does it again as no answer came, send one message", () => {
  const first = by("B7", 1, 0)
  expect(first).toMatchObject({ type: "LotAdjusted", body: { quantity: { value: "5", unit: "KGM" } } })
  expect(first?.messageId).toBeDefined()
  expect(by("B8", 2, 0)?.messageId).toBe(first?.messageId)
  expect(by("B7", 3, 1)?.messageId).not.toBe(first?.messageId)
})
