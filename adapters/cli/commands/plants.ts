// `traveler plants`: the plants that are served, what is done with their ERP documents, and how orders go to the MES.
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { PostedKind, PostingMode } from "../../../core/plant/posting-mode.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { type ModeRow, postingModes, releasePolicies } from "../../../projections/plants/queries.ts"
import { plants as plantsServed } from "../../postgres/plants.ts"
import { erpLayer } from "../core.ts"
import { decideOnPlant } from "../decide-plant.ts"
import { answer, answerJson } from "../output.ts"
import { takeOver } from "../take-over.ts"
import { requireCore, withStorage } from "../with-core.ts"
import { policyLine, release } from "./plants-release.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const inOneLine = ({ from, kind, mode, reason }: ModeRow): string =>
  from === null ? `  ${kind} ${mode}` : `  ${kind} ${mode} from ${from.toISOString()} on: ${reason}`

const known = Effect.map(
  Effect.all({ served: plantsServed, modes: postingModes, releases: releasePolicies }),
  ({ modes, releases, served }) =>
    [...new Set([...served, ...[...modes, ...releases].map(({ plant }) => plant)])].sort().map((plant) => ({
      plant,
      isServed: served.includes(plant),
      modes: modes.filter((mode) => mode.plant === plant),
      releases: releases.filter((policy) => policy.plant === plant)
    }))
)

const list = Command.make("list", { json }, (flags) =>
  withStorage(() =>
    Effect.gen(function* () {
      const rows = yield* known
      if (flags.json) return yield* answerJson(rows)
      return yield* answer(
        rows.length === 0
          ? "No plant is served yet."
          : rows
              .flatMap(({ isServed, modes, plant, releases }) => [
                `${plant}${isServed ? "" : " (not served)"}${modes.length === 0 ? ": every document is posted" : ""}`,
                ...modes.map(inOneLine),
                ...releases.map(policyLine)
              ])
              .join("\n")
      )
    })
  )
).pipe(
  Command.withDescription(
    "List the plants, what is done with their documents, and how orders go to the MES, from when on"
  )
)

const now = Effect.map(Clock.currentTimeMillis, (millis) => OccurredAt.make(new Date(millis).toISOString()))

const allKinds = PostedKind.literals

const isSet = (plant: PlantId, kinds: ReadonlyArray<PostedKind>, mode: PostingMode, from: OccurredAt) =>
  Effect.map(postingModes, (rows) =>
    kinds.every((kind) =>
      rows.some(
        (row) =>
          row.plant === plant && row.kind === kind && row.mode === mode && row.from?.getTime() === Date.parse(from)
      )
    )
  )

const post = Command.make(
  "post",
  {
    plant: Argument.String("plant").pipe(Argument.withSchema(PlantId), Argument.withDescription("Which plant")),
    mode: Argument.Literals("mode", PostingMode.literals).pipe(
      Argument.withDescription("off: none is made; shadow: people post, and it is compared; on: Traveler posts")
    ),
    kinds: Flag.Literals("kind", allKinds).pipe(
      Flag.withDescription("Of these documents; of all where it isn't said"),
      Flag.atLeast(0)
    ),
    from: Flag.String("from").pipe(
      Flag.withSchema(OccurredAt),
      Flag.withDescription("For what happens from then on, like 2026-12-01T06:00:00+01:00; now where it isn't said"),
      Flag.optional
    ),
    by: Flag.String("by").pipe(Flag.withSchema(Badge), Flag.withDescription("Who decides")),
    reason: Flag.String("reason").pipe(Flag.withDescription("Why"))
  },
  (flags) =>
    withStorage((settings) =>
      Effect.gen(function* () {
        const occurredAt = yield* now
        const from = Option.getOrElse(flags.from, () => occurredAt)
        const kinds = flags.kinds.length === 0 ? allKinds : flags.kinds
        const { by: badge, mode, plant, reason } = flags
        yield* decideOnPlant(
          settings,
          { type: "PostingModeSet", body: { plantId: plant, occurredAt, badge, reason, kinds, mode, from } },
          isSet(plant, kinds, mode, from)
        )
        return yield* answer(`${plant}: ${kinds.join(", ")} ${mode} from ${from} on`)
      })
    )
).pipe(
  Command.withDescription("Say what is done with a plant's ERP documents about what happens from now, or then, on")
)

const takeover = Command.make(
  "takeover",
  {
    plant: Argument.String("plant").pipe(Argument.withSchema(PlantId), Argument.withDescription("Which plant")),
    at: Flag.String("at").pipe(
      Flag.withSchema(OccurredAt),
      Flag.withDescription("When its history begins, like 2026-12-01T06:00:00+01:00; now where it isn't said"),
      Flag.optional
    ),
    json
  },
  (flags) =>
    withStorage((settings) =>
      Effect.gen(function* () {
        yield* requireCore(settings)
        const at = Option.getOrElse(flags.at, () => undefined) ?? (yield* now)
        const taken = yield* Effect.provide(takeOver(flags.plant, at), erpLayer(settings))
        if (flags.json) return yield* answerJson(taken)
        return yield* answer(
          [
            `${taken.orders} open orders and ${taken.lots} lots of ${flags.plant} were taken over: their history begins ${at}.`,
            ...(taken.ordersLeftAlone + taken.lotsLeftAlone === 0
              ? []
              : [
                  `${taken.ordersLeftAlone} orders and ${taken.lotsLeftAlone} lots had begun here already and were left alone.`
                ]),
            ...(taken.withoutLot === 0
              ? []
              : [`${taken.withoutLot} lines of stock are without a lot's number, or below nothing: nothing to trace.`])
          ].join("\n")
        )
      })
    )
).pipe(
  Command.withDescription("Take over what the ERP has of a plant's open orders and lots: their history begins here")
)

export const plants = Command.make("plants").pipe(
  Command.withDescription("The plants that are served, and what is done with their ERP documents"),
  Command.withSubcommands([list, post, release, takeover])
)
