// One message's turn: the events decided so far and the state that they lead to. Used by the order actor's decide alone.
import { HashMap } from "effect"
import type { Decision } from "../../core/decider.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { OrderEvent, PostingDecision } from "../../core/event/order.ts"
import type { MessageMetadata } from "../../core/message/metadata.ts"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { breachChanges } from "./breaches.ts"
import { hasGap, isBlocked, see } from "./course.ts"
import { evolve } from "./evolve.ts"
import { placeOf } from "./facts.ts"
import { withheldAt } from "./postings.ts"
import type { OrderState } from "./state.ts"

export type Event = OrderEvent | GenericEvent

/** An event that asks for documents. */
export interface DocumentRequest {
  readonly event: (posting: PostingDecision) => Event
  readonly final: boolean
  /** Version of the event whose document it takes back, if any. */
  readonly takesBack?: number
  /** Those whose sums it changes. */
  readonly operationIds: ReadonlyArray<OperationId>
}

/** Mutable, but only inside one call of `decide`, which stays pure. */
export class Turn {
  readonly events: Array<Decision<Event>> = []
  /** Keys of the messages that became known in this turn; directives may wait for them. */
  readonly arrived: Array<string> = []
  /** Something that withholds documents has ended in this turn. */
  relieved = false
  state: OrderState
  readonly #metadata: MessageMetadata
  #version: number

  constructor(state: OrderState, metadata: MessageMetadata, version: number) {
    this.state = { facts: state.facts, course: see(state.course, metadata) }
    this.#metadata = metadata
    this.#version = version
  }

  /** What follows from this turn's message. */
  record(event: Event): this {
    this.events.push(event)
    return this.#advance(this.#after(event, this.#metadata))
  }

  /** What a message comes to, this turn's or one that waited until now. */
  recordOf(metadata: MessageMetadata, event: Event): this {
    return this.#recordOf(metadata, event, this.#after(event, metadata))
  }

  /** The same for an event that may break a rule on these operations, or mend it. */
  recordFact(metadata: MessageMetadata, event: Event, operationIds: Iterable<OperationId>): this {
    this.recordOf(metadata, event)
    return this.#announceBreaches(operationIds)
  }

  /** For an event that may break or mend a rule on any operation. */
  recordWord(metadata: MessageMetadata, event: Event): this {
    this.recordOf(metadata, event)
    return this.#announceBreaches(HashMap.keys(this.state.facts.operations))
  }

  /**
   * Its documents are withheld where something open withholds them, a breach that this very fact causes included;
   * where it's final and a gap is known; and where it takes back a document that is itself withheld.
   */
  recordDocument(metadata: MessageMetadata, { event, final, takesBack, operationIds }: DocumentRequest): this {
    const { course } = this.state
    const isHeldBack =
      isBlocked(course) ||
      (final && hasGap(course)) ||
      (takesBack !== undefined && withheldAt(course, takesBack) !== undefined)
    if (!isHeldBack) {
      const requested = event("requested")
      const after = this.#after(requested, metadata)
      // Nothing is open, so nothing can be withdrawn; if nothing is found either, this is all. The usual case.
      if (breachChanges(after.facts, after.course, operationIds).found.length === 0) {
        return this.#recordOf(metadata, requested, after)
      }
    }
    return this.recordFact(metadata, event("withheld"), operationIds)
  }

  #announceBreaches(operationIds: Iterable<OperationId>): this {
    const since = this.#version
    const { found, withdrawn } = breachChanges(this.state.facts, this.state.course, operationIds)
    for (const breach of withdrawn) {
      this.relieved = true
      this.record({ type: "BreachWithdrawn", data: { breach } })
    }
    for (const breach of found) this.record({ type: "BreachFound", data: { ...breach, since } })
    return this
  }

  #after(event: Event, metadata: MessageMetadata): OrderState {
    return evolve(this.state, { ...event, metadata, version: this.#version + 1 })
  }

  #recordOf(metadata: MessageMetadata, event: Event, after: OrderState): this {
    this.arrived.push(placeOf(this.state.facts, metadata))
    this.events.push(metadata === this.#metadata ? event : { ...event, of: metadata })
    return this.#advance(after)
  }

  #advance(state: OrderState): this {
    this.state = state
    this.#version++
    return this
  }
}
