// The works that an order's routing asks for, finished with the time that was reported: without, a production isn't done.
// Used by `drive.ts` alone.
import { Effect, Schema } from "effect"
import type { Quantity } from "../../../core/plant/quantity.ts"
import type { Document } from "../../../core/port/erp.ts"
import type { Search } from "./ask.ts"
import { isOfSequence } from "./operations.ts"
import type { Writes } from "./write.ts"

const Work = Schema.Struct({ id: Schema.Int, sequence: Schema.NullOr(Schema.Int) })
const Cycle = Schema.Struct({ id: Schema.Int, work: Schema.Int, state: Schema.String })

const seconds = new Map([
  ["SEC", 1],
  ["MIN", 60],
  ["HUR", 3_600],
  ["DAY", 86_400]
])

const secondsOf = (time: Quantity | undefined): number =>
  time === undefined ? 0 : Number(time.value) * (seconds.get(time.unit) ?? 0)

/** The machine's time; where there is none the people's; none where neither was reported. */
const timeOf = ({ operations = [] }: Document, sequence: number | null): number => {
  const reported = operations.filter(
    ({ operationId, takenBack }) => takenBack !== true && isOfSequence(operationId, sequence)
  )
  const sum = (name: "laborTime" | "machineTime") =>
    reported.reduce((total, { amounts }) => total + secondsOf(amounts[name]), 0)
  return sum("machineTime") || sum("laborTime")
}

/** A cycle that is there from an earlier attempt is gone on with: there is never a second one of ours. */
export const finishWorks = (search: Search) =>
  Effect.fnUntraced(function* (production: number, document: Document, { between, write }: Writes) {
    const open = [
      ["production", "=", production],
      ["state", "not in", ["finished", "done"]]
    ]
    const works = yield* between(search(Work, "production.work", open, ["sequence"]))
    if (works.length === 0) return
    const cyclesIn = (...states: ReadonlyArray<string>) => {
      const domain = [
        ["work", "in", works.map(({ id }) => id)],
        ["state", "in", states]
      ]
      return between(search(Cycle, "production.work.cycle", domain, ["work", "state"]))
    }
    const there = new Set((yield* cyclesIn("draft", "running", "done")).map(({ work }) => work))
    const missing = works.filter(({ id }) => !there.has(id))
    if (missing.length > 0) {
      const cycles = missing.map(({ id, sequence }) => ({
        work: id,
        duration: { __class__: "timedelta", seconds: timeOf(document, sequence) }
      }))
      yield* write("model.production.work.cycle.create", [cycles])
    }
    const drafts = yield* cyclesIn("draft")
    if (drafts.length > 0) yield* write("model.production.work.cycle.run", [drafts.map(({ id }) => id)])
    const running = yield* cyclesIn("running")
    if (running.length > 0) yield* write("model.production.work.cycle.do", [running.map(({ id }) => id)])
  })
