// `traveler simulate`: plays two made-up plants, holds what came of them against their own truth, and mends them; or
// plays a factory's event log.
import { Effect, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { BusinessRuleViolation, DataQualityIssue } from "../../../core/failure.ts"
import { type Mix, simulation } from "../../simulator/simulation.ts"
import { type Checked, checkedInSentences, checkSimulation } from "../check-simulation.ts"
import { keepLedger, lastLedger, readLedger } from "../ledger-file.ts"
import { newPlants } from "../new-plants.ts"
import { answer, answerJson } from "../output.ts"
import { play } from "../play.ts"
import { playLog } from "../play-log.ts"
import { repairSimulation, requireNothingLeft } from "../repair-simulation.ts"
import { sandbox } from "../sandbox.ts"
import { withCore, withStorage } from "../with-core.ts"

const Share = Schema.Finite.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 1 })))

const share = (name: string, description: string, byDefault: number) =>
  Flag.Finite(name).pipe(
    Flag.withSchema(Share),
    Flag.withDescription(`${description}, a share from 0 to 1`),
    Flag.withDefault(byDefault)
  )

const playPlants = Effect.fnUntraced(function* (mix: Mix, rate: number | undefined, file: string, asJson: boolean) {
  // Made up before there is a core: it keeps this process busy for seconds, and a core's connections would time out.
  const { ledger, publications } = simulation(yield* newPlants(), mix)
  const plants = ledger.plants.map(({ bad, distinct, mendings, plant, published }) => ({
    plant,
    messages: distinct,
    published,
    bad: bad.length,
    doubleReports: mendings.length
  }))
  yield* withCore(() => Effect.andThen(keepLedger(file, ledger), play(publications, rate)))
  if (asJson) return yield* answerJson({ plants })
  return yield* answer(
    [
      ...plants.map(
        ({ bad, doubleReports, messages, plant, published }) =>
          `Plant ${plant} sent ${messages} messages, ${published} times in all; ${bad} can't be understood, ${doubleReports} report twice.`
      ),
      "Try next:",
      "  npm run traveler -- simulate --check",
      "  npm run traveler -- simulate --repair"
    ].join("\n")
  )
})

const notAsItShouldBe = ({ faults, phase }: Checked) =>
  new BusinessRuleViolation({
    field: "simulation",
    value: `${phase} a repair`,
    reason: faults.join("; "),
    nextStep: "See the answer above; a run that was repaired in part differs from both of its predictions"
  })

const check = (file: string, asJson: boolean) =>
  withStorage((settings) =>
    Effect.gen(function* () {
      const checked = yield* checkSimulation(yield* readLedger(file), yield* sandbox(settings))
      yield* asJson ? answerJson(checked) : answer(checkedInSentences(checked))
      if (checked.faults.length > 0) return yield* notAsItShouldBe(checked)
    }).pipe(Effect.scoped)
  )

const repair = (file: string, asJson: boolean) =>
  withCore((settings) =>
    Effect.gen(function* () {
      const repaired = yield* repairSimulation(settings, yield* readLedger(file))
      const { postedAgain, resubmitted, reversed, waived } = repaired
      yield* asJson
        ? answerJson(repaired)
        : answer(
            `${resubmitted} messages were sent again, ${reversed} double reports taken back, ${postedAgain} documents posted again, ${waived} cases waived.`
          )
      yield* requireNothingLeft(repaired)
    })
  )

const tooMuchAtOnce = new DataQualityIssue({
  field: "simulate",
  value: "--log, --check, --repair",
  reason: "Only one of these can be done at a time",
  nextStep: "Give one of them, or none to play the made-up plants"
})

export const simulate = Command.make(
  "simulate",
  {
    messages: Flag.Int("messages").pipe(
      Flag.withSchema(Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))),
      Flag.withDescription("So many are made up; duplicates and double reports come in addition"),
      Flag.withDefault(2_000)
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("The same seed plays the same plants"), Flag.withDefault(1)),
    rate: Flag.Int("rate").pipe(
      Flag.withSchema(Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))),
      Flag.withDescription("Messages a second; as fast as it goes where absent"),
      Flag.optional
    ),
    duplicates: share("duplicates", "Messages that come twice", 0.1),
    reorder: share("reorder", "Messages that come a little later than others", 0.1),
    late: share("late", "Messages that come thousands of places later, or last", 0.01),
    bad: share("bad", "Messages that can't be understood", 0.02),
    doubleReports: share("double-reports", "Reports that are sent again under another id", 0.01),
    check: Flag.Boolean("check").pipe(
      Flag.withDescription("Hold what came of the last run against its ledger"),
      Flag.withDefault(false)
    ),
    repair: Flag.Boolean("repair").pipe(
      Flag.withDescription("Mend the last run as a steward and a supervisor would"),
      Flag.withDefault(false)
    ),
    ledger: Flag.String("ledger").pipe(
      Flag.withDescription("The file that the run's ledger is kept in"),
      Flag.withDefault(lastLedger)
    ),
    log: Flag.File("log", { mustExist: true }).pipe(
      Flag.withDescription("Play this ;-separated event log instead, see docs/simulate.md"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ json, ledger, ...flags }) =>
    Effect.gen(function* () {
      const asked = [Option.isSome(flags.log), flags.check, flags.repair].filter(Boolean)
      if (asked.length > 1) return yield* tooMuchAtOnce
      const rate = Option.getOrUndefined(flags.rate)
      if (Option.isSome(flags.log)) return yield* playLog(flags.log.value, rate, json)
      if (flags.check) return yield* check(ledger, json)
      if (flags.repair) return yield* repair(ledger, json)
      const { bad, doubleReports, duplicates, late, messages, reorder, seed } = flags
      const mix = { bad, doubleReports, duplicates, late, messages, reorder, seed }
      return yield* playPlants(mix, rate, ledger, json)
    })
).pipe(Command.withDescription("Play two made-up plants and hold what comes of them against their own truth"))
