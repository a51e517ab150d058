// The contract of the journal. Every implementation runs it whole; see `memory.unit.test.ts` and `postgres.service…`.
// Outside checklists: Pekko's JournalSpec and SnapshotStoreSpec, the storage suites of commanded/eventstore and Effect.
import { describe, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import type { Journal } from "../../core/journal/journal.ts"
import { appends } from "./tck-appends.ts"
import { histories } from "./tck-histories.ts"
import { reads } from "./tck-reads.ts"
import { streams } from "./tck-streams.ts"

export interface Capabilities {
  /** A partition that is always behind doesn't keep the others waiting. */
  readonly readsInTurn: boolean
  /** Random histories to try. */
  readonly histories: number
}

/** Partitions of the journals that the kit is given. */
export const partitions = 4

export type Specification = (name: string, body: () => Effect.Effect<void, unknown, Journal>) => void

/** `makeLayer` gives a new, empty journal of `partitions` each time that it is built. */
export const journalTck = <E>(
  name: string,
  makeLayer: () => Layer.Layer<Journal, E>,
  capabilities: Capabilities
): void => {
  describe(name, () => {
    const specify: Specification = (behaviour, body) => it.live(behaviour, () => Effect.provide(body(), makeLayer()))
    describe("appending", () => appends(specify))
    describe("reading", () => reads(specify, capabilities))
    describe("streams, snapshots and raw messages", () => streams(specify))
    describe("random histories", () => histories(specify, capabilities))
  })
}
