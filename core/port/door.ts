// The port of the partitions: the one way in for every message, from the broker or from inside the core.
import { Context, type Effect, Schema } from "effect"
import type { RecordedFailure } from "../failure.ts"
import type { StreamName } from "../journal/stream.ts"
import type { EquipmentMessage } from "../message/equipment.ts"
import type { CaseNotice, CaseSubject, ExceptionMessage } from "../message/exception.ts"
import type { LotMessage, LotNotice } from "../message/lot.ts"
import type { MasterDataMessage } from "../message/master-data.ts"
import type { MessageMetadata } from "../message/metadata.ts"
import type { OrderMessage } from "../message/order.ts"
import type { PlantDecision } from "../message/plant.ts"
import type { GroupingMessage, PostingMessage } from "../message/posting.ts"
import type { RecallMessage } from "../message/recall.ts"
import type { ReconciliationMessage, RepairMessage } from "../message/reconciliation.ts"
import type { ReleaseMessage } from "../message/release.ts"
import type { TimerMessage } from "../message/timer.ts"
import type { Delivery } from "./broker.ts"
import type { ProcessSpan } from "./tracer.ts"

export type CanonicalMessage =
  | OrderMessage
  | PostingMessage
  | GroupingMessage
  | ReleaseMessage
  | TimerMessage
  | LotMessage
  | LotNotice
  | EquipmentMessage
  | MasterDataMessage
  | PlantDecision
  | RecallMessage
  | ExceptionMessage
  | CaseNotice
  | ReconciliationMessage
  | RepairMessage

/** A message on its way to the one stream that it belongs to. */
export interface Incoming {
  readonly stream: StreamName
  readonly metadata: MessageMetadata
  /** What it says, or why that can't be understood; the latter is parked whole on `stream`. */
  readonly content:
    | { readonly _tag: "Understood"; readonly message: CanonicalMessage }
    | {
        readonly _tag: "NotUnderstood"
        readonly failure: RecordedFailure
        readonly subject: CaseSubject
        /** The stream that it belongs to, where `stream` is its case's own. */
        readonly waiting?: StreamName
      }
  /** The broker delivered it again; a second body without an id is then no surprise. */
  readonly redelivered: boolean
  /**
   * As the broker delivered it; absent where it comes from inside the core. Its bytes are kept beside the journal when
   * the message is parked or deferred, and its case says how to try it again.
   */
  readonly delivery?: Delivery
  /** Told by the owner once the message is decided, before it is durable; it stays in its process. */
  readonly span?: Pick<ProcessSpan, "decided">
}

/**
 * What became of one message, told only once it is durable. A suspected duplicate (a body that came again without an
 * id) has an event and a case of its own; a plain duplicate leaves no trace.
 */
export type Outcome = "handled" | "duplicate" | "suspected" | "parked"

/** No runner owns the partition now, or its owner can't reach the journal. The message was not handled. */
export class PartitionUnavailable extends Schema.TaggedError<PartitionUnavailable>()("PartitionUnavailable", {
  partition: Schema.Int,
  reason: Schema.String
}) {}

export class Door extends Context.Service<
  Door,
  {
    /** All of one partition, in order. Succeeds when every one is durable. */
    readonly submit: (
      partition: number,
      incoming: ReadonlyArray<Incoming>
    ) => Effect.Effect<ReadonlyArray<Outcome>, PartitionUnavailable>
  }
>()("traveler/core/Door") {}
