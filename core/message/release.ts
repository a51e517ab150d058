// Messages of the release runner to the order that it leads to the MES. Anyone may import this file.
import { Schema, Struct } from "effect"
import { releaseEvents } from "../event/release.ts"
import { RecordedFailure } from "../failure.ts"
import { ReleasePolicy } from "../plant/release-policy.ts"
import { OccurredAt } from "../plant/time.ts"

const about = { occurredAt: OccurredAt }
const { ProductionOrderDispatched, ProductionOrderWithdrawn, ReleaseReported } = releaseEvents

/** What it says; the event that the order records has the same name and content, unless it is said otherwise. */
export const releaseMessages = {
  /** The plant's policy has this revision go to the MES: becomes `ReleaseStarted`. */
  ReleaseDue: Schema.Struct({
    ...about,
    revision: Schema.Int,
    policy: ReleasePolicy,
    /** The MES has, or may have, this one from before the plant had a policy. */
    replaces: Schema.optionalKey(Schema.Int)
  }),
  ReleaseCheckPassed: Schema.Struct({ ...about, ...releaseEvents.ReleaseCheckPassed.fields }),
  ReleaseCheckFailed: Schema.Struct({ ...about, ...releaseEvents.ReleaseCheckFailed.fields }),
  ReleaseCheckUnanswered: Schema.Struct({ ...about, ...releaseEvents.ReleaseCheckUnanswered.fields }),
  ProductionOrderDispatched: Schema.Struct({
    ...about,
    ...Struct.omit(ProductionOrderDispatched.fields, ["acknowledgedWithinSeconds"])
  }),
  ReleaseReported: Schema.Struct({ ...about, ...ReleaseReported.fields }),
  /** The ERP won't be told: becomes `ReleaseStopped`. */
  ReleaseReportRefused: Schema.Struct({
    ...about,
    ...Struct.omit(ReleaseReported.fields, ["omitted"]),
    failure: RecordedFailure
  }),
  ProductionOrderWithdrawn: Schema.Struct({ ...about, ...ProductionOrderWithdrawn.fields })
} as const

export type ReleaseMessage = {
  [Type in keyof typeof releaseMessages]: { readonly type: Type; readonly body: (typeof releaseMessages)[Type]["Type"] }
}[keyof typeof releaseMessages]
