// What becomes of a document that Tryton is cut off from: each trial is made once by tryton.service.test.ts and wherever it
// may happen by tryton.full.test.ts.
import { expect } from "@effect/vitest"
import { Context, Effect, Layer, Option } from "effect"
import { trytonErp } from "../../../adapters/erp/tryton/client.ts"
import { Erp } from "../../../core/port/erp.ts"
import { soon } from "../../erp/controls.ts"
import { stockOf, Tryton } from "./tryton.ts"
import { afterGroup, aPreparedPlant, documents, line, movement } from "./tryton-plant.ts"

/** The answer to each of these steps of a shipment is lost; of a lot that was made nothing is in doubt. */
export const shipsOnce = Effect.fnUntraced(function* (steps: ReadonlyArray<string>) {
  const erp = yield* Erp
  const { proxy } = yield* Tryton
  const plant = yield* aPreparedPlant
  // A lot's number is there once, whichever plant made it.
  const lot = `L-${plant}`
  const received = movement(plant, 1, [line(plant, "supplierReceipt", "in", "STEEL", lot, "10")])
  yield* proxy.cutWhen('model.stock.lot.create"', "after the answer")
  expect((yield* Effect.flip(erp.post(received, soon())))._tag).toBe("TechnicalFailure")
  yield* erp.post(received, soon())
  for (const [index, step] of steps.entries()) {
    const shipped = movement(plant, 2 + index, [line(plant, "shipment", "out", "STEEL", lot, "1.5")])
    yield* proxy.cutWhen(`model.stock.shipment.out.${step}"`, "after the answer")
    expect([step, (yield* Effect.flip(erp.post(shipped, soon())))._tag]).toEqual([step, "OutcomeUnknown"])
    const number = yield* erp.post(shipped, soon())
    expect(Option.getOrThrow(yield* erp.findByKey(shipped.key)).document).toBe(number)
    expect((yield* stockOf(plant))[lot]).toBe(String(10 - 1.5 * (index + 1)))
  }
})

/** Each so many milliseconds are all that a document has. */
export const endsInTime = Effect.fnUntraced(function* (cutAfterMillis: ReadonlyArray<number>) {
  const erp = yield* Erp
  const { direct } = yield* Tryton
  // Its steps take about a second.
  for (const millis of cutAfterMillis) {
    const plant = yield* aPreparedPlant
    const document = documents.group(plant, "O-1", 2)
    const hasty = Context.get(yield* Layer.build(trytonErp({ ...direct, timeoutMillis: millis })), Erp)
    yield* Effect.ignore(hasty.findByKey(document.key))
    const began = performance.now()
    // A quick machine may post it in time.
    const ended = yield* Effect.match(hasty.post(document, began + millis), {
      onFailure: ({ _tag }): string => _tag,
      onSuccess: () => "posted"
    })
    expect(performance.now() - began).toBeLessThan(2 * millis + 300)
    yield* Effect.logInfo(`Within ${2 * millis} ms: ${ended}`)
    expect(["OutcomeUnknown", "TechnicalFailure", "posted"]).toContain(ended)
    const number = yield* erp.post(document, soon())
    expect(Option.getOrThrow(yield* erp.readBack(number)).content).toEqual(erp.capabilities.inItsWords(document))
    expect(yield* stockOf(plant)).toEqual(afterGroup)
  }
})
