// How far a rebuild is, for whoever shows it.
import type { Effect } from "effect"

export interface Progress {
  /** What is counted: events of whole histories, indexes made afterwards, or events as the live view takes them. */
  readonly step: "histories" | "indexes" | "events"
  readonly done: number
  readonly of: number
}

export type Report = (progress: Progress) => Effect.Effect<void>
