// What another version of Traveler would have made of archived messages: this checkout and that one play the same ones,
// each in a scratch database of its own, and what came of it is compared. Used by `traveler replay messages`.
import { join } from "node:path"
import { Effect, type Redacted } from "effect"
import { DataQualityIssue, messageOf, TechnicalFailure } from "../../../core/failure.ts"
import type { Range } from "../../archive/queries.ts"
import { compare } from "./compare.ts"
import { archiveEnd, Live } from "./live.ts"
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

/** Of nothing, any two versions make the same. */
const nothingPlayed = ({ from, plant, to }: Range) =>
  new DataQualityIssue({
    field: "messages",
    value: `${from.toISOString()} to ${to.toISOString()}${plant === undefined ? "" : ` of ${plant}`}`,
    reason: "The archive has no message with its bytes that was received then",
    nextStep: "See which times it has: npm run traveler -- archive status"
  })

export const whatIf = Effect.fnUntraced(function* (
  live: Redacted.Redacted,
  range: Range,
  candidate: string,
  tell: (line: string) => void
) {
  yield* requireProgram("candidate", candidate)
  // Both play the same, although they read the archive at different moments.
  const to = Math.min(range.to.getTime(), yield* Effect.provide(archiveEnd, Live.layer(live)))
  const playing = Effect.fnUntraced(function* (name: string, checkout: string) {
    const request: Request = {
      protocol,
      live,
      scratch: yield* scratchDatabase(live),
      from: range.from.getTime(),
      to,
      ...(range.plant === undefined ? {} : { plant: range.plant })
    }
    return yield* versionOf(name, checkout, request, tell)
  })
  const [ours, theirs] = yield* Effect.all([playing("baseline", root), playing("candidate", candidate)], {
    concurrency: 2
  })
  const compared = yield* Effect.tryPromise({
    try: () => compare(ours.outcomes, theirs.outcomes, samples),
    catch: (cause) => (cause instanceof TechnicalFailure ? cause : unforeseen(cause))
  })
  const { messages, redacted } = compared.baseline
  return messages > redacted ? compared : yield* nothingPlayed(range)
}, Effect.scoped)
