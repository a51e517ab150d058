// One posting, its endpoint and its ERP, without a queue or a database: for the tests of what an attempt comes to.
import { Effect, Option } from "effect"
import type { Posting } from "../../../adapters/erp/poster-queue.ts"
import type { StreamName } from "../../../core/journal/stream.ts"
import { type Document, Erp } from "../../../core/port/erp.ts"

/** It lets everything through. */
export const endpoint = { pass: Effect.void, isOpen: () => false, succeeded: () => {}, failed: () => {} }

/** A posting that was never attempted. */
export const postingOf = (stream: StreamName, document: Document): Posting => ({
  key: document.key,
  stream,
  attempts: 0,
  document,
  isGrouped: false,
  mode: "on",
  wasRefused: false,
  recordedAt: 0
})

type Erps = (typeof Erp)["Service"]

/** An ERP that refuses everything in that way and has nothing. */
export const emptyErp = (
  refuses: Erps["post"],
  { obstacleOf, settlesWithinMillis }: Pick<Erps, "settlesWithinMillis"> & Pick<Erps["capabilities"], "obstacleOf">
) =>
  Erp.of({
    name: "fake",
    capabilities: {
      kinds: new Set(["confirmation"]),
      orders: "each",
      classification: "fake/1",
      concurrency: 1,
      obstacleOf,
      inItsWords: (document) => document,
      books: new Set()
    },
    timeoutMillis: 10_000,
    settlesWithinMillis,
    post: refuses,
    readBack: () => Effect.succeed(Option.none()),
    findByKey: () => Effect.succeed(Option.none()),
    documentsOf: () => Effect.succeed([]),
    openOrders: () => Effect.succeed([]),
    stock: () => Effect.succeed([]),
    available: () => Effect.succeed([]),
    releasedToMes: () => Effect.void,
    changes: () => Effect.succeed({ changes: [], cursor: "", more: false }),
    health: Effect.void
  })
