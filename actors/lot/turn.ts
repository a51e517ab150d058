// One message's turn: the events decided so far and the state that they lead to. Used by the lot actor's decide alone.
import { HashMap } from "effect"
import type { Decision, Evolved } from "../../core/decider.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"
import { breachChanges, breachesOf, type LotPolicy, withdrawal } from "./breaches.ts"
import { freeable, type LotCourse } from "./course.ts"
import type { Event } from "./event.ts"
import { evolveFacts, type LotFacts } from "./facts.ts"
import { evolve, type LotState } from "./state.ts"

/** Mutable, but only inside one call of `decide`, which stays pure. */
export class Turn {
  readonly events: Array<Decision<Event>> = []
  /** Something that withholds documents has ended in this turn. */
  relieved = false
  #state: LotState
  readonly #metadata: MessageMetadata
  readonly #version: number
  readonly #policy: LotPolicy

  constructor(state: LotState, metadata: MessageMetadata, version: number, policy: LotPolicy) {
    this.#policy = policy
    this.#state = state
    this.#metadata = metadata
    this.#version = version
  }

  get facts(): LotFacts {
    return this.#state.facts
  }

  get course(): LotCourse {
    return this.#state.course
  }

  /** The event as the next of the stream; of a message that waited until now, where its envelope is given. */
  next(event: Event, metadata = this.#metadata): Evolved<Event> {
    return { ...event, metadata, version: this.#version + this.events.length + 1 }
  }

  record(event: Event, of?: MessageMetadata): this {
    this.#state = evolve(this.#state, this.next(event, of))
    this.events.push(of === undefined || of === this.#metadata ? event : { ...event, of })
    return this
  }

  /** It changes nothing. */
  note(type: string, reason: string, of?: MessageMetadata): this {
    return this.record({ type: "MessageNoted", data: { type, reason } }, of)
  }

  /** The event, and what it breaks or mends; what is found is so since this event, unless it is said since when. */
  announce(event: Event, { of, since }: { readonly of?: MessageMetadata; readonly since?: number } = {}): this {
    this.record(event, of)
    const shownAt = since ?? this.#version + this.events.length
    const { found, withdrawn } = breachChanges(this.facts, this.course, this.#policy)
    for (const breach of withdrawn) {
      this.relieved ||= HashMap.has(this.course.open, breach)
      this.record({ type: "LotBreachWithdrawn", data: withdrawal(this.course, breach) })
    }
    for (const breach of found) this.record({ type: "LotBreachFound", data: { ...breach, since: shownAt } })
    return this
  }

  /** Whether something withholds this event's document: what stays open after it, or what it breaks itself. */
  wouldWithhold(event: Event, of: MessageMetadata): boolean {
    const { open } = this.course
    const { found, withdrawn } = breachChanges(evolveFacts(this.facts, this.next(event, of)), this.course, this.#policy)
    const isOpen = [...HashMap.keys(open)].some((breach) => !withdrawn.includes(breach))
    return found.length > 0 || isOpen || this.isParked
  }

  /** A message of the lot is parked. */
  get isParked(): boolean {
    return !HashMap.isEmpty(this.course.parked)
  }

  /** How it is now, where its rule is broken. */
  breach(name: string) {
    return breachesOf(this.facts, this.#policy).find(({ breach }) => breach === name)
  }

  free(): void {
    if (!this.relieved) return
    const versions = freeable(this.course)
    if (versions.length > 0) this.record({ type: "PostingsFreed", data: { versions } })
  }
}
