// `traveler plants takeover`: where the history of what the ERP has of a plant begins here.
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { erpLayer } from "../core.ts"
import { answer, answerJson } from "../output.ts"
import { takeOver } from "../take-over.ts"
import { requireCore, withBroker } from "../with-core.ts"

/** So many of a list are told in words. */
const toldAtMost = 5

const takenInWords = (plant: PlantId, at: OccurredAt, taken: Effect.Success<ReturnType<typeof takeOver>>): string =>
  [
    `${taken.orders} open orders and ${taken.lots} lots of ${plant} were taken over: their history begins ${at}.`,
    ...(taken.ordersLeftAlone + taken.lotsLeftAlone === 0
      ? []
      : [
          `${taken.ordersLeftAlone} orders and ${taken.lotsLeftAlone} lots had begun here already and were left alone.`
        ]),
    ...(taken.withoutLot === 0
      ? []
      : [`${taken.withoutLot} lines of stock are without a lot's number, or below nothing: nothing to trace.`]),
    ...(taken.unsaid.length === 0
      ? []
      : [
          `${taken.unsaid.length} documents say more than that, which wasn't taken over: ${taken.unsaid.slice(0, toldAtMost).join("; ")}`
        ])
  ].join("\n")

export const takeover = Command.make(
  "takeover",
  {
    plant: Argument.String("plant").pipe(Argument.withSchema(PlantId), Argument.withDescription("Which plant")),
    at: Flag.String("at").pipe(
      Flag.withSchema(OccurredAt),
      Flag.withDescription("When its history begins, like 2026-12-01T06:00:00+01:00; the same if it is run again")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ at, json, plant }) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        yield* requireCore(settings)
        const taken = yield* Effect.provide(takeOver(plant, at), erpLayer(settings))
        return yield* json ? answerJson(taken) : answer(takenInWords(plant, at, taken))
      })
    )
).pipe(
  Command.withDescription("Take over what the ERP has of a plant's open orders and lots: their history begins here")
)
