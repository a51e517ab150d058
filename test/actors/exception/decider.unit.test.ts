// An exception case: it opens, a person decides, it closes; what can't be decided now is noted with its reason.
import { describe, expect, it } from "vitest"
import { exceptionDecider } from "../../../actors/exception/decider.ts"
import { shownDigest } from "../../../actors/exception/shown.ts"
import type { Received } from "../../../core/decider.ts"
import type { RecordedFailure } from "../../../core/failure.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import type { CaseSubject, ExceptionMessage } from "../../../core/message/exception.ts"
import type { MessageMetadata } from "../../../core/message/metadata.ts"
import { Badge, CaseId, MessageId, PlantId, PostingKey, Source } from "../../../core/plant/identifiers.ts"
import { OccurredAt } from "../../../core/plant/time.ts"
import { specification } from "../../harness/decider-specification.ts"

const caseId = CaseId.make("0123456789abcdef0123456789abcdef")
const occurredAt = OccurredAt.make("2026-11-23T06:00:00+00:00")
const badge = Badge.make("B7")
const about = { caseId, occurredAt }
const digestOf = (text: string) => sha256(new TextEncoder().encode(text))

const metadata = (id: string): MessageMetadata => ({
  source: Source.make("traveler/cases"),
  messageId: MessageId.make(id),
  digest: digestOf(id),
  queue: "traveler/cases",
  occurredAt
})

const failure: RecordedFailure = {
  class: "DataQualityIssue",
  field: "yield.value",
  value: "x",
  reason: "No number",
  nextStep: "Correct it"
}
const otherFailure: RecordedFailure = { ...failure, reason: "Still no number" }

const subject: CaseSubject = {
  kind: "message",
  message: { source: Source.make("ulm/mes.events/mes"), messageId: MessageId.make("bad") },
  digest: digestOf("bad"),
  delivery: {
    queue: "traveler.in.ulm",
    plant: PlantId.make("ulm"),
    exchange: "mes.events",
    type: "OperationConfirmed",
    contentType: "application/json",
    schemaVersion: "1"
  }
}
const waiting = "order/ulm/4711"
const posting: CaseSubject = {
  kind: "posting",
  posting: PostingKey.make(`${waiting}/2/confirmation`),
  stream: waiting
}
const release: CaseSubject = { kind: "release", revision: 1, stream: waiting }
const recorded: CaseSubject = { ...subject, recorded: true }
const directive: CaseSubject = {
  kind: "directive",
  directive: { source: Source.make("ulm/mes.events/mes"), messageId: MessageId.make("r") },
  type: "ReportReversed",
  stream: waiting
}
const breach: CaseSubject = { kind: "breach", breach: "overproduction/10", stream: waiting }

let next = 0
const received = (message: ExceptionMessage): Received<ExceptionMessage> => ({
  ...message,
  metadata: metadata(`m${next++}`)
})

const raised = (of: CaseSubject = subject, why: RecordedFailure = failure) =>
  received({ type: "CaseRaised", body: { ...about, subject: of, failure: why, waiting } })
const withdrawn = () => received({ type: "CaseWithdrawn", body: about })
const waived = () => received({ type: "ExceptionWaived", body: { ...about, badge, reason: "Agreed" } })
const resubmitted = (text?: string, digest = digestOf(text ?? "")) =>
  received({
    type: "ExceptionResubmitted",
    body: {
      ...about,
      badge,
      reason: "Mended",
      ...(text === undefined
        ? {}
        : { replacement: { contentType: "application/msgpack", bytes: new TextEncoder().encode(text), digest } })
    }
  })
const settled = (attempt: number, why?: RecordedFailure) =>
  received({ type: "ResubmissionSettled", body: { ...about, attempt, ...(why === undefined ? {} : { failure: why }) } })

const ofCase = () => specification(exceptionDecider)

describe("a case opens", () => {
  it("when a stream raises it, for the one who can decide it", () => {
    ofCase()
      .when(raised())
      .thenRecords({ type: "CaseOpened", data: { subject, failure, ownerRole: "steward", waiting } })
  })

  it.each([
    ["BusinessRuleViolation", "supervisor"],
    ["DataQualityIssue", "steward"],
    ["TechnicalFailure", "integrator"]
  ] as const)("%s: for a %s", (kind, ownerRole) => {
    ofCase()
      .when(raised(breach, { ...failure, class: kind }))
      .thenRecordsLike(["CaseOpened", { ownerRole }])
  })

  it.each(["MessageParked", "DuplicateSuspected"] as const)(
    "when the partition writes %s on its own stream",
    (type) => {
      ofCase()
        .given(metadata("bad"), { type, data: { failure, subject } })
        .when(waived())
        .thenRecords(
          { type: "CaseWaived", data: { reason: "Agreed" } },
          { type: "CaseClosed", data: { resolution: "waived", subject } }
        )
    }
  )

  it("for the stream that has never seen the message, where it is parked here instead", () => {
    ofCase()
      .given(metadata("bad"), { type: "MessageParked", data: { failure, subject, waiting } })
      .when(waived())
      .thenRecordsLike(["CaseWaived"], ["CaseClosed", { resolution: "waived", subject, waiting, unseen: true }])
  })

  it("once: raised again while it's open, that is noted", () => {
    ofCase()
      .when(raised(), raised())
      .thenRecordsLike(["MessageNoted", { type: "CaseRaised" }])
  })
})

