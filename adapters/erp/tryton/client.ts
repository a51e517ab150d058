// Tryton 6.0 behind the port `Erp`, over JSON-RPC. Provided by adapters/cli and tests; docs/tryton.md.
import { Effect, Layer, Option } from "effect"
import { Erp } from "../../../core/port/erp.ts"
import { asking, searching } from "./ask.ts"
import { booksOf } from "./books.ts"
import { changing } from "./changes.ts"
import { obstacleOf } from "./classification.ts"
import { documentNumber, type Held, holding } from "./held.ts"
import { lookup } from "./lookup.ts"
import { posting } from "./post.ts"
import { rpc, type TrytonOptions } from "./rpc.ts"
import { inItsWords } from "./words.ts"

export type { TrytonOptions } from "./rpc.ts"

/** One that is on its way isn't posted: it says nothing, and the next attempt goes on with it. */
const posted = (held: Held | undefined) =>
  held === undefined || held.state !== "done"
    ? Option.none()
    : Option.some({ document: documentNumber(held), content: held.content })

export const trytonErp = (options: TrytonOptions) =>
  Layer.effect(
    Erp,
    Effect.gen(function* () {
      const { timeoutMillis = 20_000 } = options
      const { call } = yield* rpc({ ...options, timeoutMillis })
      const ask = asking(call)
      const search = searching(ask)
      const records = holding(ask, search)
      const known = lookup(ask, search)
      return Erp.of({
        name: "tryton",
        capabilities: {
          // A confirmation alone would be a production of its own; its lots have no status.
          kinds: new Set(["group", "goodsMovement", "reversal"]),
          orders: "together",
          classification: "tryton/1",
          // One Python process does it all, and documents of one lot wait for each other.
          concurrency: 2,
          obstacleOf,
          inItsWords,
          // An order of Tryton's has no status that the MES could set.
          books: new Set(["documentsOf", "openOrders", "stock", "available"])
        },
        ...booksOf(search, known, records),
        timeoutMillis,
        // A request that was given up may still be at work there. Should it take longer, its record has its key already, or
        // meets the one that has.
        settlesWithinMillis: 10_000,
        post: posting(call, search, known, records, timeoutMillis),
        readBack: (number) => Effect.map(records.byNumber(number), posted),
        findByKey: (key) => Effect.map(records.byKey(key), posted),
        changes: changing(search),
        // With a session: where that is refused, so is every document.
        health: Effect.asVoid(known.today)
      })
    })
  )
