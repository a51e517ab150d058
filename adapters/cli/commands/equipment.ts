// `traveler equipment list` and `traveler equipment show`: what work centers do, for which order, and whether work can be
// begun there.
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { PlantId, WorkCenterId } from "../../../core/plant/identifiers.ts"
import { instant, OccurredAt } from "../../../core/plant/time.ts"
import {
  type EquipmentRow,
  equipmentAt,
  equipmentBetween,
  type Readiness,
  readinessOf,
  workCenters
} from "../../../projections/equipment/queries.ts"
import { doingNow, sevenDays } from "../describe-equipment.ts"
import { knownWorkCenter } from "../known-work-centers.ts"
import { answer, answerJson } from "../output.ts"
import { withStorage } from "../with-core.ts"

const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
const plant = Flag.String("plant").pipe(
  Flag.withSchema(PlantId),
  Flag.withDescription("Of one plant alone"),
  Flag.optional
)
const at = Flag.String("at").pipe(
  Flag.withSchema(OccurredAt),
  Flag.withDescription("At this time, such as 2026-11-23T06:00:00+01:00; now where absent"),
  Flag.optional
)

const shownMillis = 7 * 24 * 60 * 60 * 1_000
const timeOf = (millis: number): OccurredAt => OccurredAt.make(new Date(millis).toISOString())

const timeAsked = (at: Option.Option<OccurredAt>) =>
  Option.match(at, { onSome: Effect.succeed, onNone: () => Effect.map(Clock.currentTimeMillis, timeOf) })

const gathered = Effect.fnUntraced(function* (row: EquipmentRow, at: OccurredAt) {
  const { plant, workCenterId } = row
  const readiness = yield* readinessOf(plant, workCenterId, at)
  return { ...row, at, ...(yield* equipmentAt(plant, workCenterId, at)), readiness }
})
type Gathered = Effect.Success<ReturnType<typeof gathered>>

const readyWords = (readiness: Readiness): string => {
  if (readiness === "unknown") return "nobody said whether it is ready"
  return readiness.ready ? "ready" : `not ready (${readiness.reason})`
}

const line = (found: Gathered) =>
  [`${found.plant} ${found.workCenterId}: ${readyWords(found.readiness)}`, ...doingNow(found)].join("; ")

const list = Command.make("list", { json, plant }, ({ json, plant }) =>
  withStorage(() =>
    Effect.gen(function* () {
      const now = yield* timeAsked(Option.none())
      const rows = yield* workCenters(Option.isSome(plant) ? { plant: plant.value } : {})
      const found = yield* Effect.forEach(rows, (row) => gathered(row, now))
      if (json) return yield* answerJson(found)
      return yield* answer(
        found.length === 0 ? "Nobody has said anything of a work center yet." : found.map(line).join("\n")
      )
    })
  )
).pipe(Command.withDescription("List the work centers, what they do now, and whether they are ready"))

type Between = Effect.Success<ReturnType<typeof equipmentBetween>>

const inWords = (found: Gathered, between: Between): string => [line(found), "", ...sevenDays(between)].join("\n")

const id = Argument.String("workcenter").pipe(
  Argument.withSchema(WorkCenterId),
  Argument.withDescription("Its id at the plant")
)

const show = Command.make("show", { id, at, json, plant }, ({ at, id, json, plant }) =>
  withStorage(() =>
    Effect.gen(function* () {
      const row = yield* knownWorkCenter(id, plant)
      const time = yield* timeAsked(at)
      const found = yield* gathered(row, time)
      const before = yield* equipmentBetween(row.plant, id, timeOf(instant(time) - shownMillis), time)
      return yield* json ? answerJson({ ...found, ...before }) : answer(inWords(found, before))
    })
  )
).pipe(
  Command.withDescription("Show what a work center does, what it did in the last seven days, and its clean breaks")
)

export const equipment = Command.make("equipment").pipe(
  Command.withDescription("Look at work centers"),
  Command.withSubcommands([list, show])
)
