// Orders that ask for ERP documents, in memory: a queue for the poster and a door that applies its outcomes the way the
// order actor and the view do. Shared by all posters of one test, as the journal would be.
import { Clock, Effect } from "effect"
import type { Wait } from "../../../adapters/erp/poster-circles.ts"
import { type Lane, type Posting, PostingQueue } from "../../../adapters/erp/poster-queue.ts"
import { orderStream, partitionOf, type StreamName } from "../../../core/journal/stream.ts"
import { messageKey } from "../../../core/message/metadata.ts"
import type { PostingMessage } from "../../../core/message/posting.ts"
import type { PostingKey } from "../../../core/plant/identifiers.ts"
import type { PostingMode } from "../../../core/plant/posting-mode.ts"
import {
  type CanonicalMessage,
  Door,
  type Incoming,
  type Outcome,
  PartitionUnavailable
} from "../../../core/port/door.ts"
import type { Confirmation } from "../../erp/documents.ts"

export const partitions = 8

/** So many documents of a stream are offered at once. */
export const longestLane = 4

export type State = "Requested" | "Accepted" | "InDoubt" | "Deferred" | "Verified" | "Failed" | "Omitted" | "Shadowed"

export interface Told {
  readonly state: State
  readonly attempt: number
  readonly until?: number
  readonly code?: string
  readonly document?: string
  /** The posting date that it was moved to. */
  readonly to?: string
}

const stateOf: { readonly [Type in PostingMessage["type"]]: State } = {
  PostingAccepted: "Accepted",
  PostingVerified: "Verified",
  PostingDeferred: "Deferred",
  PostingDateMoved: "Requested",
  PostingResumed: "Requested",
  PostingInDoubt: "InDoubt",
  PostingFailed: "Failed",
  PostingOmitted: "Omitted",
  PostingShadowed: "Shadowed",
  PostingAdopted: "Verified"
}

const noKeys: ReadonlyArray<PostingKey> = []

const isPosting = (message: CanonicalMessage): message is PostingMessage => message.type in stateOf

