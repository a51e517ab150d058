// What the release runner says to an order, and to its plant's MES. Pure; used by this folder alone.
import { Schema } from "effect"
import { sha256 } from "../../core/journal/hash.ts"
import { nameOrHash, type StreamName } from "../../core/journal/stream.ts"
import { DispatchProductionOrder, WithdrawProductionOrder } from "../../core/message/mes-command.ts"
import type { ReleaseMessage } from "../../core/message/release.ts"
import { MessageId, Source } from "../../core/plant/identifiers.ts"
import { OccurredAt } from "../../core/plant/time.ts"
import { exchanges, type Publication } from "../../core/port/broker.ts"
import type { Incoming } from "../../core/port/door.ts"
import type { WorkingRelease } from "../../projections/releases/queries.ts"

const encoder = new TextEncoder()

/** A longer name than this stands by its hash: in the broker an id has at most 255 bytes. */
const longestName = 60

/** As often as the step is done, it has the same id. */
const idOf = (stream: StreamName, revision: number, attempt: number, step: string): string =>
  `${nameOrHash(stream, longestName)}/release/${revision}.${attempt}/${step}`

/**
 * The word on a step that came up at `since`: told once more after a crash, it is the same word. What comes up again (the MES
 * takes an answer back, and gives it again) has another.
 */
export const wordOf = (
  { since, stream }: Pick<WorkingRelease, "since" | "stream">,
  step: { readonly revision: number; readonly attempt: number; readonly name: string }
): MessageId => MessageId.make(`${idOf(stream, step.revision, step.attempt, step.name)}/${since}`)

export const timeOf = (millis: number): OccurredAt => OccurredAt.make(new Date(millis).toISOString())

/** Whatever it says this time: the first word under an id stands. */
export const toOrder = (
  stream: StreamName,
  messageId: MessageId,
  message: ReleaseMessage,
  traceparent: string
): Incoming => ({
  stream,
  metadata: {
    source: Source.make("traveler/release"),
    messageId,
    digest: sha256(encoder.encode(messageId)),
    queue: "release",
    occurredAt: message.body.occurredAt,
    traceparent
  },
  content: { _tag: "Understood", message },
  redelivered: false
})

const encodeDispatch = Schema.encodeSync(Schema.fromJsonString(DispatchProductionOrder))
const encodeWithdrawal = Schema.encodeSync(Schema.fromJsonString(WithdrawProductionOrder))

const publication = (release: WorkingRelease, type: string, body: string, traceparent: string): Publication => {
  const { flow, plant, stage, stream } = release
  return {
    exchange: exchanges.mesCommands,
    routingKey: `${plant}.${type}`,
    type,
    contentType: "application/json",
    body: encoder.encode(body),
    messageId: idOf(stream, flow.revision, flow.attempt, stage),
    appId: "traveler",
    correlationId: nameOrHash(stream, longestName),
    schemaVersion: "1",
    traceparent
  }
}

/** The same, byte for byte, as often as it is asked for: its time is when it came to be dispatched. */
export const dispatchOf = (release: WorkingRelease, traceparent: string): Publication => {
  const { flow, orderId, plan, since } = release
  const actionCode = flow.replaces === undefined ? "Add" : "Change"
  const { revision } = flow
  const body = encodeDispatch({ orderId, occurredAt: timeOf(since), actionCode, ...plan, revision })
  return publication(release, "DispatchProductionOrder", body, traceparent)
}

export const withdrawalOf = (release: WorkingRelease, traceparent: string): Publication => {
  const { flow, orderId, since } = release
  const body = encodeWithdrawal({ orderId, occurredAt: timeOf(since), revision: flow.revision })
  return publication(release, "WithdrawProductionOrder", body, traceparent)
}
