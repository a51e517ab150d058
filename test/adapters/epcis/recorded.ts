// What was imported as the journal would hold it: each message understood as the core does, and recorded under its own
// name and content. For the tests of adapters/epcis.
import { understand } from "../../../actors/understand.ts"
import type { Imported } from "../../../adapters/epcis/messages.ts"
import type { EventContent } from "../../../core/journal/event.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import { PlantId } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { inboundQueue, type Publication } from "../../../core/port/broker.ts"

export const sentBy = (found: ReadonlyArray<Imported>): ReadonlyArray<Publication> =>
  found.flatMap(({ publications }) => publications)

export interface Understood {
  readonly stream: StreamName
  readonly type: string
  readonly content: EventContent
}

/** Empty where it would be parked. */
export const understood = (publication: Publication): ReadonlyArray<Understood> => {
  const plant = PlantId.make(publication.routingKey.split(".")[0] ?? "")
  const delivery = { ...publication, queue: inboundQueue(plant), plant, redelivered: false }
  const { content, metadata, stream } = understand(delivery, OccurredAt.make("2026-11-23T06:00:00Z"))
  if (content._tag === "NotUnderstood") return []
  const { body, type } = content.message
  return [{ stream, type, content: { metadata, data: body } }]
}
