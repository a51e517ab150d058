// What another version of Traveler would have made of archived messages: this checkout and that one play the same ones,
// each in a scratch database of its own, and what came of it is compared. Used by `traveler replay messages`.
import { join } from "node:path"
import { Effect, type Redacted } from "effect"
import { messageOf, TechnicalFailure } from "../../../core/failure.ts"
import type { Range } from "../../archive/queries.ts"
import { compare } from "./compare.ts"
import { protocol, type Request } from "./protocol.ts"
import { scratchDatabase } from "./scratch.ts"
import { requireProgram, versionOf } from "./version.ts"

/** This checkout. */
const root = join(import.meta.dirname, "../../..")

/** Of each way of being different, so many are shown. */
const samples = 3

const unforeseen = (cause: unknown) =>
  new TechnicalFailure({
    field: "versions",
    value: "",
    reason: messageOf(cause),
    nextStep: "Report it with both versions"
  })

export const whatIf = Effect.fnUntraced(function* (
  live: Redacted.Redacted,
  range: Range,
  candidate: string,
  tell: (line: string) => void
) {
  const playing = Effect.fnUntraced(function* (name: string, checkout: string) {
    const request: Request = {
      protocol,
      live,
      scratch: yield* scratchDatabase(live),
      from: range.from.getTime(),
      to: range.to.getTime(),
      ...(range.plant === undefined ? {} : { plant: range.plant })
    }
    return yield* versionOf(name, checkout, request, tell)
  })
  yield* requireProgram("candidate", candidate)
  const [ours, theirs] = yield* Effect.all([playing("baseline", root), playing("candidate", candidate)], {
    concurrency: 2
  })
  return yield* Effect.tryPromise({
    try: () => compare(ours.outcomes, theirs.outcomes, samples),
    catch: (cause) => (cause instanceof TechnicalFailure ? cause : unforeseen(cause))
  })
}, Effect.scoped)
