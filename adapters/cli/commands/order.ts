// `traveler order show`: one order's state, its history, its documents and its traces.
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Journal } from "../../../core/journal/journal.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { orderById } from "../../../projections/orders/queries.ts"
import { postingsOfOrder } from "../../../projections/postings/queries.ts"
import { documentEntry, documentLine } from "../describe-document.ts"
import { historyEntry, historyLine } from "../history.ts"
import { orderTags, traceLines, traceLinks } from "../jaeger.ts"
import { knownOrder } from "../known-orders.ts"
import { answer, answerJson } from "../output.ts"
import { withStorage } from "../with-core.ts"

const gathered = Effect.fnUntraced(function* (id: string, jaegerUrl: string) {
  const journal = yield* Journal
  const { order: orderId, plant } = yield* knownOrder(id)
  const order = yield* orderById(plant, orderId)
  const events = yield* journal.readStream(orderStream(plant, orderId), 0)
  const postings = yield* postingsOfOrder(plant, orderId)
  const links = traceLinks(jaegerUrl, orderTags(plant, orderId), events, postings)
  return { plant, orderId, order, events, postings, links }
})
type Gathered = Effect.Success<ReturnType<typeof gathered>>

const amounts = (quantities: NonNullable<Gathered["order"]>["operations"][number]["quantities"]): string =>
  quantities
    .map((sums) =>
      (["good", "scrap", "rework", "nonconforming", "labor", "machine"] as const)
        .filter((name) => sums[name] !== "0")
        .map((name) => `${name} ${sums[name]} ${sums.unit}`)
        .join(", ")
    )
    .filter((text) => text !== "")
    .join(", ") || "nothing reported"

const materialSums = [
  ["consumed", "consumed"],
  ["returned", "returned"],
  ["produced", "produced"],
  ["coProduced", "as a co-product"],
  ["byProduced", "as a by-product"]
] as const

/** What of the planned quantity came into stock as the product; undefined where it was planned in no such unit. */
const batchYield = ({ item, materials, quantity, unit }: NonNullable<Gathered["order"]>): string | undefined => {
  const made = materials.find((row) => row.item === item && row.unit === unit)
  if (made === undefined || made.produced === "0" || quantity === null || quantity === "0") return undefined
  return `batch yield ${((Number(made.produced) / Number(quantity)) * 100).toFixed(1)} %`
}

const materialLines = (order: NonNullable<Gathered["order"]>): ReadonlyArray<string> =>
  order.materials.map((row) => {
    const sums = materialSums.filter(([name]) => row[name] !== "0").map(([name, words]) => `${words} ${row[name]}`)
    const share = row.item === order.item && row.unit === order.unit ? batchYield(order) : undefined
    return `  ${row.item}: ${sums.join(", ")} ${row.unit}${share === undefined ? "" : `, ${share}`}`
  })

const inWords = ({ plant, orderId, order, events, postings, links }: Gathered): string => {
  if (order === undefined) return `Order ${plant}/${orderId} isn't in the view yet.`
  const flags = [
    ...(order.takenOverAt === null ? [] : [`taken over from the ERP ${order.takenOverAt}, where its history begins`]),
    ...(order.gap ? ["a gap is known"] : []),
    ...(order.parked > 0 ? [`${order.parked} messages parked`] : []),
    ...Object.values(order.breaches).map(({ breach, state }) => `breach ${breach} ${state}`)
  ]
  return [
    `Order ${orderId} at plant ${plant}: ${order.status}, ${order.quantity ?? "?"} ${order.unit ?? ""} of ${order.item ?? "an unknown item"}, revision ${order.revision ?? "none"}${flags.length === 0 ? "" : `; ${flags.join("; ")}`}`,
    "",
    ...order.operations.map(
      ({ final, operationId, planned, plannedUnit, quantities }) =>
        `  ${operationId}: planned ${planned ?? "?"} ${plannedUnit ?? ""}, ${amounts(quantities)}${final ? ", final" : ""}`
    ),
    ...materialLines(order),
    "",
    "History",
    ...events.map(historyLine),
    "",
    "Documents",
    ...postings.map(documentLine),
    "",
    "Traces",
    ...traceLines(links)
  ].join("\n")
}

const asJson = ({ plant, orderId, order, events, postings, links }: Gathered) => ({
  plant,
  orderId,
  order,
  history: events.map(historyEntry),
  postings: postings.map(documentEntry),
  ...links
})

const show = Command.make(
  "show",
  {
    id: Argument.String("id").pipe(Argument.withDescription("The order's id, or <plant>/<order>")),
    json: Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))
  },
  ({ id, json }) =>
    withStorage(({ jaegerUrl }) =>
      Effect.flatMap(gathered(id, jaegerUrl), (found) => (json ? answerJson(asJson(found)) : answer(inWords(found))))
    )
).pipe(Command.withDescription("Show an order's state, history, documents and traces"))

export const order = Command.make("order").pipe(
  Command.withDescription("Look at production orders"),
  Command.withSubcommands([show])
)
