// `traveler sync`: has a plant's master data held against its ERP's, by the core that runs, and waits for what comes of it;
// `--runs` shows what came of the last ones.
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { DataQualityIssue, TechnicalFailure } from "../../../core/failure.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { askForSync, type SyncRun, syncRuns, syncsCalled } from "../../erp/sync-runs.ts"
import { plants } from "../../postgres/plants.ts"
import { answer, answerJson } from "../output.ts"
import { syncLine } from "../sync-line.ts"
import { requireCore, withStorage } from "../with-core.ts"

const shownRuns = 20

/** The plant that is asked for, which must be served; all of them where none is. */
const asked = Effect.fnUntraced(function* (plant: Option.Option<PlantId>) {
  const served = yield* plants
  if (Option.isNone(plant)) return served
  if (served.includes(plant.value)) return [plant.value]
  return yield* new DataQualityIssue({
    field: "plant",
    value: plant.value,
    reason: "No such plant is served",
    nextStep: "See which are: npm run traveler -- doctor"
  })
})

const ended = Effect.fnUntraced(function* (ids: ReadonlyArray<number>) {
  while (true) {
    const runs = yield* syncsCalled(ids)
    if (runs.every(({ endedAt }) => endedAt !== null)) return runs
    yield* Effect.sleep("300 millis")
  }
})

const failed = (runs: ReadonlyArray<SyncRun>) =>
  new TechnicalFailure({
    field: "sync",
    value: runs.map(({ plant }) => plant).join(", "),
    reason: runs.flatMap(({ failure }) => failure?.reason ?? []).join("; "),
    nextStep: "See: npm run traveler -- sync --runs"
  })

export const sync = Command.make(
  "sync",
  {
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Of one plant alone"),
      Flag.optional
    ),
    runs: Flag.Boolean("runs").pipe(
      Flag.withDescription("Only show what came of the last ones, newest first"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  (flags) =>
    withStorage((settings) =>
      Effect.gen(function* () {
        const show = (runs: ReadonlyArray<SyncRun>) =>
          flags.json
            ? answerJson(runs)
            : answer(runs.length === 0 ? "No synchronization yet." : runs.map(syncLine).join("\n"))
        const of = yield* asked(flags.plant)
        if (flags.runs) return yield* show(yield* syncRuns(Option.getOrUndefined(flags.plant), shownRuns))
        yield* requireCore(settings)
        const found = yield* ended(yield* askForSync(of))
        yield* show(found)
        const bad = found.filter(({ failure }) => failure !== null)
        if (bad.length > 0) return yield* failed(bad)
      })
    )
).pipe(Command.withDescription("Hold the master data of each plant against its ERP's, and take over what differs"))
