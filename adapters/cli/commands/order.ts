// `traveler order show`: one order's state, its history, its documents and its traces.
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Journal } from "../../../core/journal/journal.ts"
import { orderStream } from "../../../core/journal/stream.ts"
import { orderById } from "../../../projections/orders/queries.ts"
import { postingsOfOrder } from "../../../projections/postings/queries.ts"
import { orderTags, traceLines, traceLinks } from "../../telemetry/jaeger.ts"
import { documentEntry, documentLine } from "../describe-document.ts"
import { orderLines } from "../describe-order.ts"
import { historyEntry, historyLine } from "../history.ts"
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

const inWords = ({ plant, orderId, order, events, postings, links }: Gathered): string => {
  if (order === undefined) return `Order ${plant}/${orderId} isn't in the view yet.`
  return [
    ...orderLines(order),
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
