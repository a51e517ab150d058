// The sandbox ERP: a small HTTP ERP that stays as the non-production simulation environment. State is in Postgres
// (`tables.ts`), so several commands share it, and it outlives its restart. Started by adapters/cli, tests or `main.ts`.
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, Result, Schema } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import type { Document } from "../../../core/port/erp.ts"
import { gather } from "../gather.ts"
import { json, paths, type Refusal, readBackLimit, statusOf } from "./contract.ts"
import { makeFaults } from "./faults.ts"
import { ledger } from "./ledger.ts"

const text = (body: string, status = 200) => HttpServerResponse.text(body, { status, contentType: "application/json" })
const refused = (refusal: Refusal) => text(JSON.stringify(refusal), statusOf[refusal.code])
const nothing = HttpServerResponse.empty({ status: 204 })
const unavailable = refused({ code: "UNAVAILABLE", message: "The sandbox ERP is down for a while" })

/** The body by its schema; one that doesn't fit is answered 400 with what was expected. */
const received = <A, I extends string>(
  schema: Schema.Codec<A, I>,
  then: (body: A) => Effect.Effect<HttpServerResponse.HttpServerResponse, unknown>
) => {
  const decode = Schema.decodeUnknownEffect(schema)
  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = yield* Effect.result(Effect.flatMap(request.text, (body) => decode(body)))
    if (Result.isFailure(body)) return refused({ code: "INVALID", message: String(body.failure) })
    return yield* then(body.success)
  })
}

const query = Effect.map(
  HttpServerRequest.HttpServerRequest,
  (request) => new URL(request.url, "http://sandbox").searchParams
)

/** No document has the number 0. */
const numberOf = (text: string): string => (/^\d{1,18}$/.test(text) ? text : "0")

