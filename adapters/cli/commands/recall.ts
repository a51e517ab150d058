// `traveler recall`: every lot that is affected by one, how sure that is, where it is and who has it.
import { writeFile } from "node:fs/promises"
import { Clock, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { DataQualityIssue, messageOf, TechnicalFailure } from "../../../core/failure.ts"
import type { LotKey } from "../../../core/plant/lot.ts"
import { recallDifference } from "../../recall/difference.ts"
import { writers } from "../../recall/format/formats.ts"
import { differenceTable } from "../../recall/format/table.ts"
import type { NotHeld } from "../../recall/hold.ts"
import { recall as recallOf, recallTwice } from "../../recall/recall.ts"
import type { RecallReport } from "../../recall/report.ts"
import { carryOutRecall } from "../carry-out-recall.ts"
import { asJson, say, shown } from "../output.ts"
import { carryingOut, orderOf } from "../recall-order.ts"
import { asking, questionOf } from "../recall-question.ts"
import { requireCore, withBroker, withStorage } from "../with-core.ts"

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

const asked = { ...asking, ...carryingOut }

type Asked = Command.Command.Config.Infer<typeof asked>

const onlyOne = new DataQualityIssue({
  field: "diff",
  value: "two answers",
  reason: "A recall is carried out or practised on one answer, not on the difference between two",
  nextStep: "Leave --diff out"
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
  const { asOf, diff, format, json, until } = flags
  const startedAt = yield* Clock.currentTimeMillis
  const question = yield* questionOf(flags)
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
