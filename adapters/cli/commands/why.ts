// `traveler why order|lot|message|posting ID`: what it waits for, who can mend it, and how.
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { DataQualityIssue } from "../../../core/failure.ts"
import { Journal } from "../../../core/journal/journal.ts"
import { category, lotOf, lotStream, orderOf, orderStream, plantOf, StreamName } from "../../../core/journal/stream.ts"
import { type MessageReference, messageKey } from "../../../core/message/metadata.ts"
import { CaseId, MessageId, OrderId, PlantId, PostingKey, Source } from "../../../core/plant/identifiers.ts"
import { type LotKey, plantOfScope } from "../../../core/plant/lot.ts"
import { Broker, inboundQueue } from "../../../core/port/broker.ts"
import { OrdersArePosted } from "../../../core/port/erp.ts"
import { caseById, listCases } from "../../../projections/exceptions/queries.ts"
import { lotByKey } from "../../../projections/lots/queries.ts"
import { orderById } from "../../../projections/orders/queries.ts"
import { completesOrder } from "../../../projections/postings/due.ts"
import {
  lotWaits,
  type PostingRow,
  postingsByKey,
  postingsOfLot,
  postingsOfOrder
} from "../../../projections/postings/queries.ts"
import { plants } from "../../postgres/plants.ts"
import { coreIsRunning } from "../../postgres/presence.ts"
import { fullName, knownLot } from "../known-lots.ts"
import { knownOrder } from "../known-orders.ts"
import { answer, answerJson } from "../output.ts"
import { messageOf } from "../why/cases.ts"
import { type KnownLot, whyLot } from "../why/lot.ts"
import { carries, whyMessage } from "../why/message.ts"
import { type KnownOrder, whyOrder } from "../why/order.ts"
import { whyAskedFor, whyPosting } from "../why/posting.ts"
import { asJson, command, sentence, type Why, withoutCore } from "../why/reason.ts"
import { withBroker } from "../with-core.ts"

/** More cases than this of one order or message nobody decides one by one. */
const caseLimit = 1_000

const isCaseId = Schema.is(CaseId)

const waiting = (postings: ReadonlyArray<PostingRow>) =>
  postings.filter(({ waitsForLots }) => waitsForLots).map(({ key }) => key)

const gatheredOrder = Effect.fnUntraced(function* (plant: PlantId, orderId: OrderId) {
  const journal = yield* Journal
  const stream = orderStream(plant, orderId)
  const postings = yield* postingsOfOrder(plant, orderId)
  const events = yield* journal.readStream(stream, 0)
  const known: KnownOrder = {
    id: `${plant}/${orderId}`,
    plant,
    status: (yield* orderById(plant, orderId))?.status ?? "Forecast",
    events,
    cases: yield* listCases({ waiting: stream }, caseLimit),
    unread: yield* listCases({ waiting: null, plant, state: "open", subject: "message" }, caseLimit),
    postings,
    lots: yield* lotWaits(waiting(postings)),
    orders: yield* OrdersArePosted,
    isComplete: events.some(({ type }) => completesOrder(type))
  }
  return known
})

const orderOfId = Effect.fnUntraced(function* (id: string) {
  const { order, plant } = yield* knownOrder(id)
  return whyOrder(yield* gatheredOrder(plant, order))
})

const gatheredLot = Effect.fnUntraced(function* (key: LotKey) {
  const journal = yield* Journal
  const stream = lotStream(key)
  const postings = yield* postingsOfLot(key)
  const known: KnownLot = {
    id: fullName(key),
    events: yield* journal.readStream(stream, 0),
    cases: yield* listCases({ waiting: stream }, caseLimit),
    balances: (yield* lotByKey(key))?.balances ?? [],
    postings,
    lots: yield* lotWaits(waiting(postings)),
    orders: yield* OrdersArePosted,
    isComplete: false
  }
  return known
})

const lotOfId = Effect.fnUntraced(function* (id: string) {
  return whyLot(yield* gatheredLot(yield* knownLot(id)))
})

/** How many messages wait at these plants' doors, in words. */
const queued = Effect.fnUntraced(function* (served: ReadonlyArray<PlantId>) {
  const broker = yield* Broker
  const depths = yield* Effect.forEach(served.map(inboundQueue), (queue) =>
    broker.depth(queue).pipe(
      Effect.map((depth) => `${depth} wait in ${queue}`),
      Effect.catch(({ reason }) => Effect.succeed(`${queue}: ${reason}`))
    )
  )
  return depths.join(", ") || "no plant is served"
})

interface Where {
  readonly order: Option.Option<string>
  readonly lot: Option.Option<string>
}

const streamNamed = Effect.fnUntraced(function* ({ lot, order }: Where) {
  if (Option.isSome(order)) {
    const found = yield* knownOrder(order.value)
    return orderStream(found.plant, found.order)
  }
  return Option.isSome(lot) ? lotStream(yield* knownLot(lot.value)) : undefined
})

/** What is known of the order or lot whose stream it is. */
const gathered = Effect.fnUntraced(function* (stream: StreamName) {
  return category(stream) === "order"
    ? yield* gatheredOrder(PlantId.make(plantOf(stream)), OrderId.make(orderOf(stream)))
    : yield* gatheredLot(lotOf(stream))
})

const plantOfStream = (stream: StreamName): PlantId | undefined =>
  category(stream) === "order" ? PlantId.make(plantOf(stream)) : plantOfScope(lotOf(stream).scope)

