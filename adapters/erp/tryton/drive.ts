// Takes a record through its states until it is done, from whichever state it is in. Used by `post.ts` alone.
import { Effect } from "effect"
import { BusinessRuleViolation } from "../../../core/failure.ts"
import type { Document } from "../../../core/port/erp.ts"
import type { Search } from "./ask.ts"
import { documentNumber, type Holding } from "./held.ts"
import { buttons, type Model } from "./records.ts"
import { finishWorks } from "./works.ts"
import type { Writes } from "./write.ts"

const stuck = (number: string, state: string | undefined) =>
  new BusinessRuleViolation({
    field: "state",
    value: "STUCK",
    reason: `${number} is in state ${state ?? "unknown"} in Tryton and doesn't leave it`,
    nextStep: "See in Tryton what holds it there, and resubmit"
  })

/** A button that isn't allowed now does nothing and says nothing: the state is read after each. */
export const driving = (holding: Pick<Holding, "state">, search: Search) => {
  const finish = finishWorks(search)
  return Effect.fnUntraced(function* (model: Model, id: number, document: Document, writes: Writes) {
    let before: string | undefined
    while (true) {
      const state = yield* writes.between(holding.state(model, id))
      if (state === "done") return
      const button = state === undefined ? undefined : buttons[model][state]
      if (button === undefined || state === before) return yield* stuck(documentNumber({ model, id }), state)
      if (model === "production" && state === "running") yield* finish(id, document, writes)
      yield* writes.write(`model.${model}.${button}`, [[id]])
      before = state
    }
  })
}
