// The actor of what the reconciliation found at a plant in a month. Hosted by the partitions.
import { HashMap, Option, Result } from "effect"
import type { Decider, Evolved } from "../../core/decider.ts"
import type { GenericEvent } from "../../core/event/generic.ts"
import type { ReconciliationEvent } from "../../core/event/reconciliation.ts"
import { decode, encode } from "../../core/journal/codec.ts"
import { type ReconciliationMessage, shownQuantities } from "../../core/message/reconciliation.ts"
import { content } from "../content.ts"

type Event = ReconciliationEvent | GenericEvent

interface State {
  /** Differences of the last run → what was shown of each. */
  readonly found: HashMap.HashMap<string, string>
}

const initial: State = { found: HashMap.empty() }

/**
 * A run's answer is whole: what it found and was found before so makes no event, what it didn't find is gone. In a new
 * month all of it is found anew; each difference says itself since when it is there.
 */
const decide = ({ found }: State, message: ReconciliationMessage): ReadonlyArray<Event> => {
  if (message.type === "DifferenceAccepted") return [{ type: message.type, data: content(message.body) }]
  const { differences, occurredAt: _, ...counts } = message.body
  const now = new Set(differences.map(({ id }) => id))
  return [
    ...differences
      .filter((difference) => Option.getOrUndefined(HashMap.get(found, difference.id)) !== shownQuantities(difference))
      .map((data): Event => ({ type: "DifferenceFound", data })),
    ...Array.from(HashMap.keys(found))
      .filter((id) => !now.has(id))
      .sort()
      .map((id): Event => ({ type: "DifferenceGone", data: { id } })),
    { type: "PlantReconciled", data: { ...counts, differences: differences.length } }
  ]
}

const evolve = ({ found }: State, event: Evolved<Event>): State => {
  switch (event.type) {
    case "DifferenceFound":
      return { found: HashMap.set(found, event.data.id, shownQuantities(event.data)) }
    case "DifferenceGone":
      return { found: HashMap.remove(found, event.data.id) }
    default:
      return { found }
  }
}

export const reconciliationDecider: Decider<State, ReconciliationMessage, Event> = {
  initial,
  decide: (state, message) => Result.succeed(decide(state, message)),
  evolve,
  format: "reconciliation/1",
  pack: ({ found }) => encode([...found]),
  unpack: (packed) => ({ found: HashMap.fromIterable(decode<ReadonlyArray<readonly [string, string]>>(packed)) })
}
