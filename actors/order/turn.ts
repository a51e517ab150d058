// One message's turn: the events decided so far and the state that they lead to. Used by the order actor's decide alone.
import { HashMap } from "effect"
import type { Decision } from "../../core/decider.ts"
import { type MessageMetadata, messageKey } from "../../core/message/metadata.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { breachChanges, judgedOperations } from "./breaches.ts"
import { hasGap, type OrderCourse, see } from "./course.ts"
import type { Event } from "./event.ts"
import { evolve } from "./evolve.ts"
import { evolveFacts, type OrderFacts } from "./facts.ts"
import type { OrderState } from "./state.ts"

/**
 * Mutable, but only inside one call of `decide`, which stays pure. The state is evolved only when it's asked for: most
 * messages are one fact that changes nothing else, and their events are evolved once, by whoever hosts the actor.
 */
export class Turn {
  readonly events: Array<Decision<Event>> = []
  /** Keys of the messages that became known in this turn; directives may wait for them. */
  readonly arrived: Array<string> = []
  readonly before: OrderState
  readonly metadata: MessageMetadata
  /** Something that withholds documents has ended in this turn. */
  relieved = false
  #state: OrderState
  #evolved = 0
  readonly #version: number

  constructor(state: OrderState, metadata: MessageMetadata, version: number) {
    this.before = state
    this.metadata = metadata
    this.#state = state
    this.#version = version
  }

  get facts(): OrderFacts {
    return this.#evolve().facts
  }

  get course(): OrderCourse {
    return this.#evolve().course
  }

  /** Whether a message of this order is known to be missing, now that this turn's has come. */
  get gap(): boolean {
    return hasGap(see(this.course, this.metadata))
  }

  /** Where the facts would be after this event, which isn't recorded. */
  factsAfter(metadata: MessageMetadata, event: Event): OrderFacts {
    return evolveFacts(this.facts, { ...event, metadata, version: this.#version + this.events.length + 1 })
  }

  /** What follows from this turn's message. */
  record(event: Event): this {
    this.events.push(event)
    return this
  }

  /** What a message comes to: this turn's, or one that waited until now. */
  recordOf(metadata: MessageMetadata, event: Event): this {
    this.events.push(metadata === this.metadata ? event : { ...event, of: metadata })
    if (!HashMap.isEmpty(this.before.course.deferred)) {
      this.arrived.push(messageKey(metadata))
      if (metadata.corrects !== undefined) this.arrived.push(messageKey(metadata.corrects))
    }
    return this
  }

  /** The same for an event that may break a rule on these operations, or mend it. */
  recordFact(metadata: MessageMetadata, event: Event, operationIds: Iterable<OperationId>): this {
    this.recordOf(metadata, event)
    return this.#announceBreaches(operationIds)
  }

  /** For an event that may break or mend a rule on any operation. */
  recordWord(metadata: MessageMetadata, event: Event): this {
    const before = this.facts
    this.recordOf(metadata, event)
    return this.#announceBreaches(judgedOperations(before, this.facts))
  }

  #announceBreaches(operationIds: Iterable<OperationId>): this {
    const since = this.#version + this.events.length
    const { found, withdrawn } = breachChanges(this.facts, this.course, operationIds)
    for (const breach of withdrawn) {
      this.relieved = true
      this.record({ type: "BreachWithdrawn", data: { breach } })
    }
    for (const breach of found) this.record({ type: "BreachFound", data: { ...breach, since } })
    return this
  }

  #evolve(): OrderState {
    for (; this.#evolved < this.events.length; this.#evolved++) {
      const decision = this.events[this.#evolved]
      if (decision === undefined) break
      const { of = this.metadata, keep: _, ...event } = decision
      this.#state = evolve(this.#state, { ...event, metadata: of, version: this.#version + this.#evolved + 1 })
    }
    return this.#state
  }
}
