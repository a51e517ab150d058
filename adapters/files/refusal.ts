// Why a file isn't read: not yet, or never as it is. Used inside adapters/files.
import { Data } from "effect"

/** It may become whole, or be reached, by itself: it stays where it is. */
export class NotWhole extends Data.TaggedError("NotWhole")<{ readonly file: string; readonly reason: string }> {}

/** As it is it can't be read, and nothing of it was published. What the answer file says. */
export class Refused extends Data.TaggedError("Refused")<{
  readonly file: string
  /** 1 is the first row after the names of the columns; absent where it is about the whole file. */
  readonly row?: number
  readonly field: string
  readonly value: string
  readonly reason: string
  readonly nextStep: string
}> {}
