// `traveler plants`: the plants that are served, what is done with their ERP documents, how orders go to the MES, and which of
// their places are vessels.
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import type { PlantDecision } from "../../../core/message/plant.ts"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { PostedKind, PostingMode } from "../../../core/plant/posting-mode.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { everything } from "../../../projections/cut.ts"
import {
  kindsPosted,
  type ModeRow,
  postingModes,
  releasePolicies,
  vessels
} from "../../../projections/plants/queries.ts"
import { plants as plantsServed } from "../../postgres/plants.ts"
import { decideOnPlant } from "../decide-plant.ts"
import { answer, answerJson } from "../output.ts"
import { withBroker, withStorage } from "../with-core.ts"
import { policyLine, release } from "./plants-release.ts"
import { takeover } from "./plants-takeover.ts"
import { vessel, vesselLine } from "./plants-vessel.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const inOneLine = ({ from, kind, mode, reason }: ModeRow): string =>
  from === null ? `  ${kind} ${mode}` : `  ${kind} ${mode} from ${from.toISOString()} on: ${reason}`

const known = Effect.map(
  Effect.all({ served: plantsServed, modes: postingModes, releases: releasePolicies, places: vessels(everything) }),
  ({ modes, places, releases, served }) =>
    [...new Set([...served, ...[...modes, ...releases, ...places].map(({ plant }) => plant)])].sort().map((plant) => ({
      plant,
      isServed: served.includes(plant),
      modes: modes.filter((mode) => mode.plant === plant),
      releases: releases.filter((policy) => policy.plant === plant),
      vessels: places.filter((place) => place.plant === plant)
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
              .flatMap(({ isServed, modes, plant, releases, vessels }) => [
                `${plant}${isServed ? "" : " (not served)"}${modes.length === 0 ? ": every document is posted" : ""}`,
                ...modes.map(inOneLine),
                ...releases.map(policyLine),
                ...vessels.map(vesselLine)
              ])
              .join("\n")
      )
    })
  )
).pipe(
  Command.withDescription(
    "List the plants, what is done with their documents, how orders go to the MES, and their vessels, from when on"
  )
)

const now = Effect.map(Clock.currentTimeMillis, (millis) => OccurredAt.make(new Date(millis).toISOString()))

const allKinds = PostedKind.literals

/** Before a plant's first word holds what that says; so one that posts already says that first. */
const sinceEver = OccurredAt.make("1970-01-01T00:00:00Z")

type PostingDecision = Extract<PlantDecision, { readonly type: "PostingModeSet" }>["body"]

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
    withBroker((settings) =>
      Effect.gen(function* () {
        const occurredAt = yield* now
        const from = Option.getOrElse(flags.from, () => occurredAt)
        const kinds = flags.kinds.length === 0 ? allKinds : flags.kinds
        const { by: badge, mode, plant, reason } = flags
        const about = { plantId: plant, occurredAt, badge }
        const decide = (body: Omit<PostingDecision, keyof typeof about>) =>
          decideOnPlant(
            settings,
            { type: "PostingModeSet", body: { ...about, ...body } },
            isSet(plant, body.kinds, body.mode, body.from)
          )
        const posted = yield* kindsPosted(plant)
        const before = kinds.filter((kind) => posted.includes(kind))
        if (before.length > 0) {
          yield* decide({ kinds: before, mode: "on", from: sinceEver, reason: "Everything was posted until now" })
        }
        yield* decide({ kinds, mode, from, reason })
        const later = (yield* postingModes).filter(
          (row) =>
            row.plant === plant &&
            kinds.includes(row.kind) &&
            row.from !== null &&
            row.from.getTime() > Date.parse(from)
        )
        const isServed = (yield* plantsServed).includes(plant)
        return yield* answer(
          [
            `${plant}: ${kinds.join(", ")} ${mode} from ${from} on${isServed ? "" : " (no such plant is served yet)"}`,
            ...(later.length === 0 ? [] : ["Decided before, and still to come:", ...later.map(inOneLine)])
          ].join("\n")
        )
      })
    )
).pipe(
  Command.withDescription("Say what is done with a plant's ERP documents about what happens from now, or then, on")
)

export const plants = Command.make("plants").pipe(
  Command.withDescription("The plants that are served, what is done with their ERP documents, and their vessels"),
  Command.withSubcommands([list, post, release, takeover, vessel])
)
