// How far something is, for the person who waits: a bar on a terminal that is drawn over and over, lines elsewhere.
import { Effect } from "effect"

const width = 30

export const bar = (done: number, of: number): string => {
  const share = of === 0 ? 1 : Math.min(1, done / of)
  const filled = Math.floor(share * width)
  const percent = Math.floor(share * 100)
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${String(percent).padStart(3)} %  ${done} of ${of}`
}

/** To stderr, as all progress is. */
export const draw = (done: number, of: number) =>
  Effect.sync(
    () =>
      void process.stderr.write(
        `${process.stderr.isTTY ? "\r" : ""}${bar(done, of)}${process.stderr.isTTY ? "" : "\n"}`
      )
  )

/** Ends the line that was drawn over. */
export const drawn = Effect.sync(() => void (process.stderr.isTTY && process.stderr.write("\n")))
