// The view `timers`: what has to be looked at again at a given time, as events ask for it.
import { Effect } from "effect"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { orderOf, type StreamName } from "../../core/journal/stream.ts"
import { type MessageReference, messageKey } from "../../core/message/metadata.ts"
import { OrderId } from "../../core/plant/identifiers.ts"
import type { Projection } from "../projection.ts"
import { type Columns, columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import type { TimedMessage } from "./queries.ts"

/** So long may a directive wait for what it names (milliseconds) until a person is asked. */
const directivePatience = 24 * 60 * 60 * 1_000

const timer = `
create table if not exists timer (
  -- The posting's key, or the stream with the directive's source and id.
  key text collate "C" primary key,
  stream text not null,
  -- Of the event that asks for the timer: with the stream it makes the id of the message that fires.
  version integer not null,
  message json not null,
  -- Milliseconds since 1970.
  due_at float8 not null,
  traceparent text
)`
const due = "create index if not exists timer_due on timer (due_at)"

interface Timer {
  readonly key: string
  readonly stream: string
  readonly version: number
  readonly message: TimedMessage
  readonly due_at: number
  readonly traceparent: string | null
}

const columns = {
  key: "text",
  stream: "text",
  version: "integer",
  message: "json",
  due_at: "float8",
  traceparent: "text"
} satisfies Columns<keyof Timer>

type Change = readonly [key: string, timer: Timer | undefined]

const set = (event: RecordedEvent, key: string, message: TimedMessage, due_at: number): Change => {
  const { metadata, stream, version } = event
  return [key, { key, stream, version, message, due_at, traceparent: metadata.traceparent ?? null }]
}

const orderIdOf = ({ stream }: RecordedEvent): OrderId => OrderId.make(orderOf(stream))

const directiveKey = (stream: StreamName, directive: MessageReference) => `${stream}\n${messageKey(directive)}`

/**
 * A posting has one timer at most: the last deferral's, and none once anything else was heard of it. A directive has
 * one while it waits for what it names; one that waits for a gap to close waits for others that have theirs.
 */
const evolve = (event: RecordedEvent): Change | undefined => {
  const { metadata, stream } = event
  switch (event.type) {
    case "PostingDeferred": {
      const { posting, attempt, until } = event.data
      const body = { orderId: orderIdOf(event), posting, attempt }
      return set(event, posting, { type: "PostingResumed", body }, until)
    }
    case "PostingResumed":
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingInDoubt":
    case "PostingFailed":
      return [event.data.posting, undefined]
    case "MessageDeferred": {
      if (event.data.waitsFor === "gap") return undefined
      const directive = { source: metadata.source, messageId: metadata.messageId }
      const message = { type: "DirectiveOverdue", body: { orderId: orderIdOf(event), directive } } as const
      return set(event, directiveKey(stream, directive), message, event.recordedAt + directivePatience)
    }
    case "DirectiveOverdue":
      return [directiveKey(stream, event.data.directive), undefined]
    case "MessageNoted":
    case "ReportReversed":
    case "ReportCorrected":
    case "ProductionOrderChanged":
      // What became of a directive, in its own message's turn or in another's.
      return [directiveKey(stream, metadata), undefined]
    default:
      return event.part === undefined ? [directiveKey(stream, metadata), undefined] : undefined
  }
}

const apply: Projection["apply"] = Effect.fnUntraced(function* (sql, events) {
  const last = new Map<string, Timer | undefined>()
  for (const event of events) {
    const change = evolve(event)
    if (change !== undefined) last.set(...change)
  }
  if (last.size === 0) return
  const timers = byText(
    [...last.values()].filter((timer) => timer !== undefined),
    (timer) => timer.key
  )
  const gone = [...last].flatMap(([key, timer]) => (timer === undefined ? [key] : []))
  if (gone.length > 0) yield* sql`delete from timer where key = any(${gone}::text[])`
  if (timers.length > 0) {
    yield* sql`
      insert into timer (${columnNames(sql, columns)}) select * from ${recordset(sql, columns, timers)}
      on conflict (key) do update set ${takeExcluded(sql, columns)}`
  }
})

export const timers: Projection = { name: "timers", version: 3, tables: [timer, due], apply }
