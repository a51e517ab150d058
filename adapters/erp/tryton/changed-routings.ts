// Routings that were changed in Tryton, as messages. They have no versions there. Used by `changes.ts` alone.
import { Effect, Schema } from "effect"
import { onlyVersion } from "./changed-bills.ts"
import type { Change, ChangedSince } from "./changes.ts"
import { stepsOf } from "./routing-steps.ts"
import { changeId, stampNames, stamps, writtenAt, writtenSince } from "./written.ts"

const Routing = Schema.Struct({
  id: Schema.Int,
  ...stamps,
  name: Schema.String,
  active: Schema.Boolean,
  boms: Schema.Array(Schema.Int)
})

export const changedRoutings: ChangedSince = (search, _plant, since) =>
  Effect.gen(function* () {
    const domain = [["active", "in", [true, false]], ...writtenSince(since, "steps.")]
    const routings = yield* search(Routing, "production.routing", domain, [...stampNames, "name", "active", "boms"])
    const steps = yield* stepsOf(
      search,
      routings.map(({ id }) => id)
    )
    return routings.map((routing): Change => {
      const own = steps.filter((step) => step.routing === routing.id)
      const [bill, ...others] = routing.boms
      const occurredAt = writtenAt(routing, ...own)
      return {
        id: changeId(occurredAt, "production.routing", routing.id),
        type: "OperationsDefinitionPublished",
        body: {
          operationsDefinitionId: String(routing.id),
          version: onlyVersion,
          occurredAt,
          description: routing.name,
          // One of several bills isn't the one that goes with it.
          ...(bill === undefined || others.length > 0
            ? {}
            : { materialBill: { id: String(bill), version: onlyVersion } }),
          operations: own.map(({ operation }) => operation),
          ...(routing.active ? {} : { actionCode: "Delete" })
        }
      }
    })
  })