it("a waiver closes it, naming why, what it was about and who waits", () => {
  ofCase()
    .when(raised(), waived())
    .thenRecords(
      { type: "CaseWaived", data: { reason: "Agreed" } },
      { type: "CaseClosed", data: { resolution: "waived", subject, waiting } }
    )
})

it("what went away by itself closes it as withdrawn", () => {
  ofCase()
    .when(raised(breach), withdrawn())
    .thenRecords({ type: "CaseClosed", data: { resolution: "withdrawn", subject: breach, waiting } })
})

describe("a resubmission", () => {
  it("has nothing to send again of a message that was recorded and only looks odd", () => {
    ofCase()
      .when(raised(recorded), resubmitted())
      .thenRecordsLike(["MessageNoted", { reason: expect.stringContaining("recorded already") }])
  })

  it("sends the original bytes where there is no other body", () => {
    ofCase()
      .when(raised(), resubmitted())
      .thenRecords({
        type: "MessageResubmitted",
        data: {
          reason: "Mended",
          attempt: 1,
          digest: digestOf("bad"),
          contentType: "application/json",
          subject
        }
      })
  })

  it("sends a corrected body and keeps its bytes", () => {
    const digest = digestOf("better")
    ofCase()
      .when(raised(), resubmitted("better"))
      .thenRecords({
        type: "MessageResubmitted",
        data: { reason: "Mended", attempt: 1, digest, contentType: "application/msgpack", subject },
        keep: { digest, bytes: new TextEncoder().encode("better") }
      })
  })

  it("names the type that the message should have had", () => {
    const bytes = new TextEncoder().encode("{}")
    const replacement = { contentType: "application/json", bytes, digest: digestOf("{}"), type: "LaborBooked" }
    ofCase()
      .when(
        raised(),
        received({ type: "ExceptionResubmitted", body: { ...about, badge, reason: "Mended", replacement } })
      )
      .thenRecordsLike(["MessageResubmitted", { type: "LaborBooked", contentType: "application/json" }])
  })

  it("that was recorded closes the case", () => {
    ofCase()
      .when(raised(), resubmitted(), settled(1))
      .thenRecords({ type: "CaseClosed", data: { resolution: "resubmitted", subject, waiting } })
  })

  it("that failed again reopens it; the next one is the next attempt", () => {
    ofCase()
      .when(raised(), resubmitted(), settled(1, otherFailure))
      .thenRecords({ type: "CaseReopened", data: { attempt: 1, failure: otherFailure } })
      .thenState((state) => expect(state).toMatchObject({ is: "open", failure: otherFailure }))
      .when(resubmitted())
      .thenRecordsLike(["MessageResubmitted", { attempt: 2 }])
      .when(settled(2))
      .thenRecordsLike(["CaseClosed", { resolution: "resubmitted" }])
  })

  it("isn't disturbed by the same bytes coming again on the case's own stream", () => {
    const other: CaseSubject = { ...subject, digest: digestOf("better") }
    ofCase()
      .when(raised(), resubmitted())
      .given(metadata("case/1"), { type: "DuplicateSuspected", data: { failure: otherFailure, subject: other } })
      .thenState((state) => expect(state).toMatchObject({ is: "resubmitted", subject, waiting }))
      .when(settled(1))
      .thenRecordsLike(["CaseClosed", { resolution: "resubmitted" }])
  })
})

describe("a decision holds for what was shown", () => {
  const asShown = (why: RecordedFailure, attempts = 0) => shownDigest({ ...why, caseId, attempts })
  const waivedAs = (shown: Uint8Array) =>
    received({ type: "ExceptionWaived", body: { ...about, badge, reason: "Agreed", shown } })
  const resubmittedAs = (shown: Uint8Array) =>
    received({ type: "ExceptionResubmitted", body: { ...about, badge, reason: "Mended", shown } })

  it("which is recorded with it", () => {
    const shown = asShown(failure)
    ofCase()
      .when(raised(breach), waivedAs(shown))
      .thenRecordsLike(["CaseWaived", { reason: "Agreed", shown }], ["CaseClosed"])
    ofCase().when(raised(), resubmittedAs(shown)).thenRecordsLike(["MessageResubmitted", { shown }])
    ofCase().when(raised(posting), resubmittedAs(shown)).thenRecordsLike(["PostingResubmitted", { shown }])
  })

  it("and for nothing else: the case was closed and opened again with other figures", () => {
    ofCase()
      .when(raised(breach), withdrawn(), raised(breach, otherFailure), waivedAs(asShown(failure)))
      .thenRecordsLike(["MessageNoted", { type: "ExceptionWaived" }])
      .when(waivedAs(asShown(otherFailure)))
      .thenRecordsLike(["CaseWaived"], ["CaseClosed"])
  })

  it("nor after an attempt that the person hasn't seen fail", () => {
    ofCase()
      .when(raised(), resubmitted(), settled(1, failure), resubmittedAs(asShown(failure)))
      .thenRecordsLike(["MessageNoted"])
      .when(resubmittedAs(asShown(failure, 1)))
      .thenRecordsLike(["MessageResubmitted", { attempt: 2 }])
  })
})

