// A recall that was carried out, or practised. Sent by the command line and by the core's own exercise. Anyone may import
// this file.
import { Schema } from "effect"
import { Badge, RecallId, WorkCenterId } from "../plant/identifiers.ts"
import { LotKey } from "../plant/lot.ts"
import { DecimalFromText } from "../plant/quantity.ts"
import { OccurredAt } from "../plant/time.ts"

/** Nothing is done to a lot by a mock recall: it shows that an answer is there in time, and is whole. */
export const RecallKind = Schema.Literals(["recall", "mock"])
export type RecallKind = typeof RecallKind.Type

/** Only what was scanned, or every certainty. */
export const RecallScope = Schema.Literals(["smallest", "largest"])
export type RecallScope = typeof RecallScope.Type

const count = Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))

/** What was asked, what was answered (its report by SHA-256), how long that took, and what was held. */
export const RecallRecorded = Schema.Struct({
  recallId: RecallId,
  kind: RecallKind,
  occurredAt: OccurredAt,
  /** Absent where the core practises by itself. */
  badge: Schema.optionalKey(Badge),
  reason: Schema.NonEmptyString,
  /** 21 CFR 11.50: what the signature of whoever acted (`badge`) means, and in which role. */
  signature: Schema.optionalKey(Schema.Struct({ role: Schema.NonEmptyString, meaning: Schema.NonEmptyString })),
  lot: LotKey,
  direction: Schema.Literals(["forward", "backward", "both"]),
  asOf: Schema.optionalKey(OccurredAt),
  windows: Schema.Array(Schema.Struct({ equipment: WorkCenterId, from: OccurredAt, to: OccurredAt })),
  /** The clock that an auditor asks for: asked, answered, and all of it done. */
  startedAt: OccurredAt,
  scopeKnownAt: OccurredAt,
  completedAt: OccurredAt,
  /** Lots. */
  scopes: Schema.Struct({ smallest: count, largest: count }),
  shipments: count,
  customers: count,
  /** What of the recalled lot is known to be somewhere, in percent of what came into it. */
  accountedPercent: DecimalFromText,
  /** Which scope's lots were held; absent where none was. */
  held: Schema.optionalKey(Schema.Struct({ scope: RecallScope, lots: count })),
  /** SHA-256 of the report as JSON, in hex. */
  report: Schema.String,
  journal: Schema.Struct({ events: count, hash: Schema.String }),
  version: Schema.String
})
export type RecallRecorded = typeof RecallRecorded.Type

export const recallMessages = { RecallRecorded } as const
export type RecallMessage = { readonly type: "RecallRecorded"; readonly body: RecallRecorded }

export const isRecallMessage = <Message extends { readonly type: string }>(
  message: Message
): message is Extract<Message, RecallMessage> => Object.hasOwn(recallMessages, message.type)
