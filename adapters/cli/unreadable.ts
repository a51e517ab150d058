// The events that nobody can read, before which the views stand still. Used by `doctor`.
import { Effect } from "effect"
import { Journal, type UnreadableEvent } from "../../core/journal/journal.ts"
import { loadCheckpoint } from "../../projections/checkpoint.ts"
import { projections } from "../../projections/index.ts"

/** Only what follows a checkpoint of a view that is behind is looked at: at most one event a view and partition. */
export const unreadableEvents = Effect.fnUntraced(function* (heads: ReadonlyMap<number, number>) {
  const journal = yield* Journal
  const places = new Map<string, readonly [partition: number, offset: number]>()
  for (const projection of projections) {
    for (const [partition, offset] of yield* loadCheckpoint(projection)) {
      if (offset < (heads.get(partition) ?? 0)) places.set(`${partition}/${offset}`, [partition, offset])
    }
  }
  const found: Array<UnreadableEvent> = []
  for (const place of places.values()) {
    yield* journal
      .read(new Map([place]), 1)
      .pipe(Effect.catchTag("UnreadableEvent", (event) => Effect.sync(() => found.push(event))))
  }
  return found
})
