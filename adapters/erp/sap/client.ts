// SAP S/4HANA behind the port `Erp`, over its public OData APIs. Provided by adapters/cli and tests; docs/sap.md.
import { Effect, Layer, Option } from "effect"
import { Erp } from "../../../core/port/erp.ts"
import { asking, reasonOf, technical } from "./ask.ts"
import { booksOf } from "./books.ts"
import { changing } from "./changes.ts"
import { obstacleOf } from "./classification.ts"
import type { Held } from "./held.ts"
import { confirmationKey, holdingConfirmations } from "./held-confirmation.ts"
import { holdingGoods } from "./held-goods.ts"
import { fingerprint } from "./key.ts"
import { plantsOf, type SapOptions } from "./options.ts"
import { posting } from "./post.ts"
import { sapSession, services } from "./session.ts"
import { wording } from "./words.ts"

export { type SapOptions, type SapPlant, SapPlants } from "./options.ts"

/** A confirmation whose goods wait in COGI is accepted and no more, until they are repaired there; a cancelled one is none. */
const posted = (held: Held | undefined) =>
  held?.isComplete === true && !held.isCancelled
    ? Option.some({ document: held.number, content: held.content })
    : Option.none()

/** A key says of which kind its document is. */
const isOfGoods = (key: string): boolean => key.endsWith("/goodsMovement")
const isReversal = (key: string): boolean => key.endsWith("/reversal")

export const sapErp = (options: SapOptions) =>
  Layer.effect(
    Erp,
    Effect.gen(function* () {
      const { timeoutMillis = 30_000 } = options
      const session = yield* sapSession({ ...options, timeoutMillis })
      const ask = asking(session)
      const plants = plantsOf(options.plants)
      const books = { confirmations: holdingConfirmations(ask, plants), goods: holdingGoods(ask, plants) }
      const inItsWords = wording(plants)

      return Erp.of({
        name: "sap",
        capabilities: {
          // The status of a batch is SAP's quality management's; a group would be several documents there.
          kinds: new Set(["confirmation", "goodsMovement", "reversal"]),
          orders: "each",
          classification: "sap/1",
          // Each takes a dialog process of SAP's, of which a server has a few dozen for everybody.
          concurrency: 8,
          obstacleOf,
          inItsWords,
          books: new Set(["documentsOf", "openOrders", "stock", "available", "releasedToMes"])
        },
        ...booksOf(session, ask, books, plants, timeoutMillis),
        timeoutMillis,
        // A request that was given up goes on in SAP until it is done or its process is stopped: after ten minutes
        // (rdisp/max_wprun_time).
        settlesWithinMillis: 600_000,
        post: posting(session, ask, books, plants, inItsWords),
        readBack: (number) =>
          Effect.map(
            confirmationKey(number) === undefined ? books.goods.byNumber(number) : books.confirmations.byNumber(number),
            posted
          ),
        findByKey: Effect.fnUntraced(function* (key, reverses) {
          const print = fingerprint(key)
          if (isOfGoods(key)) return posted(yield* books.goods.byPrint(print))
          const confirmation = yield* books.confirmations.byPrint(print)
          return confirmation === undefined && isReversal(key) && reverses !== undefined
            ? posted(yield* books.goods.cancellationOf(fingerprint(reverses)))
            : posted(confirmation)
        }),
        changes: changing(ask, plants),
        health: session.get(`${services.confirmations}/`).pipe(
          Effect.asVoid,
          Effect.mapError((failure) => technical(reasonOf(failure)))
        )
      })
    })
  )
