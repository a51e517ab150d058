// The sandbox ERP as its operator sees it: rules, orders, changes, faults, and what its books hold. For tests, demos and
// `simulate`; the poster never uses it.
import { randomUUID } from "node:crypto"
import { Effect, Schema } from "effect"
import { PostingKey } from "../../../core/plant/identifiers.ts"
import type { Document, PostedDocument } from "../../../core/port/erp.ts"
import { type WireRequest, wire } from "../wire.ts"
import {
  byHand,
  type Fault,
  json,
  listLimit,
  type NewChange,
  type OrderPlan,
  type PlantRules,
  paths
} from "./contract.ts"

export class SandboxRefused extends Schema.TaggedError<SandboxRefused>()("SandboxRefused", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

const refused = (error: { readonly message: string } | { readonly reason: string }) =>
  new SandboxRefused({ reason: "reason" in error ? error.reason : error.message })

export const sandboxAdmin = (origin: string) =>
  Effect.map(wire(origin, 30_000), (send) => {
    const ask = <A, I extends string>(schema: Schema.Codec<A, I>, path: string) =>
      send({ method: "GET", path }).pipe(
        Effect.flatMap(({ body }) => Schema.decodeUnknownEffect(schema)(body)),
        Effect.mapError(refused)
      )
    const put = <A, I extends string>(schema: Schema.Codec<A, I>, path: WireRequest["path"], value: A) =>
      Schema.encodeEffect(schema)(value).pipe(
        Effect.flatMap((body) => send({ method: "PUT", path, body })),
        Effect.mapError(refused),
        Effect.flatMap(({ status, body }) =>
          status === 204 ? Effect.void : Effect.fail(new SandboxRefused({ reason: `${status}: ${body}` }))
        )
      )
    const ofPlant = (path: string, plant: string) => `${path}?plant=${encodeURIComponent(plant)}`
    /** Page after page. */
    const documents = Effect.fnUntraced(function* (plant: string) {
      const all: Array<PostedDocument> = []
      while (true) {
        const after = all.at(-1)?.document ?? "0"
        const page = yield* ask(json.postedDocuments, `${ofPlant(paths.documents, plant)}&after=${after}`)
        all.push(...page)
        if (page.length < listLimit) return all
      }
    })
    /** As a person does in this ERP: its number. */
    const postByHand = (document: Omit<Document, "key">) =>
      Schema.encodeEffect(json.document)({ ...document, key: PostingKey.make(byHand + randomUUID()) }).pipe(
        Effect.flatMap((body) => send({ method: "POST", path: paths.documents, body })),
        Effect.flatMap(({ body }) => Schema.decodeUnknownEffect(json.posted)(body)),
        Effect.map((posted) => posted.document),
        Effect.mapError(refused)
      )
    const cancelByHand = Effect.fnUntraced(function* (number: string) {
      const [posted] = yield* ask(json.postedDocuments, `${paths.documents}?numbers=${number}`)
      if (posted === undefined) return yield* new SandboxRefused({ reason: `There is no document ${number}` })
      return yield* postByHand({ ...posted.content, kind: "reversal", reverses: posted.content.key })
    })
    return {
      documents,
      postByHand,
      cancelByHand,
      ordersInMes: (plant: string) => ask(json.ordersInMes, ofPlant(paths.releasedToMes, plant)),
      sums: (plant: string) => ask(json.sums, ofPlant(paths.sums, plant)),
      stock: (plant: string) => ask(json.stock, ofPlant(paths.stock, plant)),
      statuses: (plant: string) => ask(json.statuses, ofPlant(paths.statuses, plant)),
      calls: (plant: string) => ask(json.calls, ofPlant(paths.calls, plant)),
      change: (change: NewChange) => put(json.newChange, paths.changes, change),
      setRules: (rules: PlantRules) => put(json.rules, paths.rules, rules),
      setOrder: (order: OrderPlan) => put(json.order, paths.orders, order),
      setFaults: (faults: ReadonlyArray<Fault>) => put(json.faults, paths.faults, faults)
    }
  })

export type SandboxAdmin = Effect.Success<ReturnType<typeof sandboxAdmin>>
