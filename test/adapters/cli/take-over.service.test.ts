// A take-over that stopped half-way is made whole by the next one, and what it told isn't told again.
import { expect, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { takeOver } from "../../../adapters/cli/take-over.ts"
import { plantTables } from "../../../adapters/postgres/plants.ts"
import { ItemId, OperationId, OrderId } from "../../../core/plant/identifiers.ts"
import { Broker, type Publication } from "../../../core/port/broker.ts"
import { Erp, type HeldDocument } from "../../../core/port/erp.ts"
import { temporaryClient } from "../../harness/database.ts"
import { at, order, plant, quantity, Writer } from "../../projections/events.ts"
import { follow, startAnew } from "../../projections/follow.ts"

const unused = Effect.die(new Error("A take-over needs no such thing"))
const orderId = OrderId.make("4711")
const [op10, op20] = [OperationId.make("10"), OperationId.make("20")]
const confirmed = (operationId: OperationId): HeldDocument => ({
  document: operationId,
  kind: "confirmation",
  content: { orderId, operationId, amounts: { yield: quantity("40") } }
})

/** Of one open order two operations are confirmed. */
const erp = (documents: ReadonlyArray<HeldDocument>) =>
  Layer.succeed(
    Erp,
    Erp.of({
      name: "fake",
      capabilities: {
        kinds: new Set(["confirmation"]),
        orders: "each",
        classification: "fake/1",
        concurrency: 1,
        inItsWords: (document) => document,
        obstacleOf: () => undefined,
        books: new Set(["openOrders", "documentsOf", "stock"])
      },
      timeoutMillis: 1_000,
      settlesWithinMillis: 1_000,
      post: () => unused,
      readBack: () => unused,
      findByKey: () => unused,
      changes: () => unused,
      documentsOf: () => Effect.succeed(documents),
      openOrders: () =>
        Effect.succeed([
          {
            orderId,
            occurredAt: at(0),
            itemId: ItemId.make("GEAR"),
            quantity: quantity("100"),
            revision: 1,
            operations: [{ operationId: op10 }, { operationId: op20 }]
          }
        ]),
      stock: () => Effect.succeed([]),
      available: () => unused,
      releasedToMes: () => unused,
      health: unused
    })
  )

/** The ids of what is told, where the journal has this of the order already. */
const told = Effect.fnUntraced(function* (history: Writer, documents = [confirmed(op10), confirmed(op20)]) {
  yield* startAnew(history.partitions)
  yield* follow(history)
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(plantTables)
  const published: Array<Publication> = []
  const broker = Layer.succeed(Broker, {
    declarePlant: () => Effect.void,
    declareCommands: unused,
    consume: () => unused,
    depth: () => unused,
    publish: (messages) => Effect.sync(() => void published.push(...messages))
  })
  const { orders } = yield* Effect.provide(takeOver(plant, at(0)), Layer.merge(broker, erp(documents)))
  return { orders, ids: published.map(({ messageId }) => messageId) }
})

const idOf = (operation: OperationId) => `takeover/${orderId}/${operation}/0`
const takenOver = (operationId: OperationId) => {
  const history = new Writer()
  const data = { orderId, operationId, yield: quantity("40") }
  history.write(order("4711"), { type: "OperationTakenOver", data }, { messageId: idOf(operationId) })
  return history
}

layer(temporaryClient, { timeout: 60_000, excludeTestServices: true })("a take-over", (it) => {
  it.effect("tells of an order of which nothing is known", () =>
    Effect.gen(function* () {
      expect(yield* told(new Writer())).toEqual({ orders: 1, ids: [idOf(op10), idOf(op20)] })
    })
  )

  it.effect("that stopped half-way is made whole by the next one, whatever was booked first meanwhile", () =>
    Effect.gen(function* () {
      expect(yield* told(takenOver(op10))).toEqual({ orders: 1, ids: [idOf(op20)] })
      expect(yield* told(takenOver(op20))).toEqual({ orders: 1, ids: [idOf(op10)] })
    })
  )

  it.effect("that is complete has nothing to tell", () =>
    Effect.gen(function* () {
      expect(yield* told(takenOver(op10), [confirmed(op10)])).toEqual({ orders: 0, ids: [] })
    })
  )

  it.effect("leaves alone what was begun here: it would count twice", () =>
    Effect.gen(function* () {
      const history = takenOver(op10)
      history.write(order("4711"), { type: "OperationStarted", data: { orderId, operationId: op20 } })
      expect(yield* told(history)).toEqual({ orders: 0, ids: [] })
    })
  )
})
