// What the owner of a partition keeps in memory: the end of its log and its actors. It runs ahead of the journal, so
// nothing of it may leave before the append that it rests on is durable; when that fails, all of it is dropped.
// Synchronous and free of effects but for its own state; used by `partition.ts` alone.
import { Result } from "effect"
import type { Decision, Evolved } from "../core/decider.ts"
import type { AnyEvent } from "../core/event/catalogue.ts"
import { schemaVersionOf } from "../core/event/catalogue.ts"
import { DataQualityIssue, messageOf, type RecordedFailure, recorded, TechnicalFailure } from "../core/failure.ts"
import { encode } from "../core/journal/codec.ts"
import type { EventContent, EventRow } from "../core/journal/event.ts"
import { eventHash } from "../core/journal/hash.ts"
import type { LoadedStream, PartitionAppend, PartitionHead, RawMessage, Snapshot } from "../core/journal/journal.ts"
import { category, type StreamName } from "../core/journal/stream.ts"
import type { CaseSubject } from "../core/message/exception.ts"
import { messageKey } from "../core/message/metadata.ts"
import { beginning, MessageId } from "../core/plant/identifiers.ts"
import type { Incoming, Outcome } from "../core/port/door.ts"
import { type Actor, activate, fingerprint, markHandled, newActor, packActor } from "./actor.ts"
import type { Behaviour } from "./behaviour.ts"
import { messageSubject } from "./message-subject.ts"

/** What the owner says of one message; an undecidable one is parked on its case's own stream by the door. */
export type Verdict = Outcome | { readonly undecidable: RecordedFailure }

export interface Batch {
  readonly number: number
  readonly append: PartitionAppend
  readonly verdicts: ReadonlyArray<Verdict>
}

export type Behaviours = { readonly [category: string]: Behaviour }

export interface Passivated extends Snapshot {
  readonly key: number
}

/**
 * A tail this long is worth a snapshot when its actor is passivated, and this much longer while it stays. Most that are
 * put away are finished orders, which never come back: a short history is read again where one does.
 */
const snapshotAtPassivation = 32
const snapshotWhileResident = 256

const undecidable = (cause: unknown): Verdict => ({
  undecidable: recorded(
    new TechnicalFailure({
      field: "stream",
      value: messageOf(cause),
      reason: "Its actor can't be loaded, or can't decide this message",
      nextStep: "Report it with this case's id; resubmit once it is mended"
    })
  )
})

const otherContent = (incoming: Incoming): RecordedFailure =>
  recorded(
    new DataQualityIssue({
      field: "message-id",
      value: incoming.metadata.messageId,
      reason: "This id was handled before with another content",
      nextStep: "Ask the sender which one is true; resubmit this one to record it as well, or waive it"
    })
  )

const bodyCameAgain: RecordedFailure = recorded(
  new DataQualityIssue({
    field: "message-id",
    value: "(none)",
    reason: "An equal body without an id came before: a repeat of it, or a second report that looks the same",
    nextStep: "Waive it where it is a repeat; resubmit it where it is a second report; ask the sender for ids"
  })
)

const reportedTwice: RecordedFailure = recorded(
  new DataQualityIssue({
    field: "message-id",
    value: "(another)",
    reason: "An equal message came before under another id: one report that was sent twice, or two that look the same",
    nextStep:
      "Where it is one, reverse one of the two (both are recorded); then waive this. Where they are two, waive it"
  })
)

export class PartitionState {
  readonly #partition: number
  readonly #behaviours: Behaviours
  readonly #actors = new Map<StreamName, Actor>()
  #offset: number
  #hash: Uint8Array
  #recordedAt: number
  #lastKey: number
  #batch = 0

  constructor(partition: number, head: PartitionHead, behaviours: Behaviours) {
    this.#partition = partition
    this.#behaviours = behaviours
    this.#offset = head.offset
    this.#hash = head.hash
    this.#recordedAt = head.recordedAt
    this.#lastKey = head.lastKey
  }

