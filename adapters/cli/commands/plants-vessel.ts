// `traveler plants vessel`: how a plant's vessel mixes what comes into it. A subcommand of `plants`.
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Badge, PlantId, StorageLocationId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { MixingModel } from "../../../core/plant/vessel.ts"
import { everything } from "../../../projections/cut.ts"
import { type VesselRow, vessels } from "../../../projections/plants/queries.ts"
import { decideOnPlant } from "../decide-plant.ts"
import { answer } from "../output.ts"
import { withBroker } from "../with-core.ts"

export const vesselLine = ({ from, location, mixing, reason }: VesselRow): string =>
  `  ${location} ${mixing === null ? "is no vessel" : `is a vessel, ${mixing},`} from ${from.toISOString()} on: ${reason}`

const noVessel = "none"

export const vessel = Command.make(
  "vessel",
  {
    plant: Argument.String("plant").pipe(Argument.withSchema(PlantId), Argument.withDescription("Which plant")),
    location: Argument.String("location").pipe(
      Argument.withSchema(StorageLocationId),
      Argument.withDescription("Which of its storage locations")
    ),
    mixing: Flag.Literals("mixing", [...MixingModel.literals, noVessel]).pipe(
      Flag.withDescription("How what comes into it mixes; none: it is no vessel, lots stay apart there")
    ),
    from: Flag.String("from").pipe(
      Flag.withSchema(OccurredAt),
      Flag.withDescription(
        "From when on it is so, like 2026-12-01T06:00:00+01:00; now where it isn't said. The first word holds before, too"
      ),
      Flag.optional
    ),
    by: Flag.String("by").pipe(Flag.withSchema(Badge), Flag.withDescription("Who says it")),
    reason: Flag.String("reason").pipe(Flag.withDescription("Why"))
  },
  ({ by: badge, from, location, mixing, plant, reason }) =>
    withBroker((settings) =>
      Effect.gen(function* () {
        const occurredAt = OccurredAt.make(new Date(yield* Clock.currentTimeMillis).toISOString())
        const since = Option.getOrElse(from, () => occurredAt)
        const about = { plantId: plant, occurredAt, badge, reason, storageLocation: location, from: since }
        const words = Effect.map(vessels(everything), (rows) =>
          rows.filter((row) => row.plant === plant && row.location === location)
        )
        const before = (yield* words).length
        yield* decideOnPlant(
          settings,
          { type: "VesselDefined", body: mixing === noVessel ? about : { ...about, mixing } },
          Effect.map(words, (rows) => rows.length > before)
        )
        return yield* answer([plant, ...(yield* words).map(vesselLine)].join("\n"))
      })
    )
).pipe(Command.withDescription("Say that a storage location is a vessel, and how what comes into it mixes"))
