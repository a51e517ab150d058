// Which moment of a history a command asks for, and how the answer is printed: what `replay order`, `replay lot` and
// `replay equipment` have in common. Used by them alone.
import { Effect, Option, Result, Schema } from "effect"
import { Argument, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../../core/failure.ts"
import type { Moment, TimeLine } from "../../../../core/journal/as-of.ts"
import { instant, OccurredAt } from "../../../../core/plant/time.ts"
import type { Settings } from "../../../config.ts"
import { asOf, difference } from "../../../replay/as-of.ts"
import { badgesIn } from "../../../replay/badges.ts"
import type { Subject } from "../../../replay/subject.ts"
import { answer, answerJson } from "../../output.ts"
import { asOfEntry, asOfLines, differenceEntry, differenceLines } from "../../replayed.ts"
import { replayTracesLayer } from "../../traces.ts"

export const momentFlags = {
  until: Argument.String("until").pipe(
    Argument.withDescription("The second moment of --diff; the end of the history where absent"),
    Argument.optional
  ),
  at: Flag.String("at").pipe(
    Flag.withSchema(OccurredAt),
    Flag.withDescription("As of this time, such as 2026-11-23T06:00:00+01:00"),
    Flag.optional
  ),
  version: Flag.Int("version").pipe(Flag.withDescription("After so many of its events"), Flag.optional),
  diff: Flag.String("diff").pipe(
    Flag.withDescription("What changed between two moments, each a time or a number of events: --diff 3 7"),
    Flag.optional
  ),
  clock: Flag.Literals("clock", ["journal", "plant"]).pipe(
    Flag.withDescription("journal: what was known at that time; plant: what had happened by then"),
    Flag.withDefault("journal")
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
}

export interface Asked {
  readonly until: Option.Option<string>
  readonly at: Option.Option<OccurredAt>
  readonly version: Option.Option<number>
  readonly diff: Option.Option<string>
  readonly clock: TimeLine
  readonly json: boolean
}

const decodeTime = Schema.decodeUnknownResult(OccurredAt)

const momentOf = (text: string): Effect.Effect<Moment, DataQualityIssue> => {
  if (/^\d{1,9}$/.test(text)) return Effect.succeed({ version: Number(text) })
  const time = decodeTime(text)
  if (Result.isSuccess(time)) return Effect.succeed({ at: instant(time.success) })
  return Effect.fail(
    new DataQualityIssue({
      field: "moment",
      value: text,
      reason: "It is neither a time with its UTC offset nor a number of events",
      nextStep: "Give one like 2026-11-23T06:00:00+01:00, or like 7"
    })
  )
}

const tooMany = new DataQualityIssue({
  field: "moment",
  value: "several",
  reason: "One of --at, --version and --diff is asked for at a time, and a second moment with --diff alone",
  nextStep: "Leave the others out"
})

/** One moment, none, or the two of a difference. */
const asked = Effect.fnUntraced(function* ({ at, diff, until, version }: Asked) {
  const given = [at, version, diff].filter((moment) => Option.isSome<unknown>(moment)).length
  if (given > 1 || (Option.isSome(until) && Option.isNone(diff))) return yield* Effect.fail(tooMany)
  if (Option.isSome(diff)) {
    const from = yield* momentOf(diff.value)
    return { from, to: Option.isNone(until) ? undefined : yield* momentOf(until.value) }
  }
  if (Option.isSome(version)) return { moment: { version: version.value } }
  return { moment: Option.isSome(at) ? { at: instant(at.value) } : undefined }
})

/** The answer to what was asked of it. */
export const replay = Effect.fnUntraced(function* <State>(subject: Subject<State>, flags: Asked, settings: Settings) {
  const line = flags.clock
  const moments = yield* asked(flags)
  const telling = { line, badges: yield* badgesIn(subject.events), page: settings.jaegerUrl }
  const traced = Effect.provide(replayTracesLayer(settings))
  if ("from" in moments) {
    const found = yield* traced(difference(subject, [moments.from, moments.to], line))
    return yield* flags.json
      ? answerJson(differenceEntry(subject, found, telling))
      : answer(differenceLines(subject, found, telling))
  }
  const found = yield* traced(asOf(subject, moments.moment, line))
  return yield* flags.json ? answerJson(asOfEntry(subject, found, telling)) : answer(asOfLines(subject, found, telling))
})