  /** Streams of these messages whose actors aren't resident. */
  missing(work: ReadonlyArray<Incoming>): ReadonlyArray<StreamName> {
    const names = new Set<StreamName>()
    for (const { stream } of work) if (!this.#actors.has(stream)) names.add(stream)
    return [...names]
  }

  /** Takes in what the journal has of missing streams. One that can't be activated stays missing, with its reason. */
  admit(loaded: ReadonlyMap<StreamName, LoadedStream>): ReadonlyMap<StreamName, unknown> {
    const broken = new Map<StreamName, unknown>()
    for (const [name, stream] of loaded) {
      const behaviour = this.#behaviours[category(name)]
      if (behaviour === undefined) continue
      if (stream.unreadable !== undefined) {
        broken.set(name, stream.unreadable)
        continue
      }
      try {
        this.#actors.set(name, activate(name, stream, behaviour))
      } catch (cause) {
        broken.set(name, cause)
      }
    }
    return broken
  }

  /** Decides a batch: its rows follow the last ones, and its verdicts hold once they are durable. */
  decide(work: ReadonlyArray<Incoming>, now: number, broken: ReadonlyMap<StreamName, unknown>): Batch {
    const batch = new BatchInMaking()
    this.#batch++
    this.#recordedAt = Math.max(this.#recordedAt, now)
    for (const incoming of work) {
      batch.verdicts.push(
        broken.has(incoming.stream) ? undecidable(broken.get(incoming.stream)) : this.#handle(incoming, batch)
      )
      incoming.span?.decided()
    }
    return {
      number: this.#batch,
      append: {
        partition: this.#partition,
        rows: batch.rows,
        contents: batch.contents,
        newStreams: batch.newStreams,
        raw: batch.raw
      },
      verdicts: batch.verdicts
    }
  }

  #handle(incoming: Incoming, batch: BatchInMaking): Verdict {
    const { stream } = incoming
    const behaviour = this.#behaviours[category(stream)]
    if (behaviour === undefined) return undecidable(`No actor for ${stream}`)
    const resident = this.#actors.get(stream)
    const actor = resident ?? newActor(stream, this.#lastKey + 1, behaviour)
    const known = this.#known(actor, incoming)
    if (known === "duplicate" && !isUnexpectedRepeat(incoming)) return "duplicate"
    try {
      const decisions = known === "new" ? decided(actor, incoming) : [repeated(known, incoming)]
      this.#record(actor, incoming, decisions, batch)
      if (resident === undefined) {
        this.#lastKey = actor.key
        batch.newStreams.push({ key: actor.key, name: stream })
      }
      this.#touch(actor)
      const first = decisions[0]?.type
      return first === "MessageParked" ? "parked" : first === "DuplicateSuspected" ? "suspected" : "handled"
    } catch (cause) {
      return undecidable(cause)
    }
  }

  /** The actors stand in the order in which batches touched them last. */
  #touch(actor: Actor): void {
    if (actor.lastBatch === this.#batch) return
    actor.lastBatch = this.#batch
    this.#actors.delete(actor.stream)
    this.#actors.set(actor.stream, actor)
  }

  #known(actor: Actor, { metadata }: Incoming): "new" | "duplicate" | "other content" {
    const key = messageKey(metadata)
    const known = actor.handled.get(key)
    if (known === undefined) return "new"
    const print = fingerprint(metadata.digest)
    return known === print || known === "" || actor.handled.has(`${key}\n${print}`) ? "duplicate" : "other content"
  }

  /** Fixes the rows of one message and evolves its actor; all of it or, where that throws, nothing. */
  #record(actor: Actor, incoming: Incoming, decisions: ReadonlyArray<Decision<AnyEvent>>, batch: BatchInMaking): void {
    let part = 0
    const fixed = decisions.map((decision, index) => {
      const { of, data } = decision
      const metadata = of ?? incoming.metadata
      const content: EventContent = of === undefined ? { metadata, part: part++, data } : { metadata, data }
      const event: Evolved<AnyEvent> = { ...decision, metadata, version: actor.version + index + 1 }
      return { event, keep: decision.keep, content, bytes: encode(content) }
    })
    actor.cell.evolve(fixed.map(({ event }) => event))
    for (const { event, keep, content, bytes } of fixed) {
      batch.rows.push(this.#row(actor, event.version, event.type, bytes))
      batch.contents.push(content)
      if (keep !== undefined) batch.raw.push(keep)
      if (incoming.delivery !== undefined && keepsRaw(event.type)) {
        batch.raw.push({ digest: incoming.metadata.digest, bytes: incoming.delivery.body })
      }
    }
    actor.version += decisions.length
    markHandled(actor, incoming.metadata)
  }

  #row({ key, stream }: Actor, version: number, type: AnyEvent["type"], content: Uint8Array): EventRow {
    const row: { -readonly [Column in keyof EventRow]: EventRow[Column] } = {
      partition: this.#partition,
      offset: ++this.#offset,
      key,
      stream,
      version,
      type,
      schemaVersion: schemaVersionOf(type),
      recordedAt: this.#recordedAt,
      content,
      hash: this.#hash
    }
    row.hash = eventHash(this.#hash, row)
    this.#hash = row.hash
    return row
  }

