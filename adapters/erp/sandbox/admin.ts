// The sandbox ERP as its operator sees it: rules, orders, changes, faults, and what its books hold. For tests, demos and
// `simulate`; the poster never uses it.
import { Effect, Schema } from "effect"
import type { PostedDocument } from "../../../core/port/erp.ts"
import { type WireRequest, wire } from "../wire.ts"
import { type Fault, json, listLimit, type NewChange, type OrderPlan, type PlantRules, paths } from "./contract.ts"

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
    return {
      documents,
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
