// Which of the messages that were published the journal doesn't hold yet. Used by `drained.ts`.
import { Effect } from "effect"
import { caseId } from "../../actors/case-id.ts"
import { understand } from "../../actors/understand.ts"
import { Journal } from "../../core/journal/journal.ts"
import { caseStream, type StreamName } from "../../core/journal/stream.ts"
import { messageKey } from "../../core/message/metadata.ts"
import type { PlantId } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { inboundQueue, type Publication } from "../../core/port/broker.ts"

/** Stream → the messages that it is to hold, each with its case's own stream, where one that can't be decided goes. */
export type Awaited = Map<StreamName, Map<string, StreamName>>

/** Stands in where a message gives none; the ids don't depend on it. */
const anyTime = OccurredAt.make("2000-01-01T00:00:00Z")

/** What the core will make of them: duplicates fall together. */
export const awaitedOf = (plant: PlantId, publications: ReadonlyArray<Publication>): Awaited => {
  const awaited: Awaited = new Map()
  for (const publication of publications) {
    const delivery = { ...publication, queue: inboundQueue(plant), plant, redelivered: false }
    const { metadata, stream } = understand(delivery, anyTime)
    const messages = awaited.get(stream) ?? new Map<string, StreamName>()
    awaited.set(stream, messages.set(messageKey(metadata), caseStream(caseId(metadata, metadata.digest))))
  }
  return awaited
}

const heldIn = Effect.fnUntraced(function* (stream: StreamName) {
  const journal = yield* Journal
  return new Set((yield* journal.readStream(stream, 0)).map(({ metadata }) => messageKey(metadata)))
})

/** Takes away the streams that hold all of theirs, until one lacks a message; true once none is left. */
export const allRecorded = Effect.fnUntraced(function* (awaited: Awaited) {
  for (const [stream, messages] of awaited) {
    const held = yield* heldIn(stream)
    for (const [key, itsCase] of messages) {
      if (!held.has(key) && !(yield* heldIn(itsCase)).has(key)) return false
    }
    awaited.delete(stream)
  }
  return true
})
