// The view `timers`: what has to be looked at again at a given time, as events ask for it.
import { Effect } from "effect"
import { endsWait } from "../../core/event/waiting.ts"
import type { RecordedEvent } from "../../core/journal/event.ts"
import { lotOf, type StreamName } from "../../core/journal/stream.ts"
import { type MessageReference, messageKey } from "../../core/message/metadata.ts"
import { timerReference } from "../../core/message/timer.ts"
import { instant } from "../../core/plant/time.ts"
import type { Projection } from "../projection.ts"
import { type Columns, columnNames, recordset, takeExcluded } from "../recordset.ts"
import { byText } from "../sorted.ts"
import type { TimedMessage } from "./queries.ts"

/** So long may a directive wait for what it names (milliseconds) until a person is asked. */
export const directivePatience = 24 * 60 * 60 * 1_000

/** So long may more have left a lot than had come into it (milliseconds): what came may be on its way. */
export const balancePatience = 60 * 1_000

const timer = `
create table if not exists timer (
  -- The posting's key, or the stream with the source and id of the directive, or of what the timer fires as.
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

/** The timer of a directive that waits, or of what it fires as itself. */
const messageTimer = (stream: StreamName, message: MessageReference) => `${stream}\n${messageKey(message)}`

/** Of an order that was dispatched to the MES. */
const releaseTimer = (stream: StreamName) => `${stream}\nrelease`

/**
 * A posting has one timer at most: the last deferral's, and none once anything else was heard of it. A directive has
 * one while it waits for what it names; one that waits for a gap to close waits for others that have theirs. A lot has
 * one for each receipt that gives an expiry, until it has fired: which of them holds is for the lot to say. An order has
 * one while the MES hasn't acknowledged it.
 */
const evolve = (event: RecordedEvent): Change | undefined => {
  const { metadata, stream } = event
  switch (event.type) {
    case "PostingDeferred": {
      const { posting, attempt, until } = event.data
      const body = { posting, attempt }
      return set(event, posting, { type: "PostingResumed", body }, until)
    }
    case "PostingDateMoved":
    case "PostingResumed":
    case "PostingAccepted":
    case "PostingVerified":
    case "PostingInDoubt":
    case "PostingFailed":
    case "PostingOmitted":
    case "PostingShadowed":
    case "PostingAdopted":
      return [event.data.posting, undefined]
    case "MessageDeferred":
    case "LotReversalDeferred": {
      if (event.data.waitsFor === "gap") return undefined
      const directive = { source: metadata.source, messageId: metadata.messageId }
      const message = { type: "DirectiveOverdue", body: { directive } } as const
      return set(event, messageTimer(stream, directive), message, event.recordedAt + directivePatience)
    }
    case "ProductionOrderDispatched": {
      const { acknowledgedWithinSeconds, attempt, revision } = event.data
      if (acknowledgedWithinSeconds === undefined) return undefined
      const message = { type: "AcknowledgementOverdue", body: { revision, attempt } } as const
      return set(event, releaseTimer(stream), message, event.recordedAt + acknowledgedWithinSeconds * 1_000)
    }
    case "ReleaseAcknowledged":
    case "ReleaseStopped":
    case "ReleaseWaived":
    case "ReleaseCancelled":
      return [releaseTimer(stream), undefined]
    case "LotBreachFound": {
      const { breach, kind, since } = event.data
      if (kind !== "negativeBalance") return undefined
      const message = { type: "LotBreachOverdue", body: { ...lotOf(stream), breach, since } } as const
      return set(event, `${stream}\n${breach}`, message, event.recordedAt + balancePatience)
    }
    case "LotBreachOverdue":
    case "LotBreachWithdrawn":
    case "LotBreachWaived":
      return [`${stream}\n${event.data.breach}`, undefined]
    case "LotReceived":
    case "LotTakenOver": {
      const { expiresAt } = event.data
      if (expiresAt === undefined) return undefined
      const message = { type: "LotExpiryReached", body: { ...lotOf(stream), expiresAt } } as const
      return set(event, messageTimer(stream, timerReference(stream, event.version)), message, instant(expiresAt))
    }
    case "DirectiveOverdue":
      return [messageTimer(stream, event.data.directive), undefined]
    case "LotExpired":
      return [messageTimer(stream, metadata), undefined]
    default:
      // What became of a directive, in its own message's turn or in another's.
      return endsWait(event) || event.part === undefined ? [messageTimer(stream, metadata), undefined] : undefined
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

export const timers: Projection = { name: "timers", version: 10, tables: [timer, due], apply }