describe("a failed document", () => {
  it("is asked for again as it is; that it was posted closes the case", () => {
    ofCase()
      .when(raised(posting), resubmitted())
      .thenRecords({ type: "PostingResubmitted", data: { reason: "Mended", attempt: 1, subject: posting } })
      .when(settled(1))
      .thenRecords({ type: "CaseClosed", data: { resolution: "resubmitted", subject: posting, waiting } })
  })

  it("that is refused again reopens the case", () => {
    ofCase()
      .when(raised(posting), resubmitted(), settled(1, otherFailure))
      .thenRecords({ type: "CaseReopened", data: { attempt: 1, failure: otherFailure } })
      .when(resubmitted())
      .thenRecordsLike(["PostingResubmitted", { attempt: 2 }])
  })

  it("whose report is taken back needs nobody, also while it was to be posted again", () => {
    ofCase()
      .when(raised(posting), resubmitted(), withdrawn())
      .thenRecords({ type: "CaseClosed", data: { resolution: "withdrawn", subject: posting, waiting } })
  })
})

describe("a release that stands", () => {
  it("is tried again as it is; that it went on closes the case, that it stands again reopens it", () => {
    const tried = () => ofCase().when(raised(release), resubmitted())
    tried().thenRecords({ type: "ReleaseResubmitted", data: { reason: "Mended", attempt: 1, subject: release } })
    tried()
      .when(settled(1))
      .thenRecords({ type: "CaseClosed", data: { resolution: "resubmitted", subject: release, waiting } })
    tried()
      .when(settled(1, otherFailure))
      .thenRecords({ type: "CaseReopened", data: { attempt: 1, failure: otherFailure } })
  })

  it("whose order is cancelled needs nobody, also while it was tried again", () => {
    ofCase()
      .when(raised(release), resubmitted(), withdrawn())
      .thenRecords({ type: "CaseClosed", data: { resolution: "withdrawn", subject: release, waiting } })
  })
})

describe("noted with a reason is", () => {
  const cases: ReadonlyArray<[string, ReadonlyArray<Received<ExceptionMessage>>]> = [
    ["any decision on a case that isn't there", [waived()]],
    ["the resubmission of a breach", [raised(breach), resubmitted()]],
    ["the resubmission of a directive that waits", [raised(directive), resubmitted()]],
    ["another body for a document", [raised(posting), resubmitted("other")]],
    ["a body for a release", [raised(release), resubmitted("other")]],
    ["the withdrawal of a message that is on its way", [raised(), resubmitted(), withdrawn()]],
    ["a replacement whose digest isn't that of its bytes", [raised(), resubmitted("better", digestOf("other"))]],
    ["the end of a resubmission that nobody sent", [raised(), settled(1)]],
    ["a waiver while a resubmission is on its way", [raised(), resubmitted(), waived()]],
    ["a resubmission while one is on its way", [raised(), resubmitted(), resubmitted()]],
    ["the end of another attempt", [raised(), resubmitted(), settled(2)]],
    ["a waiver of a closed case", [raised(), waived(), waived()]],
    ["a resubmission of a closed case", [raised(), waived(), resubmitted()]],
    ["the end of an attempt of a closed case", [raised(), resubmitted(), settled(1), settled(1)]],
    ["a withdrawal of a closed case", [raised(breach), waived(), withdrawn()]]
  ]
  it.each(cases)("%s", (_, messages) => {
    ofCase()
      .when(...messages)
      .thenRecordsLike(["MessageNoted", { type: messages.at(-1)?.type, reason: expect.stringMatching(/\w/) }])
  })
})

describe("a closed case opens once more", () => {
  it.each([
    ["withdrawn", withdrawn],
    ["waived", waived]
  ])("after it was %s and is raised again", (_, close) => {
    ofCase()
      .when(raised(breach), close(), raised(breach, otherFailure))
      .thenRecordsLike(["CaseOpened", { failure: otherFailure }])
      .when(waived())
      .thenRecordsLike(["CaseWaived"], ["CaseClosed", { resolution: "waived" }])
  })

  it("with its attempts counted on, since their ids were used", () => {
    ofCase()
      .when(raised(), resubmitted(), settled(1), raised(), resubmitted())
      .thenRecordsLike(["MessageResubmitted", { attempt: 2 }])
  })
})