const unseen = Effect.fnUntraced(function* (id: string, stream: StreamName | undefined) {
  const plant = stream === undefined ? undefined : plantOfStream(stream)
  const waiting = yield* queued(plant === undefined ? yield* plants : [plant])
  return yield* new DataQualityIssue({
    field: "message",
    value: id,
    reason: `No case is about it${stream === undefined ? "" : `, and ${stream} has recorded none such`}`,
    nextStep:
      stream === undefined
        ? `Say whose history to look through: --order ID or --lot ID; not handled yet: ${waiting}`
        : `See whether it was sent at all; not handled yet: ${waiting}`
  })
})

const severalSenders = (id: string, senders: ReadonlyArray<MessageReference>) =>
  new DataQualityIssue({
    field: "message",
    value: id,
    reason: `${senders.length} senders have used this id`,
    nextStep: `Say which is meant: ${senders.map(({ source }) => `--source ${source}`).join(" or ")}`
  })

/** A case's id stands for the message that it is about. */
const referenceOf = Effect.fnUntraced(function* (id: string, source: Option.Option<string>) {
  const row = isCaseId(id) ? yield* caseById(id) : undefined
  return row?.messageId == null || row.source === null
    ? { messageId: id, source: Option.getOrUndefined(source) }
    : { messageId: row.messageId, source: row.source }
})

const histories: ReadonlySet<string> = new Set(["masterData", "equipment", "plant"])

/** A record of master data, a work center and a plant ask for no documents: their history is all there is. */
const isHistoryAlone = (stream: StreamName): boolean => histories.has(category(stream))

/**
 * No view knows every message: a row for each would cost all of them what few are asked for. What needs a person is
 * found by its cases; else the history is read that whoever asks knows it to belong to.
 */
const messageOfId = Effect.fnUntraced(function* (id: string, from: Option.Option<string>, where: Where) {
  const { messageId, source } = yield* referenceOf(id, from)
  const cases = (yield* listCases({ messageId }, caseLimit)).filter(
    (row) => source === undefined || row.source === source
  )
  const waiting = cases.find((row) => row.waiting !== null)?.waiting
  const stream = (yield* streamNamed(where)) ?? (waiting == null ? undefined : StreamName(waiting))
  const known = stream === undefined || isHistoryAlone(stream) ? undefined : yield* gathered(stream)
  const history = known?.events ?? (stream === undefined ? [] : yield* (yield* Journal).readStream(stream, 0))
  const events = history.filter(
    (event) => carries(event, messageId) && (source === undefined || messageOf(event).source === source)
  )
  const senders = new Map(
    [
      ...events.map(messageOf),
      ...cases.flatMap((row) =>
        row.source === null ? [] : [{ source: Source.make(row.source), messageId: MessageId.make(messageId) }]
      )
    ].map((reference) => [messageKey(reference), reference])
  )
  const [message, ...others] = senders.values()
  if (message === undefined) return yield* unseen(id, stream)
  if (others.length > 0) return yield* severalSenders(id, [message, ...others])
  const documents = known === undefined ? [] : whyAskedFor(events, known)
  return whyMessage({ message, events, cases, documents })
})

const postingOfKey = Effect.fnUntraced(function* (key: PostingKey) {
  const [posting] = yield* postingsByKey([key])
  if (posting !== undefined) return whyPosting(posting, yield* gathered(posting.stream))
  return yield* new DataQualityIssue({
    field: "posting",
    value: key,
    reason: "No document has this key",
    nextStep: `The documents of an order or a lot and their keys are shown by: ${command("order show ID")} or lot show ID`
  })
})

const id = (what: string) => Argument.String("id").pipe(Argument.withDescription(what))
const json = Flag.Boolean("json").pipe(Flag.withDescription("One line of JSON"), Flag.withDefault(false))

const told = <E, R>(why: Effect.Effect<Why, E, R>, isJson: boolean) =>
  withBroker(() =>
    Effect.gen(function* () {
      const found = yield* why
      const checked = (yield* coreIsRunning) ? found : withoutCore(found)
      return yield* isJson ? answerJson(asJson(checked)) : answer(sentence(checked))
    })
  )

const order = Command.make("order", { id: id("The order's id, or <plant>/<order>"), json }, (flags) =>
  told(orderOfId(flags.id), flags.json)
).pipe(Command.withDescription("What an order waits for"))

const lot = Command.make("lot", { id: id("The lot's number, <item>/<lot> or <scope>/<item>/<lot>"), json }, (flags) =>
  told(lotOfId(flags.id), flags.json)
).pipe(Command.withDescription("What a lot waits for"))

const message = Command.make(
  "message",
  {
    id: id("The sender's id of the message, or the id of its case"),
    source: Flag.String("source").pipe(
      Flag.withDescription("Who sent it (<plant>/<exchange>/<app-id>), where several senders have used the id"),
      Flag.optional
    ),
    order: Flag.String("order").pipe(Flag.withDescription("The order that it is about"), Flag.optional),
    lot: Flag.String("lot").pipe(Flag.withDescription("The lot that it is about"), Flag.optional),
    json
  },
  (flags) => told(messageOfId(flags.id, flags.source, flags), flags.json)
).pipe(Command.withDescription("What a message waits for, or what it came to"))

const posting = Command.make(
  "posting",
  { id: id("The document's key").pipe(Argument.withSchema(PostingKey)), json },
  (flags) => told(postingOfKey(flags.id), flags.json)
).pipe(Command.withDescription("What an ERP document waits for"))

export const why = Command.make("why").pipe(
  Command.withDescription("Say what something waits for, who can mend it, and how"),
  Command.withSubcommands([order, lot, message, posting])
)
