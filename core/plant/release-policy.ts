// What has to be known before a plant's released orders go to its MES, and how long anybody may take to say it. Anyone may
// import this file.
import { Schema } from "effect"

/** In the order in which they are asked. */
export const ReleaseCheck = Schema.Literals(["materialAvailable", "revisionValid", "workCenterReady"])
export type ReleaseCheck = typeof ReleaseCheck.Type

const Seconds = Schema.Int.pipe(Schema.check(Schema.isGreaterThan(0)))

/** One plant's; a check that isn't named isn't asked. */
export const ReleasePolicy = Schema.Struct({
  checks: Schema.Array(
    Schema.Struct({
      check: ReleaseCheck,
      withinSeconds: Seconds,
      /** What it means that there is no answer by then: it never means yes. */
      withoutAnswer: Schema.Literals(["stop", "goOn"])
    })
  ),
  /** So long may the MES take to acknowledge an order. */
  acknowledgedWithinSeconds: Seconds
})
export type ReleasePolicy = typeof ReleasePolicy.Type
