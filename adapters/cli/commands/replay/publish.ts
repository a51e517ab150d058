// `traveler replay publish`: archived history sent again, as load for a test environment.
import { randomBytes } from "node:crypto"
import { Clock, Effect, Option, Redacted, Result, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { DataQualityIssue, TechnicalFailure } from "../../../../core/failure.ts"
import { PlantId } from "../../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../../core/plant/time.ts"
import { publishHistory } from "../../../archive/replay-publish.ts"
import { openReplayTarget } from "../../../rabbitmq/replay-target.ts"
import { answer, answerJson, say } from "../../output.ts"
import { replayTracesLayer } from "../../traces.ts"
import { withBroker } from "../../with-core.ts"

const isTime = Schema.is(OccurredAt)

const wrong = (field: string, value: string, reason: string) =>
  new DataQualityIssue({
    field,
    value,
    reason,
    nextStep: "See: npm run traveler -- replay publish --help"
  })

/** The issue's own words: `--to` is until when, and where to; a time can't be an exchange. */
const read = (to: ReadonlyArray<string>) => {
  const times = to.filter((text) => isTime(text))
  const targets = to.filter((text) => !isTime(text))
  const [until] = times
  if (until === undefined || times.length > 1) {
    return Result.fail(wrong("to", to.join(", "), "Expected one time until when, like 2026-12-01T12:00:00+01:00"))
  }
  return targets.length === 0
    ? Result.fail(wrong("to", to.join(", "), "Expected an exchange to send to beside the time"))
    : Result.succeed({ until: new Date(until), targets })
}

const Speed = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^(0\.\d*[1-9]|[1-9]\d*(\.\d+)?)x$/, { message: "Expected a speed like 10x or 0.5x" }))
)

const noBroker = new TechnicalFailure({
  field: "broker",
  value: "memory",
  reason: "A broker in memory is inside one process alone, so nothing can be sent to it",
  nextStep: "Name the test environment's: --broker amqp://user:password@host:5672/vhost"
})

export const publish = Command.make(
  "publish",
  {
    from: Flag.String("from").pipe(
      Flag.withSchema(OccurredAt),
      Flag.withDescription("What was received from then on, like 2026-12-01T06:00:00+01:00")
    ),
    to: Flag.String("to").pipe(
      Flag.atLeast(2),
      Flag.withDescription(
        "Once a time, until when; and each exchange to send to: one of the contract takes what came by the same one"
      )
    ),
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Of one plant alone"),
      Flag.optional
    ),
    speed: Flag.String("speed").pipe(
      Flag.withSchema(Speed),
      Flag.withDescription("So many times as fast as it came"),
      Flag.withDefault("1x")
    ),
    broker: Flag.String("broker").pipe(
      Flag.withDescription("The test environment's, as a URL; Traveler's own where it isn't said"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  (flags) =>
    withBroker((settings) =>
      Effect.scoped(
        Effect.gen(function* () {
          const { targets, until } = yield* Effect.fromResult(read(flags.to))
          const { brokerUrl } = settings
          const live = brokerUrl === "memory" ? undefined : brokerUrl
          const target = Option.isSome(flags.broker) ? Redacted.make(flags.broker.value) : live
          if (target === undefined) return yield* noBroker
          const run = randomBytes(4).toString("hex")
          const publisher = yield* openReplayTarget(target, live, targets)
          const began = yield* Clock.currentTimeMillis
          let told = 0
          const found = yield* publishHistory(
            {
              run,
              targets,
              speed: Number.parseFloat(flags.speed),
              range: {
                from: new Date(flags.from),
                to: until,
                ...(Option.isSome(flags.plant) ? { plant: flags.plant.value } : {})
              }
            },
            publisher,
            (sent) =>
              Effect.flatMap(Clock.currentTimeMillis, (now) => {
                const second = Math.floor((now - began) / 1_000)
                if (second === told) return Effect.void
                told = second
                return say(`${sent} messages sent`)
              })
          ).pipe(Effect.provide(replayTracesLayer(settings)))
          const seconds = ((yield* Clock.currentTimeMillis) - began) / 1_000
          if (flags.json) return yield* answerJson({ run, ...found, seconds })
          return yield* answer(
            [
              `Run ${run} sent ${found.sent} messages to ${targets.join(", ")} in ${seconds.toFixed(1)} s, in the order in which they came.`,
              ...Object.entries(found.plants).map(([plant, sent]) => `  ${plant}: ${sent}`),
              ...(found.redacted === 0 ? [] : [`${found.redacted} were redacted and can't be sent again.`]),
              ...(found.leftOut === 0 ? [] : [`${found.leftOut} came by other exchanges than those.`])
            ].join("\n")
          )
        })
      )
    )
).pipe(Command.withDescription("Send archived history again, with new ids, as load for a test environment"))
