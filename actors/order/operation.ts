// One operation of an order: what its counted reports add up to. Used by the order actor alone.
import type { OrderEvent } from "../../core/event/order.ts"
import type { Amounts } from "../../core/message/order.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { accumulate, none, type Sums } from "../../core/plant/quantity.ts"

/** What one report says of one operation. */
export interface Report {
  /** As what a message of the order is known (`reports.ts`). */
  readonly is: "counted"
  readonly operationId: OperationId
  /** When the work that it reports happened; a correction keeps the time of the report that it corrects. */
  readonly at: number
  /** Says only that work has begun. */
  readonly start: boolean
  readonly final: boolean
  readonly amounts: Omit<Amounts, "scrapReason">
}

export interface Operation {
  /** The earliest start, `Infinity` where none is known. */
  readonly startedAt: number
  /** The latest counted report that isn't a start, `-Infinity` where there is none. */
  readonly reportedAt: number
  readonly reports: number
  readonly finals: number
  readonly good: Sums
  readonly scrap: Sums
  readonly rework: Sums
  /** Awaiting a material review board's disposition. */
  readonly nonconforming: Sums
  readonly labor: Sums
  readonly machine: Sums
}

export const unreported: Operation = {
  startedAt: Number.POSITIVE_INFINITY,
  reportedAt: Number.NEGATIVE_INFINITY,
  reports: 0,
  finals: 0,
  good: none,
  scrap: none,
  rework: none,
  nonconforming: none,
  labor: none,
  machine: none
}

/** Nothing counted is left of it: it's as if it had never been reported on. */
export const isUnreported = (operation: Operation): boolean =>
  operation.reports === 0 && operation.startedAt === Number.POSITIVE_INFINITY

const accumulated = (operation: Operation, { amounts, final }: Report, sign: 1 | -1) => ({
  reports: operation.reports + sign,
  finals: operation.finals + (final ? sign : 0),
  good: accumulate(operation.good, amounts.yield, sign),
  scrap: accumulate(operation.scrap, amounts.scrap, sign),
  rework: accumulate(operation.rework, amounts.rework, sign),
  nonconforming: accumulate(operation.nonconforming, amounts.nonconforming, sign),
  labor: accumulate(operation.labor, amounts.laborTime, sign),
  machine: accumulate(operation.machine, amounts.machineTime, sign)
})

export const withReport = (operation: Operation, report: Report): Operation =>
  report.start
    ? { ...operation, startedAt: Math.min(operation.startedAt, report.at) }
    : {
        startedAt: operation.startedAt,
        reportedAt: Math.max(operation.reportedAt, report.at),
        ...accumulated(operation, report, 1)
      }

/** Nobody knows when that was done. */
export const withTakenOver = (operation: Operation, report: Report): Operation => ({
  ...operation,
  ...accumulated(operation, report, 1)
})

/**
 * `remaining` are the counted reports of the operation without this one. They are asked for only where this one was
 * the earliest start or the latest report.
 */
export const withoutReport = (operation: Operation, report: Report, remaining: () => Iterable<Report>): Operation => {
  if (report.start) {
    if (report.at > operation.startedAt) return operation
    let startedAt = unreported.startedAt
    for (const { start, at } of remaining()) if (start) startedAt = Math.min(startedAt, at)
    return { ...operation, startedAt }
  }
  let { reportedAt } = operation
  if (report.at === reportedAt) {
    reportedAt = unreported.reportedAt
    for (const { start, at } of remaining()) if (!start) reportedAt = Math.max(reportedAt, at)
  }
  return { startedAt: operation.startedAt, reportedAt, ...accumulated(operation, report, -1) }
}

type ReportEvent = Extract<OrderEvent, { readonly data: { readonly operationId: OperationId } }>

const amountNames = ["yield", "scrap", "rework", "nonconforming", "laborTime", "machineTime"] as const

/** The report that an event makes, at a time that is the event's own or that of the report which it corrects. */
export const reportOf = ({ type, data }: ReportEvent, at: number): Report => {
  const source: Amounts & { readonly operationId: OperationId; readonly final?: boolean } = data
  const amounts: { -readonly [Name in keyof Report["amounts"]]: Report["amounts"][Name] } = {}
  for (const name of amountNames) {
    const amount = source[name]
    if (amount !== undefined) amounts[name] = amount
  }
  return {
    is: "counted",
    operationId: data.operationId,
    at,
    start: type === "OperationStarted",
    final: source.final ?? false,
    amounts
  }
}
