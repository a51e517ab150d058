// A record that doesn't leave its state is said to be stuck. Tryton was never seen to do it: each button is pressed only in a
// state in which Tryton allows it, and what it refuses there it says by an error. It would take a module of its own that
// overrides a transition, or a state of another release.
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { driving } from "../../../adapters/erp/tryton/drive.ts"
import { aPlant, goodsMovement } from "../../erp/documents.ts"

const document = goodsMovement(aPlant(), "L-1", 2, "in")

/** Drives a receipt that is in these states, one after the other, and goes on in the last; the buttons that were pressed. */
const driven = (...states: ReadonlyArray<string | undefined>) => {
  const pressed: Array<string> = []
  let asked = 0
  const state = () => Effect.sync(() => states[Math.min(asked++, states.length - 1)])
  const write = (method: string) =>
    Effect.sync(() => {
      pressed.push(method)
    })
  const drive = driving({ state }, () => Effect.die(new Error("A receipt has no works")))
  const writes = { write, provide: write, between: <A>(question: A) => question, outOfTime: Effect.never }
  return { pressed, end: drive("stock.shipment.in", 7, document, writes) }
}

it.effect("is done by its buttons", () =>
  Effect.gen(function* () {
    const { end, pressed } = driven("draft", "received", "done")
    yield* end
    expect(pressed).toEqual(["model.stock.shipment.in.receive", "model.stock.shipment.in.done"])
  })
)

it.effect.each([
  ["stays in its state after the button", ["draft"], 1],
  ["is in one that no button leads out of", ["quarantined"], 0],
  ["is gone", [undefined], 0]
] as const)("is stuck where it %s, and nothing is pressed twice", ([_, states, presses]) =>
  Effect.gen(function* () {
    const { end, pressed } = driven(...states)
    expect(yield* Effect.flip(end)).toMatchObject({
      _tag: "BusinessRuleViolation",
      value: "STUCK",
      reason: `stock.shipment.in,7 is in state ${states[0] ?? "unknown"} in Tryton and doesn't leave it`
    })
    expect(pressed).toHaveLength(presses)
  })
)
