// Which reports of an order count, as a function of the set of its messages. Used by the order actor alone.
//
// A report has at most one line: itself, the highest ranked of its corrections, the highest ranked of that one's, and
// so on. The last of the line counts unless it was reversed. Everything else that names the report is off the line for
// ever, since nothing can outrank the winner's rank downwards; so a correction of a losing correction counts nothing,
// and the same goods are never counted twice.
import { HashMap, Option } from "effect"
import { outranks, type Rank } from "../../core/message/rank.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import {
  isUnreported,
  type Operation,
  type Report,
  unreported,
  withoutReport,
  withReport,
  withTakenOver
} from "./operation.ts"

/** What is known of a message of this order, by its `messageKey`. `at` as in `Report`. */
export type Known =
  | Report
  | { readonly is: "reversed"; readonly at: number }
  | { readonly is: "corrected"; readonly by: string; readonly rank: Rank; readonly at: number }
  /** Off the line: outranked, or it corrects something that is off the line or no report. */
  | { readonly is: "outranked" }
  /** Material that went in or out: it counts in its lots' balances until it is reversed. */
  | { readonly is: "material"; readonly at: number; readonly reversed: boolean }
  /** No report: an order's message, a reversal, or one that was settled without being recorded here. */
  | { readonly is: "noReport" }

export interface Reports {
  readonly known: HashMap.HashMap<string, Known>
  readonly operations: HashMap.HashMap<OperationId, Operation>
}

export const noReports: Reports = { known: HashMap.empty(), operations: HashMap.empty() }

export const lookUp = ({ known }: Reports, key: string): Known | undefined =>
  Option.getOrUndefined(HashMap.get(known, key))

export const operationOf = ({ operations }: Reports, operationId: OperationId): Operation =>
  Option.getOrElse(HashMap.get(operations, operationId), () => unreported)

const outranked: Known = { is: "outranked" }
const noReport: Known = { is: "noReport" }

const withKnown = <State extends Reports>(state: State, key: string, known: Known): State => ({
  ...state,
  known: HashMap.set(state.known, key, known)
})

export const noteNoReport = <State extends Reports>(state: State, key: string): State => withKnown(state, key, noReport)
export const noteOutranked = <State extends Reports>(state: State, key: string): State =>
  withKnown(state, key, outranked)

export const noteMaterial = <State extends Reports>(state: State, key: string, at: number): State =>
  withKnown(state, key, { is: "material", at, reversed: false })

/** A report, or the replacement that a correction makes, now counts. */
export const count = <State extends Reports>(state: State, key: string, report: Report): State => ({
  ...state,
  known: HashMap.set(state.known, key, report),
  operations: HashMap.set(
    state.operations,
    report.operationId,
    withReport(operationOf(state, report.operationId), report)
  )
})

/** It counts for ever: it is in the ERP's books, and nobody here can take it back. */
export const takeOver = <State extends Reports>(state: State, key: string, report: Report): State => ({
  ...withKnown(state, key, noReport),
  operations: HashMap.set(
    state.operations,
    report.operationId,
    withTakenOver(operationOf(state, report.operationId), report)
  )
})

/** What was counted under `key` no longer is; from now on it is `known`. */
const replace = <State extends Reports>(state: State, key: string, known: Known): State => {
  const before = lookUp(state, key)
  const replaced = withKnown(state, key, known)
  if (before?.is !== "counted") return replaced
  const { operationId } = before
  const operation = withoutReport(operationOf(state, operationId), before, () => countedOn(replaced, operationId))
  return {
    ...replaced,
    operations: isUnreported(operation)
      ? HashMap.remove(state.operations, operationId)
      : HashMap.set(state.operations, operationId, operation)
  }
}

function* countedOn({ known }: Reports, operationId: OperationId): Iterable<Report> {
  for (const entry of HashMap.values(known)) {
    if (entry.is === "counted" && entry.operationId === operationId) yield entry
  }
}

const timeOf = (known: Known | undefined): number => (known !== undefined && "at" in known ? known.at : 0)

/** The line from `key` on: itself, then the correction that won, and so on to the last. */
const line = (reports: Reports, key: string): ReadonlyArray<string> => {
  const keys = [key]
  for (let entry = lookUp(reports, key); entry?.is === "corrected"; entry = lookUp(reports, entry.by))
    keys.push(entry.by)
  return keys
}

/** What a reversal or a correction does to what it names. */
export type Effect =
  /** `counted` is the key of what counted until now; absent where a correction only adds, since nothing did. */
  | { readonly _tag: "Applies"; readonly counted?: string; readonly at: number }
  | { readonly _tag: "Nothing"; readonly reason: string }
  | { readonly _tag: "Waits" }

const nothing = (reason: string): Effect => ({ _tag: "Nothing", reason })

export const effectOfReversal = (reports: Reports, own: string, target: string): Effect => {
  const known = lookUp(reports, target)
  switch (known?.is) {
    case undefined:
      return own === target ? nothing("It names itself") : { _tag: "Waits" }
    case "counted":
      return { _tag: "Applies", counted: target, at: known.at }
    case "material":
      return known.reversed
        ? nothing("The report was reversed before")
        : { _tag: "Applies", counted: target, at: known.at }
    case "reversed":
      return nothing("The report was reversed before")
    case "corrected":
      return nothing("The report was corrected and counts no more; reverse its correction")
    case "outranked":
      return nothing("The correction counts for nothing: another one of the same report ranks higher")
    case "noReport":
      return nothing("What it names is no report of this order")
  }
}

export const effectOfCorrection = (reports: Reports, own: string, target: string, rank: Rank): Effect => {
  const known = lookUp(reports, target)
  switch (known?.is) {
    case undefined:
      return own === target ? nothing("It names itself") : { _tag: "Waits" }
    case "counted":
      return { _tag: "Applies", counted: target, at: known.at }
    case "reversed":
      return { _tag: "Applies", at: known.at }
    case "corrected": {
      if (!outranks(rank, known.rank)) return nothing("Another correction of the same report ranks higher")
      const last = line(reports, target).at(-1) ?? target
      return lookUp(reports, last)?.is === "counted"
        ? { _tag: "Applies", counted: last, at: known.at }
        : { _tag: "Applies", at: known.at }
    }
    case "material":
      return nothing("Material isn't corrected: reverse the report and send another")
    case "outranked":
      return nothing("It corrects a correction that counts for nothing")
    case "noReport":
      return nothing("What it names is no report of this order")
  }
}

/** For a reversal that applies. */
export const reverse = <State extends Reports>(state: State, target: string): State => {
  const known = lookUp(state, target)
  return known?.is === "material"
    ? withKnown(state, target, { ...known, reversed: true })
    : replace(state, target, { is: "reversed", at: timeOf(known) })
}

/** For a correction that applies: `key` takes the target's place, and a correction that it outranks loses its line. */
export const correct = <State extends Reports>(
  state: State,
  target: string,
  key: string,
  rank: Rank,
  replacement: (at: number) => Report
): State => {
  const at = timeOf(lookUp(state, target))
  const [, ...losers] = line(state, target)
  const cleared = losers.reduce((current, loser) => replace(current, loser, outranked), state)
  return count(replace(cleared, target, { is: "corrected", by: key, rank, at }), key, replacement(at))
}
