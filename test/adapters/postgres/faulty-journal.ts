// Journals of one database, straight and through a proxy that loses connections. For the tests of this folder.
import { Context, Effect, Layer, Redacted } from "effect"
import { clientLayer } from "../../../adapters/postgres/client.ts"
import { journalTables } from "../../../adapters/postgres/database.ts"
import { journalLayer } from "../../../adapters/postgres/journal.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { temporaryDatabase } from "../../harness/database.ts"
import { type FaultProxy, faultProxy } from "../../harness/fault-proxy.ts"

export const partitions = 4

/** A database with the journal's tables, and a proxy before its server. */
export class FaultyDatabase extends Context.Service<
  FaultyDatabase,
  { readonly url: Redacted.Redacted; readonly proxiedUrl: Redacted.Redacted; readonly proxy: FaultProxy }
>()("traveler/test/FaultyDatabase") {}

export const faultyDatabase = (rangeWidth?: number) =>
  Layer.effect(
    FaultyDatabase,
    Effect.gen(function* () {
      const url = yield* temporaryDatabase
      yield* Effect.void.pipe(
        Effect.provide(
          journalTables({ partitions, ...(rangeWidth === undefined ? {} : { rangeWidth }) }).pipe(
            Layer.provide(clientLayer(url))
          )
        )
      )
      const { hostname, port } = new URL(Redacted.value(url))
      const proxy = yield* faultProxy(hostname, Number(port || 5432))
      const proxied = new URL(Redacted.value(url))
      proxied.hostname = "127.0.0.1"
      proxied.port = String(proxy.port)
      return { url, proxiedUrl: Redacted.make(proxied.href), proxy }
    })
  )

const journalAt = (url: Redacted.Redacted) =>
  Effect.map(Layer.build(Layer.fresh(journalLayer).pipe(Layer.provide(clientLayer(url)))), (context) =>
    Context.get(context, Journal)
  )

/** A process's journal, with connections of its own. */
export const straightJournal = Effect.flatMap(FaultyDatabase, ({ url }) => journalAt(url))

/** A process's journal whose connections go through the proxy. */
export const proxiedJournal = Effect.flatMap(FaultyDatabase, ({ proxiedUrl }) => journalAt(proxiedUrl))