  /**
   * Lets go of the actors that were idle longest, down to `limit`, of those that are durable (touched by no batch
   * after `durable`). Gives the snapshots worth saving, theirs and those of long-lived residents.
   */
  passivate(limit: number, durable: number): ReadonlyArray<Passivated> {
    const snapshots: Array<Passivated> = []
    let excess = this.#actors.size - limit
    /** Now and then those that stay are looked at, too. */
    const isReview = this.#batch % 64 === 0
    for (const [name, actor] of this.#actors) {
      if (excess <= 0 && !isReview) break
      const settled = actor.lastBatch <= durable
      const leaves = excess > 0 && settled
      const tail = actor.version - actor.snapshotVersion
      if (settled && tail >= (leaves ? snapshotAtPassivation : snapshotWhileResident)) {
        const format = this.#behaviours[category(name)]?.format ?? ""
        snapshots.push({ key: actor.key, version: actor.version, format, state: encode(packActor(actor)) })
        actor.snapshotVersion = actor.version
      }
      if (leaves) {
        this.#actors.delete(name)
        excess--
      }
    }
    return snapshots
  }
}

class BatchInMaking {
  readonly rows: Array<EventRow> = []
  readonly contents: Array<EventContent> = []
  readonly newStreams: Array<{ key: number; name: StreamName }> = []
  readonly raw: Array<RawMessage> = []
  readonly verdicts: Array<Verdict> = []
}

const keepsRaw = (type: string): boolean =>
  type === "MessageParked" ||
  type === "MessageDeferred" ||
  type === "LotReversalDeferred" ||
  type === "DuplicateSuspected"

/** To say the same of master data or a work center again changes nothing; of all else it may mean that it happened twice. */
const restated = new Set(["masterData", "equipment"])
const isReported = (stream: StreamName): boolean => !restated.has(category(stream))

/** A second body without an id that the broker doesn't call a redelivery: it may be a second report. */
const isUnexpectedRepeat = ({ delivery, metadata, redelivered, stream }: Incoming): boolean =>
  delivery !== undefined && !redelivered && metadata.messageId.startsWith("sha256:") && isReported(stream)

/** What its actor makes of it. An equal body under another id is recorded too, and flagged: perhaps it is one report. */
const decided = (actor: Actor, incoming: Incoming): ReadonlyArray<Decision<AnyEvent>> => {
  const decisions = decide(actor, incoming)
  const { content, delivery, metadata, stream } = incoming
  if (delivery === undefined || content._tag === "NotUnderstood") return decisions
  const isRepeat = actor.bodies.has(fingerprint(metadata.digest))
  if (!isRepeat || category(stream) === "case" || !isReported(stream)) return decisions
  const subject: CaseSubject = { ...messageSubject(delivery, metadata), recorded: true }
  return [...decisions, { type: "DuplicateSuspected", data: { failure: reportedTwice, subject } }]
}

const decide = (actor: Actor, { content, delivery, metadata }: Incoming): ReadonlyArray<Decision<AnyEvent>> => {
  if (content._tag === "NotUnderstood") return [parked(content.failure, content.subject, content.waiting)]
  const decided = actor.cell.decide(content.message, metadata, actor.version)
  if (Result.isSuccess(decided)) return decided.success
  if (delivery === undefined) throw decided.failure
  return [parked(recorded(decided.failure), messageSubject(delivery, metadata))]
}

const parked = (failure: RecordedFailure, subject: CaseSubject, waiting?: StreamName): Decision<AnyEvent> => ({
  type: "MessageParked",
  data: { failure, subject, ...(waiting === undefined ? {} : { waiting }) }
})

/**
 * What shares an id or a body with an earlier message is a message of its own: should a person resubmit it, it must
 * not take the earlier one's place, so its case knows it by an id that holds its fingerprint.
 */
const repeated = (known: "duplicate" | "other content", incoming: Incoming): Decision<AnyEvent> => {
  if (incoming.delivery === undefined) throw otherContent(incoming)
  const { source, messageId } = incoming.metadata
  const own = MessageId.make(`${beginning(messageId, 170)}#${fingerprint(incoming.metadata.digest)}`)
  const subject: CaseSubject = {
    ...messageSubject(incoming.delivery, incoming.metadata),
    message: { source, messageId: own }
  }
  return known === "duplicate"
    ? { type: "DuplicateSuspected", data: { failure: bodyCameAgain, subject } }
    : parked(otherContent(incoming), subject)
}
