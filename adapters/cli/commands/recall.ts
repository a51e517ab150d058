// `traveler recall`: every lot that is affected by one, how sure that is, where it is and who has it.
import { writeFile } from "node:fs/promises"
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { DataQualityIssue, messageOf, TechnicalFailure } from "../../../core/failure.ts"
import { WorkCenterId } from "../../../core/plant/identifiers.ts"
import type { LotKey } from "../../../core/plant/lot.ts"
import { instant, OccurredAt } from "../../../core/plant/time.ts"
import { recallDifference } from "../../recall/difference.ts"
import { formats, writers } from "../../recall/format/formats.ts"
import { differenceTable } from "../../recall/format/table.ts"
import type { NotHeld } from "../../recall/hold.ts"
import { recall as recallOf, recallTwice } from "../../recall/recall.ts"
import type { RecallReport, Window } from "../../recall/report.ts"
import { carryOutRecall } from "../carry-out-recall.ts"
import { knownLot } from "../known-lots.ts"
import { asJson, say, shown } from "../output.ts"
import { carryingOut, orderOf } from "../recall-order.ts"
import { requireCore, withBroker, withStorage } from "../with-core.ts"

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

/**
 * What `--json` says of a lot; its whole balance is in the report. Name by name: rest and spread would take as long as
 * finding them.
 */
const lotEntry = (lot: RecallReport["lots"][number]) => ({
  id: lot.id,
  scope: lot.scope,
  item: lot.item,
  lot: lot.lot,
  certainty: lot.certainty,
  reason: lot.reason,
  depth: lot.depth,
  direction: lot.direction,
  unit: lot.unit,
  made: lot.made,
  onHand: lot.onHand,
  inProcess: lot.inProcess,
  scrapped: lot.scrapped,
  shipped: lot.shipped,
  held: lot.held,
  disposition: lot.disposition,
  unexplained: lot.massBalance.unexplained,
  otherUnits: lot.otherUnits
})

/** Without the steps between the lots, which nobody reads in one line. */
const entry = (report: RecallReport, milliseconds: number) => ({
  lot: report.lot,
  direction: report.direction,
  asOf: report.asOf ?? null,
  scopes: report.scopes,
  lots: report.lots.map(lotEntry),
  shipments: report.shipments,
  massBalance: report.massBalance,
  milliseconds,
  windows: report.windows,
  assumptions: report.assumptions,
  suppliers: report.suppliers,
  journal: report.journal,
  version: report.version
})

const written = (bytes: Uint8Array, file: string) =>
  Effect.andThen(
    Effect.tryPromise({
      try: () => writeFile(file, bytes),
      catch: (cause) =>
        new TechnicalFailure({
          field: "output",
          value: file,
          reason: messageOf(cause),
          nextStep: "Name a file in a folder that is there and may be written to"
        })
    }),
    say(`Written to ${file}`)
  )

const asked = {
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
  ...carryingOut,
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("One line of JSON: scopes, lots, shipments, mass balance, and how long it took"),
    Flag.withDefault(false)
  )
}

type Asked = Command.Command.Config.Infer<typeof asked>

const tooMany = new DataQualityIssue({
  field: "time",
  value: "several",
  reason: "Either --as-of one time is asked for or --diff between two, and a second time with --diff alone",
  nextStep: "Leave the others out"
})

const onlyOne = new DataQualityIssue({
  field: "diff",
  value: "two answers",
  reason: "A recall is carried out or practised on one answer, not on the difference between two",
  nextStep: "Leave --diff out"
})

const noFormat = (format: string) =>
  new DataQualityIssue({
    field: "format",
    value: format,
    reason: "The difference between two answers is written as a table or as JSON alone",
    nextStep: "Give --format json, or leave --format out"
  })

const text = (words: string): Uint8Array => Buffer.from(`${words}\n`)

/** Gives the lots that aren't held though they should be. */
type CarryOut<E, R> = (
  lot: LotKey,
  report: RecallReport,
  startedAt: number
) => Effect.Effect<ReadonlyArray<NotHeld>, E, R>

/** What is shown or written, and only then said to have failed. */
interface Answered {
  readonly bytes: Uint8Array
  readonly notHeld: ReadonlyArray<NotHeld>
}

const failedToHold = (lots: ReadonlyArray<NotHeld>) =>
  new DataQualityIssue({
    field: "hold",
    value: lots.map(({ id, reason }) => `${id} (${reason})`).join("; "),
    reason: "Not every lot of the scope is held, all others are",
    nextStep: "Lock these up by hand"
  })

const found = Effect.fnUntraced(function* <E, R>(flags: Asked, carryOut: CarryOut<E, R>) {
  const { asOf, diff, direction, format, json, lot, until, window } = flags
  const startedAt = yield* Clock.currentTimeMillis
  if ((Option.isSome(asOf) && Option.isSome(diff)) || (Option.isSome(until) && Option.isNone(diff))) {
    return yield* tooMany
  }
  if (Option.isSome(diff) && format !== "table" && format !== "json") return yield* noFormat(format)
  const question = { lot: yield* knownLot(lot), direction, windows: yield* Effect.forEach(window, windowOf) }
  const took = Effect.map(Clock.currentTimeMillis, (now) => now - startedAt)
  if (Option.isSome(diff)) {
    const { after, before } = yield* recallTwice(question, diff.value, Option.getOrUndefined(until))
    const difference = recallDifference(before, after)
    const words = json
      ? asJson({ ...difference, milliseconds: yield* took })
      : format === "json"
        ? asJson(difference)
        : differenceTable(difference)
    return { bytes: text(words), notHeld: [] } satisfies Answered
  }
  const recalled = yield* recallOf(question, Option.getOrUndefined(asOf))
  const milliseconds = yield* took
  const notHeld = yield* carryOut(question.lot, recalled.report, startedAt)
  const bytes = json ? text(JSON.stringify(entry(recalled.report, milliseconds))) : yield* writers[format](recalled)
  return { bytes, notHeld } satisfies Answered
})

/** Where something is decided, there must be a core that hears it. */
const answered = Effect.fnUntraced(function* (flags: Asked) {
  const order = yield* orderOf(flags)
  if (order === undefined) return yield* withStorage(() => found(flags, () => Effect.succeed([])))
  if (Option.isSome(flags.diff)) return yield* onlyOne
  return yield* withBroker((settings) =>
    Effect.andThen(
      requireCore(settings),
      found(flags, (lot, report, startedAt) => carryOutRecall(lot, report, startedAt, order))
    )
  )
})

export const recall = Command.make("recall", asked, (flags) =>
  Effect.gen(function* () {
    const { bytes, notHeld } = yield* answered(flags)
    yield* Option.match(flags.output, { onNone: () => shown(bytes), onSome: (file) => written(bytes, file) })
    if (notHeld.length > 0) return yield* failedToHold(notHeld)
  })
).pipe(Command.withDescription("Find every lot that is affected by one, where it is, and who has it"))
