// What the poster needs of the postings view. `poster-view.ts` is behind it; tests put a fake there.
import { Context, type Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { DocumentOfOrder } from "../../core/event/posting.ts"
import type { StreamName } from "../../core/journal/stream.ts"
import type { PostingKey } from "../../core/plant/identifiers.ts"
import type { PostingMode } from "../../core/plant/posting-mode.ts"
import type { Document } from "../../core/port/erp.ts"
import type { TraceContext } from "../../core/port/tracer.ts"
import type { Wait } from "./poster-circles.ts"

/** A posting as its view holds it. */
export interface Posting {
  readonly key: PostingKey
  /** The stream that asked for it: its outcomes go there. */
  readonly stream: StreamName
  /** The highest attempt that is known to be verified, deferred or failed; 0 for none. The next one is one more. */
  readonly attempts: number
  readonly document: Document
  /** The day on which it happened, where a closed period moved its posting date. */
  readonly movedFrom?: string
  /** What its plant does with it. */
  readonly mode: PostingMode
  /** The ERP had refused it once, or its period was closed: a person may have posted it since. */
  readonly wasRefused: boolean
  /** It is posted in one with others. */
  readonly isGrouped: boolean
  /** Of the `process` span of the message that caused it. */
  readonly traceparent?: TraceContext
  readonly recordedAt: number
}

export interface PostedLately {
  /** All of it is in the ERP, whatever the view says. */
  readonly all: ReadonlyArray<PostingKey>
  /** Those that may have let others go on since this was asked before. */
  readonly news: ReadonlyArray<PostingKey>
}

/** Postings of one stream, in order. The first may be sent now, each further one once the one before it is verified. */
export type Lane = ReadonlyArray<Posting>

/** What people post of an order. */
export interface OfPeople {
  readonly stream: StreamName
  /** Those that weren't found in the ERP yet. */
  readonly postings: ReadonlyArray<Posting>
}

/** What an order's reports asked for, to be posted as one. */
export interface Due {
  readonly stream: StreamName
  readonly documents: ReadonlyArray<Pick<Posting, "key" | "attempts"> & DocumentOfOrder>
}

export class PostingQueue extends Context.Service<
  PostingQueue,
  {
    /**
     * At most so many lanes, none of a stream that is in hand. The view may lag; a lane whose first posting has its next
     * attempt claimed should be left out, but needn't be.
     */
    readonly ready: (
      limit: number,
      inHand: ReadonlySet<StreamName>
    ) => Effect.Effect<ReadonlyArray<Lane>, SqlError.SqlError>
    /**
     * The same, of the streams whose documents the news are and of those that take from the lots which these put into
     * stock, whether or not the view has heard of it: asked often, and cheap however many others wait.
     */
    readonly following: (
      posted: PostedLately,
      limit: number,
      inHand: ReadonlySet<StreamName>
    ) => Effect.Effect<ReadonlyArray<Lane>, SqlError.SqlError>
    /**
     * At most so many orders whose documents are due to be posted as one, none that is in hand, and none with a document
     * that is claimed to be sent by itself.
     */
    readonly due: (
      limit: number,
      inHand: ReadonlySet<StreamName>
    ) => Effect.Effect<ReadonlyArray<Due>, SqlError.SqlError>
    /**
     * What was claimed to go with others, and didn't, may go by itself: for an ERP that takes each, once nobody can be
     * telling an order of it any more.
     */
    readonly releaseGrouped: Effect.Effect<unknown, SqlError.SqlError>
    /** At most so many orders of which something is left to people, by their streams' names, those that follow `after`. */
    readonly ofPeople: (
      after: StreamName | undefined,
      limit: number
    ) => Effect.Effect<ReadonlyArray<OfPeople>, SqlError.SqlError>
    /** Of these orders, the ERP's numbers of documents that are known to be something else than what is looked for. */
    readonly taken: (
      streams: ReadonlyArray<StreamName>
    ) => Effect.Effect<ReadonlyMap<StreamName, ReadonlySet<string>>, SqlError.SqlError>
    /** Which stream's first posting waits for which other stream's. */
    readonly waits: Effect.Effect<ReadonlyArray<Wait>, SqlError.SqlError>
    readonly find: (keys: ReadonlyArray<PostingKey>) => Effect.Effect<ReadonlyArray<Posting>, SqlError.SqlError>
  }
>()("traveler/adapters/erp/PostingQueue") {}
