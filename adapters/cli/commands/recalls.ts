// `traveler recalls`: what was recalled, or practised, when, by whom, and how fast.
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { lotOf } from "../../../core/journal/stream.ts"
import { latestRecalls, type RecallRow } from "../../../projections/recalls/queries.ts"
import { fullName } from "../known-lots.ts"
import { answer, answerJson } from "../output.ts"
import { withStorage } from "../with-core.ts"

const most = 100

const seconds = (from: Date, to: Date): string => `${((to.getTime() - from.getTime()) / 1_000).toFixed(1)} s`

const lines = (row: RecallRow): string =>
  [
    `${row.id}  ${row.kind === "mock" ? "mock recall" : "recall"} of ${fullName(lotOf(row.lot))}, ${row.direction}${row.asOf === null ? "" : `, as of ${row.asOf}`}: ${row.reason}`,
    `    ${row.startedAt.toISOString()} by ${row.by ?? "the core"}; scope known after ${seconds(row.startedAt, row.scopeKnownAt)}, complete after ${seconds(row.startedAt, row.completedAt)}`,
    `    ${row.smallest} to ${row.largest} lots, ${row.shipments} shipments to ${row.customers} customers, ${row.accountedPercent} % accounted for; ${row.heldLots} lots held`,
    `    report SHA-256 ${row.report}`
  ].join("\n")

const entry = ({ lot, ...row }: RecallRow) => ({ ...row, lot: fullName(lotOf(lot)) })

export const recalls = Command.make(
  "recalls",
  { json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false)) },
  ({ json }) =>
    withStorage(() =>
      Effect.flatMap(latestRecalls(most), (rows) =>
        json
          ? answerJson({ recalls: rows.map(entry) })
          : answer(rows.length === 0 ? "No recall is recorded." : rows.map(lines).join("\n"))
      )
    )
).pipe(Command.withDescription("List recalls and mock recalls with their clocks, the latest first"))
