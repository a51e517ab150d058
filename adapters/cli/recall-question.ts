// The flags by which a recall is asked for, and which of them make no question together. Used by `recall` alone.
import { Clock, Effect, Option } from "effect"
import { Argument, type Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../core/failure.ts"
import { WorkCenterId } from "../../core/plant/identifiers.ts"
import { instant, OccurredAt } from "../../core/plant/time.ts"
import { formats } from "../recall/format/formats.ts"
import type { Window } from "../recall/report.ts"
import { knownLot } from "./known-lots.ts"

export const asking = {
  lot: Argument.String("lot").pipe(Argument.withDescription("The lot's number, <item>/<lot> or <scope>/<item>/<lot>")),
  until: Argument.String("until").pipe(
    Argument.withSchema(OccurredAt),
    Argument.withDescription("The second time of --diff; all that is recorded where absent"),
    Argument.optional
  ),
  direction: Flag.Literals("direction", ["forward", "backward", "both"]).pipe(
    Flag.withDescription("To what was made of it and who got that, to what it was made of, or both"),
    Flag.withDefault("forward")
  ),
  asOf: Flag.String("as-of").pipe(
    Flag.withSchema(OccurredAt),
    Flag.withDescription("What was recorded by then of what had happened by then, like 2026-11-23T18:00:00+01:00"),
    Flag.optional
  ),
  diff: Flag.String("diff").pipe(
    Flag.withSchema(OccurredAt),
    Flag.withDescription("What a later answer has that the one as of this time hadn't: --diff T1 T2"),
    Flag.optional
  ),
  window: Flag.String("window").pipe(
    Flag.withDescription("EQUIPMENT,FROM,TO: whatever was on it then, between clean breaks, is suspected, too"),
    Flag.between(0, 100)
  ),
  format: Flag.Literals("format", formats).pipe(
    Flag.withDescription("How the report is written"),
    Flag.withDefault("table")
  ),
  output: Flag.String("output").pipe(
    Flag.withDescription("The file to write it to, instead of to the terminal"),
    Flag.optional
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("One line of JSON: scopes, lots, shipments, mass balance, and how long it took"),
    Flag.withDefault(false)
  )
}

type Asked = Command.Command.Config.Infer<typeof asking>

const isTime = (text: string): text is OccurredAt => Option.isSome(OccurredAt.makeOption(text))

const noWindow = (value: string, reason: string) =>
  new DataQualityIssue({
    field: "window",
    value,
    reason,
    nextStep: "Give equipment, first and last time: MIXER-1,2026-11-23T06:00:00+01:00,2026-11-23T14:00:00+01:00"
  })

/** Names of equipment may hold commas; times don't. */
const windowOf = (text: string): Effect.Effect<Window, DataQualityIssue> => {
  const [to = "", from = "", ...equipment] = text.split(",").reverse()
  if (!isTime(from) || !isTime(to) || equipment.length === 0) {
    return Effect.fail(noWindow(text, "It isn't equipment and two times with their offset from UTC"))
  }
  if (instant(from) > instant(to)) return Effect.fail(noWindow(text, "Its first time is after its last"))
  return Effect.map(
    WorkCenterId.makeEffect(equipment.reverse().join(",")).pipe(
      Effect.mapError(() => noWindow(text, "No equipment is called so"))
    ),
    (equipment) => ({ equipment, from, to })
  )
}

const issue = (field: string, value: string, reason: string, nextStep: string) =>
  new DataQualityIssue({ field, value, reason, nextStep })

/** Why it has no one answer; undefined where it has one. Of a time that lies ahead there would be another once it is there. */
export const refusal = Effect.fnUntraced(function* ({ asOf, diff, format, json, until }: Asked) {
  if ((Option.isSome(asOf) && Option.isSome(diff)) || (Option.isSome(until) && Option.isNone(diff))) {
    const reason = "Either --as-of one time is asked for or --diff between two, and a second time with --diff alone"
    return issue("time", "several", reason, "Leave the others out")
  }
  const now = yield* Clock.currentTimeMillis
  const ahead = [asOf, diff, until].flatMap(Option.toArray).find((time) => instant(time) > now)
  if (ahead !== undefined) {
    return issue(
      "time",
      ahead,
      "Nobody knows what will be recorded by then",
      "Leave it out: the answer is of all there is"
    )
  }
  if (json && format !== "table") {
    return issue("format", format, "--json is one answer and --format another", "Leave one of them out")
  }
  if (Option.isSome(diff) && format !== "table" && format !== "json") {
    const reason = "The difference between two answers is written as a table or as JSON alone"
    return issue("format", format, reason, "Give --format json, or leave --format out")
  }
  return undefined
})

export const questionOf = Effect.fnUntraced(function* (flags: Asked) {
  const refused = yield* refusal(flags)
  if (refused !== undefined) return yield* refused
  const windows = yield* Effect.forEach(flags.window, windowOf)
  return { lot: yield* knownLot(flags.lot), direction: flags.direction, windows }
})
