// A new name for a recall. Used by whoever carries one out.
import { randomInt } from "node:crypto"
import { RecallId } from "../../core/plant/identifiers.ts"

/** Without what is easily misread on paper. */
const letters = "abcdefghjkmnpqrstuvwxyz23456789"

/** `R-20261130T0912-k3x9`: the minute, and four letters that tell it from any other of that minute. */
export const newRecallId = (now: number): RecallId => {
  const minute = new Date(now).toISOString().slice(0, 16).replaceAll(/[-:]/g, "")
  const word = Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("")
  return RecallId.make(`R-${minute}-${word}`)
}