export const orders = () => {
  const documents: Array<Confirmation> = []
  const lanes = new Map<StreamName, Array<Confirmation>>()
  const told = new Map<string, Told>()
  /** What the view shows: `told`, or a copy of it while the view stands still. */
  let view = told
  const handled = new Set<string>()
  const messages: Array<PostingMessage> = []
  const misfits: Array<string> = []
  let duplicates = 0
  let unavailable = 0
  let looks = Number.POSITIVE_INFINITY
  let mode: PostingMode = "on"
  let waits: ReadonlyArray<Wait> = []
  let sentAgain = false

  const holdsTheLane = (state: State) => state !== "Verified" && state !== "Omitted" && state !== "Shadowed"
  const isOpen = (state: State) => holdsTheLane(state) && state !== "Failed"
  const posting = (document: Confirmation): Posting => {
    const { attempt, state, to }: Told = view.get(document.key) ?? { state: "Requested", attempt: 0 }
    const attempts = state === "Accepted" || state === "InDoubt" ? attempt - 1 : attempt
    return {
      key: document.key,
      stream: orderStream(document.plant, document.orderId),
      attempts,
      document: to === undefined ? document : { ...document, postingDate: to },
      isGrouped: false,
      mode: attempts > 0 ? "on" : mode,
      wasRefused: sentAgain,
      recordedAt: Date.now()
    }
  }

  const apply = (incoming: Incoming): Outcome => {
    const id = messageKey(incoming.metadata)
    if (handled.has(id)) {
      duplicates += 1
      return "duplicate"
    }
    handled.add(id)
    if (incoming.content._tag !== "Understood" || !isPosting(incoming.content.message)) return "parked"
    const { message } = incoming.content
    const { posting: key, attempt } = message.body
    const before: Told = told.get(key) ?? { state: "Requested", attempt: 0 }
    messages.push(message)
    const isTheirs = before.state === "Shadowed" && message.type === "PostingAdopted"
    if ((!isOpen(before.state) && !isTheirs) || attempt < before.attempt) {
      misfits.push(`${message.type} of attempt ${attempt} after ${before.state} of ${before.attempt}: ${key}`)
      return "handled"
    }
    const moved = before.to === undefined ? {} : { to: before.to }
    told.set(key, { ...moved, ...message.body, state: stateOf[message.type], attempt })
    return "handled"
  }

  /** What of a stream may be sent, where the view and what the poster remembers agree that its turn has come. */
  const laneOf = (stream: StreamName, posted: ReadonlyArray<PostingKey>): Lane => {
    const stateNow = (key: PostingKey) => (posted.includes(key) ? "Verified" : (view.get(key)?.state ?? "Requested"))
    const open = (lanes.get(stream) ?? []).filter(({ key }) => holdsTheLane(stateNow(key))).slice(0, longestLane)
    const end = open.findIndex(({ key }) => stateNow(key) !== "Requested")
    return open.slice(0, end === -1 ? open.length : end).map(posting)
  }

  const resume = (now: number): void => {
    for (const [key, { until, ...before }] of view) {
      if (before.state === "Deferred" && until !== undefined && until <= now) {
        told.set(key, { ...before, state: "Requested" })
      }
    }
  }

  const someOf = (streams: Iterable<StreamName>, limit: number, inHand: ReadonlySet<StreamName>, posted = noKeys) =>
    Array.from(streams)
      .filter((stream) => !inHand.has(stream))
      .map((stream) => laneOf(stream, posted))
      .filter(({ length }) => length > 0)
      .slice(0, limit)

  const queue = PostingQueue.of({
    ready: (limit, inHand) =>
      Effect.gen(function* () {
        resume(yield* Clock.currentTimeMillis)
        const found = someOf(lanes.keys(), limit, inHand)
        if (looks-- <= 0) yield* Effect.never
        return found
      }),
    following: ({ all, news }, limit, inHand) =>
      Effect.sync(() => {
        const streams = documents.flatMap(({ key, orderId, plant }) =>
          news.includes(key) ? [orderStream(plant, orderId)] : []
        )
        return someOf(new Set(streams), limit, inHand, all)
      }),
    due: () => Effect.succeed([]),
    releaseGrouped: Effect.void,
    ofPeople: () =>
      Effect.sync(() =>
        Array.from(lanes, ([stream, lane]) => ({
          stream,
          postings: lane.filter(({ key }) => view.get(key)?.state === "Shadowed").map(posting)
        })).filter(({ postings }) => postings.length > 0)
      ),
    taken: () => Effect.succeed(new Map()),
    waits: Effect.sync(() => waits.filter(({ key }) => !told.has(key))),
    find: (keys) => Effect.sync(() => documents.filter(({ key }) => keys.includes(key)).map(posting))
  })

  const door = Door.of({
    submit: (partition, incoming) =>
      Effect.suspend(() => {
        for (const { stream } of incoming) {
          if (partitionOf(stream, partitions) !== partition) misfits.push(`${stream} came to partition ${partition}`)
        }
        if (unavailable > 0) {
          unavailable -= 1
          return Effect.fail(new PartitionUnavailable({ partition, reason: "no owner, says the test" }))
        }
        return Effect.succeed(incoming.map(apply))
      })
  })

  return {
    queue,
    door,
    messages: messages as ReadonlyArray<PostingMessage>,
    /** Words of the poster's that come too late or to the wrong place. */
    misfits: misfits as ReadonlyArray<string>,
    duplicates: () => duplicates,
    ask: (asked: ReadonlyArray<Confirmation>) => {
      for (const document of asked) {
        documents.push(document)
        const stream = orderStream(document.plant, document.orderId)
        lanes.set(stream, [...(lanes.get(stream) ?? []), document])
      }
    },
    told: (document: Confirmation): Told => told.get(document.key) ?? { state: "Requested", attempt: 0 },
    all: (state: State) => documents.every((document) => told.get(document.key)?.state === state),
    count: (state: State) => documents.filter((document) => told.get(document.key)?.state === state).length,
    /** The view stands still, or catches up at once. */
    lag: (still: boolean) => {
      view = still ? new Map(told) : told
    },
    /** The view as a wrong rebuild would leave it: it has forgotten every outcome. */
    forget: () => {
      view = new Map()
    },
    failDoor: (times: number) => {
      unavailable = times
    },
    /** What the plant does with documents that no attempt was made at. */
    decide: (decided: PostingMode) => {
      mode = decided
    },
    /** The ERP had refused all of them, and people send them again. */
    sendAgain: () => {
      sentAgain = true
    },
    /** Of two orders: each puts into stock what the other takes. */
    waitForEachOther: (one: Confirmation, other: Confirmation) => {
      const streamOf = ({ orderId, plant }: Confirmation) => orderStream(plant, orderId)
      waits = [
        { key: one.key, stream: streamOf(one), waitsFor: streamOf(other) },
        { key: other.key, stream: streamOf(other), waitsFor: streamOf(one) }
      ]
    },
    /** After so many looks at all that is ready, one takes for ever. */
    loseSight: (after: number) => {
      looks = after
    }
  }
}

export type Orders = ReturnType<typeof orders>
