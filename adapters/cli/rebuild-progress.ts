// How far a rebuild is, for the person who waits: what is done, how fast, and how long it will take. Used by
// `replay projection`.
import { Effect } from "effect"
import type { Progress, Report } from "../../projections/rebuild/progress.ts"
import { bar } from "./progress.ts"

const steps = { histories: "whole histories", indexes: "indexes", events: "events since" } as const

/** On a terminal a line is drawn over; elsewhere each is one more. */
const pauseMillis = process.stderr.isTTY ? 200 : 2_000

const speed = (done: number, left: number, millis: number): string => {
  if (done <= 0 || millis < 500) return ""
  const rate = (done / millis) * 1_000
  return `, ${Math.round(rate)} a second, ${Math.ceil(left / rate)} s left`
}

/** Each step is timed from its first word, so that what an earlier run did doesn't count as this one's speed. */
export const rebuildProgress = (view: string): Report => {
  let began: { readonly step: Progress["step"]; readonly at: number; readonly done: number } | undefined
  let toldAt = Number.NEGATIVE_INFINITY
  return ({ done, of, step }) =>
    Effect.sync(() => {
      const now = performance.now()
      if (began?.step !== step) {
        began = { step, at: now, done }
        toldAt = Number.NEGATIVE_INFINITY
      }
      if (now - toldAt < pauseMillis && done < of) return
      toldAt = now
      const line = `${view}: ${steps[step]} ${bar(done, of)}${speed(done - began.done, of - done, now - began.at)}`
      process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}${done < of ? "" : "\n"}` : `${line}\n`)
    })
}
