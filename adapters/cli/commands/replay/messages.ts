// `traveler replay messages`: what another version would have made of archived messages.
import { resolve } from "node:path"
import { Effect, Option, Runtime } from "effect"
import { Command, Flag } from "effect/cli"
import { BusinessRuleViolation, messageOf, TechnicalFailure } from "../../../../core/failure.ts"
import { PlantId } from "../../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../../core/plant/time.ts"
import { type Compared, type Difference, parting, type Sample } from "../../../replay/what-if/compare.ts"
import { whatIf } from "../../../replay/what-if/what-if.ts"
import { answer, answerJson } from "../../output.ts"
import { foundSettings } from "../../with-core.ts"

const kinds: { readonly [K in Difference["kind"]]: string } = {
  message: "message",
  event: "event",
  posting: "ERP document",
  genealogy: "edge of the genealogy",
  case: "case"
}

const ways: { readonly [W in Difference["how"]]: string } = {
  missing: "only the baseline has",
  added: "only the candidate has",
  changed: "differs"
}

const both = ({ baseline, candidate }: Sample) =>
  baseline === undefined || candidate === undefined ? [baseline, candidate] : parting(baseline, candidate)

const sampleLines = (sample: Sample): ReadonlyArray<string> => {
  const { message, stream } = sample
  const [baseline, candidate] = both(sample)
  return [
    `    ${[stream, ...(message === undefined ? [] : [`message ${message}`])].filter((part) => part !== "").join(", ")}`,
    ...(baseline === undefined ? [] : [`      baseline:  ${JSON.stringify(baseline)}`]),
    ...(candidate === undefined ? [] : [`      candidate: ${JSON.stringify(candidate)}`])
  ]
}

const lines = ({ count, fields, how, kind, samples, type }: Difference): ReadonlyArray<string> => [
  `${count} × ${kinds[kind]} ${type}: ${ways[how]}${fields.length === 0 ? "" : ` in ${fields.join(", ")}`}`,
  ...samples.flatMap(sampleLines)
]

const sentences = ({ baseline, candidate, differences, equal }: Compared): string =>
  [
    `${candidate.messages} messages, without the ERP's answers and timers: ${baseline.events} events of the baseline, ${candidate.events} of the candidate.`,
    ...(candidate.redacted === 0 ? [] : [`${candidate.redacted} were redacted and can't be played.`]),
    ...differences.flatMap(lines),
    differences.length === 0
      ? `Nothing differs: ${equal} events, documents, edges and cases are the same.`
      : `All else is the same: ${equal} events, documents, edges and cases.`
  ].join("\n")

const differs = (differences: ReadonlyArray<Difference>) =>
  new BusinessRuleViolation({
    field: "candidate",
    value: `${differences.length} groups`,
    reason: `It would have made something else of ${differences.reduce((sum, { count }) => sum + count, 0)} things`,
    nextStep: "See the answer above: what is meant is well, and what isn't is a fault of the candidate"
  })

/** For scripts: 1 is that they differ, so that they can't be compared must be something else. */
const notCompared = <E extends object>(failure: E): E => Object.assign(failure, { [Runtime.errorExitCode]: 2 })

const unforeseen = (defect: unknown) =>
  new TechnicalFailure({
    field: "versions",
    value: "",
    reason: messageOf(defect),
    nextStep: "See: npm run traveler -- doctor"
  })

export const messages = Command.make(
  "messages",
  {
    from: Flag.String("from").pipe(
      Flag.withSchema(OccurredAt),
      Flag.withDescription("What was received from then on, like 2026-12-01T06:00:00+01:00")
    ),
    to: Flag.String("to").pipe(Flag.withSchema(OccurredAt), Flag.withDescription("And before then")),
    plant: Flag.String("plant").pipe(
      Flag.withSchema(PlantId),
      Flag.withDescription("Of one plant alone, without what people decided of cases"),
      Flag.optional
    ),
    against: Flag.Directory("against", { mustExist: true }).pipe(
      Flag.withDescription("The candidate: a folder with another checkout of Traveler")
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ against, from, json, plant, to }) =>
    Effect.gen(function* () {
      const { postgresUrl } = yield* foundSettings
      const range = {
        from: new Date(from),
        to: new Date(to),
        ...(Option.isSome(plant) ? { plant: plant.value } : {})
      }
      return yield* whatIf(postgresUrl, range, resolve(against), (line) => void process.stderr.write(`${line}\n`))
    }).pipe(
      Effect.catchDefect((defect) => Effect.fail(defect instanceof TechnicalFailure ? defect : unforeseen(defect))),
      Effect.mapError(notCompared),
      Effect.tap((compared) => (json ? answerJson(compared) : answer(sentences(compared)))),
      Effect.flatMap(({ differences }) => (differences.length === 0 ? Effect.void : Effect.fail(differs(differences))))
    )
).pipe(
  Command.withDescription("What another version would have made of archived messages, without touching anything live")
)
