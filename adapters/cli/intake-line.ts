// What became of a manifest that was put into a plant's folder, in one line. Used by `files list` and `doctor`.
import type { FileIntake } from "../files/intake-state.ts"

export const intakeLine = ({ file, manifest, plant, reason, rows, since, state }: FileIntake): string => {
  const about = `Files of plant ${plant}, ${manifest}`
  const when = since.toISOString()
  if (state === "read") return `${about}: read ${when}, ${rows} rows.`
  const why = `${file === null ? "" : `${file}: `}${reason ?? ""}`
  return state === "waiting" ? `${about}: waits since ${when}: ${why}` : `${about}: refused ${when}: ${why}`
}
