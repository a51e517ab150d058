// What a case tells the stream that waits for it.
import { Effect } from "effect"
import { expect, it } from "vitest"
import { decisions } from "../../../actors/reactions/decisions.ts"
import type { AnyEvent } from "../../../core/event/catalogue.ts"
import type { ExceptionEvent } from "../../../core/event/exception.ts"
import { StreamName } from "../../../core/journal/stream.ts"
import type { CaseSubject } from "../../../core/message/exception.ts"
import { MessageId, PlantId, PostingKey, Source } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

const waiting = "order/ulm/4711"
const posting: CaseSubject = {
  kind: "posting",
  posting: PostingKey.make(`${waiting}/1/confirmation`),
  stream: waiting
}
const release: CaseSubject = { kind: "release", revision: 1, stream: waiting }
const breach: CaseSubject = { kind: "breach", breach: "overproduction/10", stream: waiting }
const caseId = "0123456789abcdef0123456789abcdef"

const sent = (event: AnyEvent) =>
  Effect.runSync(
    decisions.react({
      partition: 0,
      offset: 1,
      stream: StreamName(`case/${caseId}`),
      version: 2,
      recordedAt: 0,
      metadata: {
        source: Source.make("traveler/traveler.commands/cli"),
        messageId: MessageId.make("m"),
        digest: new Uint8Array(32),
        queue: "q",
        occurredAt: OccurredAt.make("2026-11-23T06:00:00Z")
      },
      part: 0,
      hash: new Uint8Array(32),
      ...event
    }) ?? Effect.succeed([])
  )

const told = (event: AnyEvent) =>
  sent(event).map(({ content, stream }) => [stream, content._tag === "Understood" ? content.message : content._tag])

const closed = (
  subject: CaseSubject,
  resolution: Extract<ExceptionEvent, { readonly type: "CaseClosed" }>["data"]["resolution"]
): AnyEvent => ({ type: "CaseClosed", data: { resolution, subject, waiting } })

it("a waiver is told, of a breach and of a document", () => {
  expect(told(closed(breach, "waived"))).toMatchObject([[waiting, { type: "CaseClosedNotice", body: { caseId } }]])
  expect(told(closed(posting, "waived"))).toMatchObject([[waiting, { body: { resolution: "waived" } }]])
})

it("a document is asked for again from the stream that asked for it", () => {
  const data = { reason: "Period is open", attempt: 2, subject: posting }
  expect(told({ type: "PostingResubmitted", data })).toMatchObject([
    [waiting, { type: "CaseResubmittedNotice", body: { caseId, attempt: 2, subject: posting } }]
  ])
})

it("a release that stands is tried again by its order, or goes on without", () => {
  const data = { reason: "Delivered", attempt: 2, subject: release }
  expect(told({ type: "ReleaseResubmitted", data })).toMatchObject([
    [waiting, { type: "CaseResubmittedNotice", body: { caseId, attempt: 2, subject: release } }]
  ])
  expect(told(closed(release, "waived"))).toMatchObject([[waiting, { body: { resolution: "waived" } }]])
  expect(told(closed(release, "resubmitted"))).toEqual([])
})

it("what the stream knows already isn't told: what it withdrew, and that its document was posted", () => {
  expect(told(closed(breach, "withdrawn"))).toEqual([])
  expect(told(closed(posting, "resubmitted"))).toEqual([])
})

it("the notice of a message that its stream has never seen comes in the message's place", () => {
  const message = { source: Source.make("ulm/mes.events/mes"), messageId: MessageId.make("bad") }
  const subject: CaseSubject = {
    kind: "message",
    message,
    digest: new Uint8Array(32),
    delivery: {
      queue: "traveler.in.ulm",
      plant: PlantId.make("ulm"),
      exchange: "mes.events",
      type: "OperationConfirmed",
      contentType: "application/json",
      schemaVersion: "1",
      sequence: 7
    }
  }
  const data = { resolution: "waived", subject, waiting } as const
  const [unseen] = sent({ type: "CaseClosed", data: { ...data, unseen: true } })
  expect(unseen).toMatchObject({ stream: waiting, metadata: { corrects: message, sequence: 7 } })
  const [seen] = sent({ type: "CaseClosed", data })
  expect(seen?.metadata).not.toHaveProperty("corrects")
})
