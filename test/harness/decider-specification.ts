// Given events, when a message comes, then these events: one vocabulary for every decider. Used by tests alone.
// Whatever a specification mentions is encoded and decoded on the way, as the journal and its snapshots would: an
// event that is no valid content of its type, or that comes back different, fails the specification.
import { Result, Schema } from "effect"
import { expect } from "vitest"
import type { Decider, Decision, Evolved, Received } from "../../core/decider.ts"
import { type AnyEvent, eventSchemas, schemaVersionOf } from "../../core/event/catalogue.ts"
import { encode } from "../../core/journal/codec.ts"
import { genesis } from "../../core/journal/hash.ts"
import { recordedEvent } from "../../core/journal/recorded.ts"
import { StreamName } from "../../core/journal/stream.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"

/** The event as its row gives it back. */
const throughTheJournal = <Event extends AnyEvent>(event: Evolved<Event>): Evolved<Event> => {
  const { type, data, metadata, version } = event
  const validated: unknown = Schema.decodeUnknownSync(Schema.toType(eventSchemas[type]), strict)(data)
  const schemaVersion = schemaVersionOf(type)
  const content = encode({ metadata, data: validated })
  const stream = StreamName("specification")
  const row = { partition: 0, offset: 1, stream, version, type, schemaVersion, recordedAt: 0, content, hash: genesis }
  const back = recordedEvent(row)
  expect({ type: back.type, data: back.data, metadata: back.metadata }).toEqual({ type, data, metadata })
  if (!isOfType(back, event)) throw new Error(`${type} came back as ${back.type}`)
  return { ...back, version }
}

const isOfType = <Event extends AnyEvent>(back: AnyEvent, event: Event): back is Event => back.type === event.type

/** Nothing may be recorded that the catalogue doesn't know. */
const strict = { onExcessProperty: "error" } as const

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

  /** The events that the last message made, whole. */
  then(...events: ReadonlyArray<Decision<Event>>): this {
    expect(this.#decided).toEqual(events)
    return this
  }

  /** The same by type and by the parts of their content that matter here. */
  thenLike(...events: ReadonlyArray<readonly [type: Event["type"], content?: object]>): this {
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
    expect(this.#state, "a snapshot gives back the state").toEqual(next)
    this.#all.push(event)
  }
}

export const specification = <State, Message, Event extends AnyEvent>(decider: Decider<State, Message, Event>) =>
  new Specification(decider)
