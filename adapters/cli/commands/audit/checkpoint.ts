// `traveler audit checkpoint`: signs what the journal is now, and takes it off the machine.
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../../core/failure.ts"
import { eventsIn } from "../../../audit/checkpoint.ts"
import { readSigningKey } from "../../../audit/keys.ts"
import { type MadeCheckpoint, makeCheckpoint, type Signing } from "../../../audit/make-checkpoint.ts"
import { type Place, placeOf } from "../../../audit/place.ts"
import type { Settings } from "../../../config.ts"
import { answer, answerJson, say } from "../../output.ts"
import { withStorage } from "../../with-core.ts"
import { keyFile, requireKey } from "./flags.ts"

const flags = {
  key: keyFile,
  publish: Flag.String("publish").pipe(
    Flag.withDescription("The second place: a folder or a URL; TRAVELER_AUDIT_PUBLISH where absent"),
    Flag.optional
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
}

const asJson = ({ added, checkpoint }: MadeCheckpoint, place: Place | undefined) => ({
  number: checkpoint.number,
  time: checkpoint.time,
  events: eventsIn(checkpoint),
  added,
  key: checkpoint.key.text,
  publishedTo: place?.name ?? null
})

const inWords = ({ added, checkpoint }: MadeCheckpoint, place: Place | undefined): string =>
  `Checkpoint ${checkpoint.number} signs ${eventsIn(checkpoint)} events in ${checkpoint.partitions.length} partitions, ${added} of them for the first time. ${place === undefined ? "It hasn't left the machine" : `It is in ${place.name}`}.`

const make = Effect.fnUntraced(function* (
  signing: Signing,
  settings: Settings,
  to: Option.Option<string>,
  json: boolean
) {
  const where = Option.orElse(to, () => settings.auditPublish)
  const place = Option.getOrUndefined(Option.map(where, placeOf))
  if (place === undefined)
    yield* say(
      "No second place is known, so this proves nothing to others yet: give --publish, or TRAVELER_AUDIT_PUBLISH"
    )
  const made = yield* makeCheckpoint(signing, place)
  return yield* json ? answerJson(asJson(made, place)) : answer(inWords(made, place))
})

const otherName = (name: string, expected: string) =>
  new DataQualityIssue({
    field: "to",
    value: name,
    reason: `The new key has another name than the old one, ${expected}`,
    nextStep: `Make one of the same name: npm run traveler -- audit key FILE --name ${expected}`
  })

const rotate = Command.make(
  "rotate",
  {
    ...flags,
    to: Flag.String("to").pipe(Flag.withDescription("The file of the new key, which signs from the next one on"))
  },
  ({ json, key, publish, to }) =>
    withStorage((settings) =>
      Effect.gen(function* () {
        const old = yield* readSigningKey(yield* requireKey(key, settings))
        const next = yield* readSigningKey(to)
        if (next.name !== old.name) return yield* otherName(next.name, old.name)
        yield* make({ key: old, next }, settings, publish, json)
        yield* say(
          `From now on sign with ${to}: set TRAVELER_AUDIT_KEY to it, and give its public key to whoever verifies`
        )
      })
    )
).pipe(Command.withDescription("Make a checkpoint, signed by both keys, after which only the new one counts"))

export const checkpoint = Command.make("checkpoint", flags, ({ json, key, publish }) =>
  withStorage((settings) =>
    Effect.gen(function* () {
      const signing = yield* readSigningKey(yield* requireKey(key, settings))
      return yield* make({ key: signing, next: signing }, settings, publish, json)
    })
  )
).pipe(
  Command.withDescription("Sign what the journal is now, and take that off the machine"),
  Command.withSubcommands([rotate])
)
