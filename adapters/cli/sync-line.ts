// A synchronization of a plant's master data in one line. Used by `sync` and `doctor`.
import type { SyncRun } from "../erp/sync-runs.ts"

const counts = ({ changed, gone, told, unreadable }: SyncRun): string =>
  [
    `${told} records told`,
    `${changed} changed`,
    `${gone} gone`,
    ...(unreadable === 0 ? [] : [`${unreadable} can't be understood`])
  ].join(", ")

export const syncLine = (run: SyncRun): string => {
  const { askedAt, askedBy, endedAt, erp, failure, plant, startedAt } = run
  const name = `Synchronization of plant ${plant}${erp === null ? "" : ` with ERP ${erp}`}`
  if (startedAt === null) return `${name}: asked for by ${askedBy} ${askedAt.toISOString()}, not begun.`
  if (endedAt === null) return `${name}: under way since ${startedAt.toISOString()}.`
  const when = `${startedAt.toISOString()} to ${endedAt.toISOString()}`
  if (failure === null) return `${name}, by ${askedBy}, ${when}: ${counts(run)}.`
  const about = `${failure.field} ${failure.value}`.trim()
  return `${name}, by ${askedBy}, ${when}: failed after ${counts(run)}. ${about}: ${failure.reason}. ${failure.nextStep}`
}
