// Why a bench prints no number. Used by the bench alone.
import { Schema } from "effect"

/** What ran did not do the work: a fast wrong answer is no answer. */
export class WrongResult extends Schema.TaggedError<WrongResult>()("WrongResult", {
  what: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `${this.what}: ${this.reason}`
  }
}