const routes = Effect.gen(function* () {
  const books = yield* ledger
  const faults = makeFaults()

  const post = yield* gather(500, (documents: ReadonlyArray<Document>) =>
    Effect.map(books.post(documents), (answers) => answers.map((answer) => Effect.succeed(answer)))
  )

  const judged = Effect.fnUntraced(function* (document: Document) {
    const answer = yield* post(document)
    if (faults.draw(["hang"], document.plant) !== undefined) return yield* Effect.never
    if (Result.isFailure(answer)) return refused(answer.failure)
    return text(JSON.stringify({ document: answer.success.document }), answer.success.isNew ? 201 : 200)
  })

  const postDocument = received(json.document, (document) => {
    const fault = faults.draw(["unavailable", "locked", "itemLocked", "slow"], document.plant, document.movements)
    if (fault?.kind === "unavailable") return Effect.succeed(unavailable)
    if (fault?.kind === "locked") {
      return Effect.succeed(refused({ code: "ORDER_LOCKED", message: "The order is being processed by a user" }))
    }
    if (fault?.kind === "itemLocked") {
      const what = fault.itemId ?? document.movements?.[0]?.itemId
      return Effect.succeed(
        refused({
          code: "ITEM_LOCKED",
          message: `Item ${what} of plant ${document.plant} is being processed by a user`
        })
      )
    }
    return fault === undefined ? judged(document) : Effect.delay(judged(document), fault.millis ?? 1000)
  })

  const findByKey = (key: string) =>
    Effect.map(books.read([{ key }]), ([body]) =>
      body === undefined ? refused({ code: "UNKNOWN_DOCUMENT", message: "No such document" }) : text(body)
    )

  const readBack = (numbers: ReadonlyArray<string>) =>
    Effect.map(books.read(numbers.map((number) => ({ number: numberOf(number) }))), (found) =>
      text(`[${found.filter((body) => body !== undefined).join(",")}]`)
    )

  const getDocuments = Effect.flatMap(query, (query) => {
    if (faults.draw(["unavailable"]) !== undefined) return Effect.succeed(unavailable)
    const numbers = query.get("numbers")
    const key = query.get("key")
    if (numbers !== null) return readBack(numbers.split(",").slice(0, readBackLimit))
    if (key !== null) return findByKey(key)
    const [plant, order, after] = [query.get("plant") ?? "", query.get("order"), numberOf(query.get("after") ?? "")]
    return Effect.map(order === null ? books.list(plant, after) : books.listOfOrder(plant, order, after), (body) =>
      text(body)
    )
  })

  /** As the client of the core asks it, which an outage meets. */
  const asked = (list: (plant: string, query: URLSearchParams) => Effect.Effect<string, unknown>) =>
    Effect.flatMap(query, (query) =>
      faults.draw(["unavailable"]) === undefined
        ? Effect.map(list(query.get("plant") ?? "", query), (body) => text(body))
        : Effect.succeed(unavailable)
    )

  const ofPlant = (list: (plant: string) => Effect.Effect<string, unknown>) =>
    Effect.flatMap(query, (query) => Effect.map(list(query.get("plant") ?? ""), (body) => text(body)))

  const health = Effect.suspend(() =>
    faults.draw(["unavailable"]) === undefined ? Effect.as(books.health, nothing) : Effect.succeed(unavailable)
  )

  return HttpRouter.addAll([
    HttpRouter.route("POST", paths.documents, postDocument),
    HttpRouter.route("GET", paths.documents, getDocuments),
    HttpRouter.route("GET", paths.sums, ofPlant(books.sums)),
    HttpRouter.route("GET", paths.stock, ofPlant(books.stock)),
    HttpRouter.route(
      "GET",
      paths.available,
      asked((plant, query) => books.available(plant, query.getAll("item")))
    ),
    HttpRouter.route(
      "GET",
      paths.openOrders,
      asked((plant, query) => books.openOrders(plant, query.get("after") ?? ""))
    ),
    HttpRouter.route("GET", paths.releasedToMes, ofPlant(books.ordersInMes)),
    HttpRouter.route(
      "PUT",
      paths.releasedToMes,
      received(json.orderInMes, (order) =>
        faults.draw(["unavailable"], order.plant) === undefined
          ? Effect.as(books.releaseToMes(order), nothing)
          : Effect.succeed(unavailable)
      )
    ),
    HttpRouter.route("GET", paths.statuses, ofPlant(books.statuses)),
    HttpRouter.route("GET", paths.calls, ofPlant(books.calls)),
    HttpRouter.route(
      "GET",
      paths.changes,
      asked((plant, query) => books.changes(plant, numberOf(query.get("after") ?? "")))
    ),
    HttpRouter.route(
      "PUT",
      paths.changes,
      received(json.newChange, (change) => Effect.as(books.change(change), nothing))
    ),
    HttpRouter.route(
      "PUT",
      paths.rules,
      received(json.rules, (rules) => Effect.as(books.setRules(rules), nothing))
    ),
    HttpRouter.route(
      "PUT",
      paths.orders,
      received(json.order, (plan) => Effect.as(books.setPlan(plan), nothing))
    ),
    HttpRouter.route(
      "PUT",
      paths.faults,
      received(json.faults, (list) =>
        Effect.as(
          Effect.sync(() => faults.set(list)),
          nothing
        )
      )
    ),
    HttpRouter.route("GET", paths.health, health)
  ])
})

/** Serves on loopback until the scope closes; then at once refuses connections and cuts those that hang. */
export const sandboxServer = ({ port }: { readonly port: number }) =>
  Effect.gen(function* () {
    const server = createServer()
    const listener = NodeHttpServer.layer(() => server, {
      port,
      host: "127.0.0.1",
      gracefulShutdownTimeout: 0
    })
    yield* Layer.build(
      HttpRouter.serve(Layer.unwrap(routes), { disableLogger: true, disableListenLog: true }).pipe(
        Layer.provide(listener)
      )
    )
    yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
    const address = server.address()
    return { port: typeof address === "object" && address !== null ? address.port : port }
  })
