// The reports of a batch's orders: which count, and what that adds to the sums. Pure but for its own state; used by
// `apply.ts` and by tests.
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderOf, plantOf } from "../../core/journal/stream.ts"
import { identity } from "../../core/message/metadata.ts"
import type { Amounts } from "../../core/message/order.ts"

export interface Report {
  readonly plant: string
  readonly order_id: string
  readonly version: number
  readonly type: string
  readonly operation_id: string
  readonly counts: boolean
  readonly amounts: Amounts
  readonly final: boolean
  readonly source: string
  readonly message_id: string
  readonly occurred_at: string
}

/** The key of a report: its event. */
export const reportKey = (stream: string, version: number): string => `${stream}\n${version}`

/** The report that counted until this event, where the event takes one back. */
export const takenBack = (event: RecordedEvent): number | undefined =>
  (event.type === "ReportReversed" || event.type === "ReportCorrected") && event.data.version > 0
    ? event.data.version
    : undefined

const amountNames = ["yield", "scrap", "scrapReason", "rework", "nonconforming", "laborTime", "machineTime"] as const

/** The report that this event makes, where it makes one. */
export const reportOf = (event: RecordedEvent): Report | undefined => {
  switch (event.type) {
    case "OperationStarted":
    case "OperationConfirmed":
    case "LaborBooked":
    case "MachineTimeBooked":
    case "ScrapDeclared":
    case "ReworkDeclared":
    case "NonconformanceRaised":
    case "ReportCorrected": {
      const data: Amounts & { readonly operationId: string; readonly final?: boolean } = event.data
      const { source, messageId } = identity(event.metadata)
      return {
        plant: plantOf(event.stream),
        order_id: orderOf(event.stream),
        version: event.version,
        type: event.type,
        operation_id: data.operationId,
        counts: true,
        amounts: Object.fromEntries(
          amountNames.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]]))
        ),
        final: data.final ?? false,
        source,
        message_id: messageId,
        occurred_at: event.metadata.occurredAt
      }
    }
    default:
      return undefined
  }
}

/** A report that begins to count, or ends to. */
export interface Change {
  readonly report: Report
  readonly sign: 1 | -1
}

/** What this event changes; `known` gives the report that it takes back. */
export const changesOf = (known: (key: string) => Report | undefined, event: RecordedEvent): ReadonlyArray<Change> => {
  const version = takenBack(event)
  const before = version === undefined ? undefined : known(reportKey(event.stream, version))
  const after = reportOf(event)
  const changes: Array<Change> = []
  if (before?.counts) changes.push({ report: { ...before, counts: false }, sign: -1 })
  if (after !== undefined) changes.push({ report: after, sign: 1 })
  return changes
}
