// The property of `rebuild.service.test.ts`, with more histories.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { rebuilding, rebuiltIsLive } from "./rebuilt.ts"

it.live("a rebuild gives the rows that the live views have of any history", () =>
  Effect.provide(rebuiltIsLive(20), rebuilding)
)
