// Given events, when a message comes, then these events: one vocabulary for every decider. Used by tests alone.
// Whatever a specification mentions is encoded and decoded on the way, as the journal and its snapshots would: an
// event that is no valid content of its type, or that comes back different, fails the specification.
import { isDeepStrictEqual } from "node:util"
import { HashMap, HashSet, Record, Result, Schema } from "effect"
import { expect } from "vitest"
import type { Decider, Decision, Evolved, Received } from "../../core/decider.ts"
import { type AnyEvent, eventSchemas, schemaVersionOf } from "../../core/event/catalogue.ts"
import { encode } from "../../core/journal/codec.ts"
import { genesis } from "../../core/journal/hash.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import { StreamName } from "../../core/journal/stream.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"

/** Nothing may be recorded that the catalogue doesn't know. */
const strict = { onExcessProperty: "error" } as const
const validators = Record.map(eventSchemas, (schema) => Schema.decodeUnknownSync(Schema.toType(schema), strict))

/** The event as its row gives it back. */
const throughTheJournal = <Event extends AnyEvent>(event: Evolved<Event>): Evolved<Event> => {
  const { type, data, metadata, version } = event
  const validated: unknown = validators[type](data)
  const schemaVersion = schemaVersionOf(type)
  const content = encode({ metadata, data: validated })
  const stream = StreamName("specification")
  const row = { partition: 0, offset: 1, stream, version, type, schemaVersion, recordedAt: 0, content, hash: genesis }
  const back = recordedEvent(row)
  expectSame({ type: back.type, data: back.data, metadata: back.metadata }, { type, data, metadata })
  if (!isOfType(back, event)) throw new Error(`${type} came back as ${back.type}`)
  return { ...back, version }
}

const isOfType = <Event extends AnyEvent>(back: AnyEvent, event: Event): back is Event => back.type === event.type

/** Vitest's comparison explains a difference well, but takes most of a property test's time where there is none. */
const expectSame = (actual: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected)
}

/** Effect's maps and sets as the language's own, so that two are compared by what they hold and not by their inside. */
export const plain = (value: unknown): unknown => {
  if (HashMap.isHashMap(value)) {
    return new Map(HashMap.toEntries(value).map(([key, held]) => [key, plain(held)]))
  }
  if (HashSet.isHashSet(value)) return new Set(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, plain(held)]))
}

export class Specification<State, Message, Event extends AnyEvent> {
  readonly #decider: Decider<State, Message, Event>
  #state: State
  #version = 0
  #decided: ReadonlyArray<Decision<Event>> = []
  readonly #all: Array<Event> = []

  constructor(decider: Decider<State, Message, Event>) {
    this.#decider = decider
    this.#state = decider.initial
  }

  /** What the stream holds already. */
  given(metadata: MessageMetadata, ...events: ReadonlyArray<Event>): this {
    for (const event of events) this.#evolve(event, metadata)
    return this
  }

  when(...messages: ReadonlyArray<Received<Message>>): this {
    for (const message of messages) {
      const decided = this.#decider.decide(this.#state, message, this.#version)
      this.#decided = Result.getOrThrow(decided)
      expect(this.#decided.length, "every message makes at least one event").toBeGreaterThan(0)
      for (const decision of this.#decided) this.#evolve(decision, decision.of ?? message.metadata)
    }
    return this
  }

  /** The same for one message; gives what it made, each event with its envelope and version. */
  deciding(message: Received<Message>) {
    const first = this.#version + 1
    this.when(message)
    return this.#decided.map((decision, index) => ({
      decision,
      metadata: decision.of ?? message.metadata,
      version: first + index
    }))
  }

  /** The events that the last message made, whole. */
  thenRecords(...events: ReadonlyArray<Decision<Event>>): this {
    expect(this.#decided).toEqual(events)
    return this
  }

  /** The same by type and by the parts of their content that matter here. */
  thenRecordsLike(...events: ReadonlyArray<readonly [type: Event["type"], content?: object]>): this {
    expect(this.#decided.map(({ type, data }) => ({ type, data }))).toEqual(
      events.map(([type, content = {}]) => ({ type, data: expect.objectContaining(content) }))
    )
    return this
  }

  thenState(check: (state: State) => void): this {
    check(this.#state)
    return this
  }

  get state(): State {
    return this.#state
  }

  get version(): number {
    return this.#version
  }

  /** Every event of the stream, in order; the first has version 1. */
  get events(): ReadonlyArray<Event> {
    return this.#all
  }

  #evolve(event: Event, metadata: MessageMetadata): void {
    this.#version++
    const evolved = throughTheJournal<Event>({ ...event, metadata, version: this.#version })
    const { pack, unpack, evolve } = this.#decider
    const next = evolve(this.#state, evolved)
    const packed = pack(next)
    this.#state = unpack(packed)
    expectSame(plain(this.#state), plain(next))
    this.#all.push(event)
  }
}

export const specification = <State, Message, Event extends AnyEvent>(decider: Decider<State, Message, Event>) =>
  new Specification(decider)
