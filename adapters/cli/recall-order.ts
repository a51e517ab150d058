// The flags by which a recall is carried out or practised, and what they ask for. Used by `recall` alone.
import { Effect, Option } from "effect"
import { type Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../core/failure.ts"
import { Badge, PlantId } from "../../core/plant/identifiers.ts"
import type { Order } from "./carry-out-recall.ts"

export const carryingOut = {
  hold: Flag.Literals("hold", ["smallest", "largest"]).pipe(
    Flag.withDescription("Hold every lot of that scope, and record the recall; needs --by and --reason"),
    Flag.optional
  ),
  mock: Flag.Boolean("mock").pipe(
    Flag.withDescription("A mock recall: time it and record it, and hold nothing; needs --by and --reason"),
    Flag.withDefault(false)
  ),
  by: Flag.String("by").pipe(Flag.withSchema(Badge), Flag.withDescription("Who decides"), Flag.optional),
  reason: Flag.String("reason").pipe(Flag.withDescription("Why"), Flag.optional),
  role: Flag.String("role").pipe(Flag.withDescription("In which role whoever decides signs"), Flag.optional),
  meaning: Flag.String("meaning").pipe(Flag.withDescription("What the signature means"), Flag.optional),
  plant: Flag.String("plant").pipe(
    Flag.withSchema(PlantId),
    Flag.withDescription("The plant that says of lots of no plant's own that they are held"),
    Flag.optional
  )
}

type Asked = Command.Command.Config.Infer<typeof carryingOut>

const unclear = (field: string, reason: string, nextStep: string) =>
  new DataQualityIssue({ field, value: "", reason, nextStep })

/** None where the recall is only asked for. */
export const orderOf = Effect.fnUntraced(function* ({ by, hold, meaning, mock, plant, reason, role }: Asked) {
  const isCarriedOut = Option.isSome(hold)
  if (isCarriedOut && mock) {
    return yield* unclear("mock", "A mock recall holds nothing", "Leave --mock or --hold out")
  }
  if (!isCarriedOut && !mock) {
    const idle = Object.entries({ by, reason, role, meaning, plant }).find(([, value]) => Option.isSome(value))
    if (idle === undefined) return undefined
    return yield* unclear(
      idle[0],
      "Nothing is decided by a recall that is only asked for",
      "Add --hold SCOPE or --mock"
    )
  }
  if (Option.isNone(by) || Option.isNone(reason) || reason.value.trim() === "") {
    return yield* unclear("by", "Somebody decides it, for a reason", "Add --by NAME --reason TEXT")
  }
  const isSaid = (flag: Option.Option<string>): boolean => Option.exists(flag, (text) => text.trim() !== "")
  if ((Option.isSome(role) || Option.isSome(meaning)) && !(isSaid(role) && isSaid(meaning))) {
    return yield* unclear(
      "role",
      "A signature has a role and a meaning (21 CFR 11.50)",
      "Add --role ROLE --meaning TEXT"
    )
  }
  const order: Order = {
    badge: by.value,
    reason: reason.value,
    ...(isCarriedOut ? { hold: hold.value } : {}),
    ...(Option.isSome(role) && Option.isSome(meaning)
      ? { signature: { role: role.value, meaning: meaning.value } }
      : {}),
    ...(Option.isSome(plant) ? { plant: plant.value } : {})
  }
  return order
})
