// `traveler plants release`: how a plant's orders go to its MES. A subcommand of `plants`.
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Badge, PlantId } from "../../../core/plant/identifiers.ts"
import { ReleaseCheck, ReleasePolicy } from "../../../core/plant/release-policy.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { type ReleasePolicyRow, releasePolicies } from "../../../projections/plants/queries.ts"
import { decideOnPlant } from "../decide-plant.ts"
import { answer } from "../output.ts"
import { withBroker } from "../with-core.ts"

const inWords = (policy: ReleasePolicy | null): string =>
  policy === null
    ? "orders go to the MES some other way"
    : [
        "orders go to the MES by Traveler",
        ...policy.checks.map(
          ({ check, withinSeconds, withoutAnswer }) =>
            `${check} within ${withinSeconds} s${withoutAnswer === "goOn" ? ", or without an answer" : ""}`
        ),
        `acknowledged within ${policy.acknowledgedWithinSeconds} s`
      ].join("; ")

export const policyLine = ({ from, policy, reason }: ReleasePolicyRow): string =>
  `  ${inWords(policy)}, from ${from.toISOString()} on: ${reason}`

const Seconds = ReleasePolicy.fields.acknowledgedWithinSeconds

const checked = (name: string, what: string) =>
  Flag.Int(name).pipe(
    Flag.withSchema(Seconds),
    Flag.withDescription(`Check that ${what}; how many seconds an answer may take`),
    Flag.optional
  )

const flags = {
  plant: Argument.String("plant").pipe(Argument.withSchema(PlantId), Argument.withDescription("Which plant")),
  materialAvailable: checked("material-available", "the ERP has the material"),
  revisionValid: checked("revision-valid", "the pinned definition and bill are valid"),
  workCenterReady: checked("work-center-ready", "the first operation's work center is ready"),
  goOnWithout: Flag.Literals("go-on-without", ReleaseCheck.literals).pipe(
    Flag.withDescription("Go on where this check has no answer in time; it stops the release where it isn't said"),
    Flag.atLeast(0)
  ),
  acknowledgedWithin: Flag.Int("acknowledged-within").pipe(
    Flag.withSchema(Seconds),
    Flag.withDescription("How many seconds the MES may take to acknowledge an order"),
    Flag.withDefault(900)
  ),
  off: Flag.Boolean("off").pipe(Flag.withDescription("Orders go to the MES some other way"), Flag.withDefault(false)),
  from: Flag.String("from").pipe(
    Flag.withSchema(OccurredAt),
    Flag.withDescription("For what the ERP releases or changes from then on; now where it isn't said"),
    Flag.optional
  ),
  by: Flag.String("by").pipe(Flag.withSchema(Badge), Flag.withDescription("Who decides")),
  reason: Flag.String("reason").pipe(Flag.withDescription("Why"))
}

interface Chosen {
  readonly materialAvailable: Option.Option<number>
  readonly revisionValid: Option.Option<number>
  readonly workCenterReady: Option.Option<number>
  readonly goOnWithout: ReadonlyArray<ReleaseCheck>
  readonly acknowledgedWithin: number
}

const policyOf = (chosen: Chosen): ReleasePolicy => ({
  checks: ReleaseCheck.literals.flatMap((check) =>
    Option.match(chosen[check], {
      onNone: () => [],
      onSome: (withinSeconds) => [
        { check, withinSeconds, withoutAnswer: chosen.goOnWithout.includes(check) ? "goOn" : "stop" } as const
      ]
    })
  ),
  acknowledgedWithinSeconds: chosen.acknowledgedWithin
})

export const release = Command.make("release", flags, ({ by: badge, from, off, plant, reason, ...chosen }) =>
  withBroker((settings) =>
    Effect.gen(function* () {
      const occurredAt = OccurredAt.make(new Date(yield* Clock.currentTimeMillis).toISOString())
      const since = Option.getOrElse(from, () => occurredAt)
      const policy = off ? {} : { policy: policyOf(chosen) }
      const shown = Effect.map(releasePolicies, (rows) =>
        rows.find((row) => row.plant === plant && row.from.getTime() === Date.parse(since))
      )
      yield* decideOnPlant(
        settings,
        { type: "ReleasePolicySet", body: { plantId: plant, occurredAt, badge, reason, from: since, ...policy } },
        Effect.map(shown, (row) => row !== undefined && inWords(row.policy) === inWords(policy.policy ?? null))
      )
      const row = yield* shown
      return yield* answer(row === undefined ? plant : `${plant}\n${policyLine(row)}`)
    })
  )
).pipe(
  Command.withDescription("Say how a plant's orders go to its MES: what is checked, and how long an answer may take")
)
