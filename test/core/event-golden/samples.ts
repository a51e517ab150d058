// One sample content of every event type, in today's version, with every field that it may have. Used by `write.ts`
// alone: what was written once stays in the golden files, whatever becomes of these.
import type { AnyEvent, EventType } from "../../../core/event/catalogue.ts"
import { sha256 } from "../../../core/journal/hash.ts"
import type { CaseSubject } from "../../../core/message/exception.ts"
import { fromText } from "../../../core/plant/decimal.ts"
import {
  CaseId,
  DefinitionVersion,
  ItemId,
  LotId,
  MaterialBillId,
  MessageId,
  OperationId,
  OperationsDefinitionId,
  OrderId,
  PartnerId,
  PersonId,
  PlantId,
  PostingKey,
  RecallId,
  Source,
  StorageLocationId,
  WorkCalendarId,
  WorkCenterId
} from "../../../core/plant/identifiers.ts"
import { LotScope } from "../../../core/plant/lot.ts"
import { Unit } from "../../../core/plant/quantity.ts"
import { OccurredAt } from "../../../core/plant/time.ts"

type Samples = { readonly [Type in EventType]: Extract<AnyEvent, { readonly type: Type }>["data"] }

const quantity = (value: string, unit: string) => ({ value: fromText(value), unit: Unit.make(unit) })
const orderId = OrderId.make("4711")
const operationId = OperationId.make("0010")
const on = { orderId, operationId, workCenterId: WorkCenterId.make("LATHE-4") }
const reason = "As agreed"
const posting = "requested" as const
const digest = sha256(new TextEncoder().encode("golden"))
const source = Source.make("ulm/mes.events/mes")
const messageId = MessageId.make("0190b2f4-7c1e")
const caseId = CaseId.make("0123456789abcdef0123456789abcdef")

const amounts = {
  yield: quantity("12.5", "EA"),
  scrap: quantity("1", "EA"),
  scrapReason: "Scratched",
  rework: quantity("2", "EA"),
  nonconforming: quantity("0.25", "KGM"),
  laborTime: quantity("90", "MIN"),
  machineTime: quantity("1.5", "HUR"),
  final: true
}

const workCenterId = WorkCenterId.make("LATHE-4")
const served = { orderId, operationId }

const plan = {
  itemId: ItemId.make("GEAR-7"),
  quantity: quantity("250", "EA"),
  revision: 2,
  operations: [
    {
      operationId,
      description: "Turning",
      workCenterId: WorkCenterId.make("LATHE-4"),
      quantity: quantity("255", "EA")
    },
    { operationId: OperationId.make("0020") }
  ],
  operationsDefinition: { id: "ROUTING-7", version: "C" },
  overproductionTolerancePercent: fromText("2.5"),
  underproductionTolerancePercent: fromText("1"),
  backflushedComponents: [{ itemId: ItemId.make("OIL"), operationId }]
}

const published = { actionCode: "Change", description: "As the ERP calls it" } as const
const version = DefinitionVersion.make("7")
const validity = {
  validFrom: OccurredAt.make("2026-11-15T00:00:00+01:00"),
  validTo: OccurredAt.make("2027-12-31T00:00:00+01:00")
}

const failure = {
  class: "DataQualityIssue",
  field: "yield.value",
  value: "1,5",
  reason: "Expected a decimal as text",
  nextStep: "Correct it and resubmit"
} as const

const subject: CaseSubject = {
  kind: "message",
  message: { source, messageId },
  digest,
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
const breach = "overproduction/0010"
const outcome = { posting: PostingKey.make("order/ulm/4711/3/confirmation"), attempt: 2 }
const resubmission = { caseId, attempt: 1 }
const waiting = "order/ulm/4711"

const lot = { itemId: ItemId.make("GEAR-7"), lotId: LotId.make("L/1"), scope: LotScope.make("plant/ulm") }
const storageLocation = StorageLocationId.make("BAY-3")
const part = {
  lotId: LotId.make("L/2"),
  scope: LotScope.make("enterprise"),
  storageLocation,
  quantity: quantity("1.5", "KGM")
}
const handled = { ...lot, storageLocation, quantity: quantity("2", "KGM"), posting } as const
const signed = { ...lot, posting, reason, signature: { role: "QA", meaning: "Approved" } }
const shipment = { ...handled, customer: PartnerId.make("C-9"), document: "DN-1" }
const order = { plantId: PlantId.make("ulm"), orderId }
const material = { ...lot, storageLocation, quantity: quantity("2", "KGM") }
const orderLine = { ...material, order }
const passage = { ...lot, storageLocation, quantity: quantity("2", "KGM"), through: "split" } as const

const step = { revision: 2, attempt: 1 }

export const samples: Samples = {
  LotReceived: {
    ...handled,
    supplier: { partnerId: PartnerId.make("S-4"), lotId: LotId.make("77"), certificate: "COA-5" },
    expiresAt: OccurredAt.make("2027-01-01T00:00:00+01:00")
  },
  LotTakenOver: {
    ...lot,
    storageLocation,
    quantity: quantity("2", "KGM"),
    expiresAt: OccurredAt.make("2027-01-01T00:00:00+01:00")
  },
  LotSplit: { ...lot, posting, storageLocation, into: [part] },
  LotMerged: { ...lot, posting, storageLocation, from: [part] },
  LotTransferred: { ...lot, posting, storageLocation, to: lot, quantity: quantity("2", "KGM") },
  LotMoved: {
    ...lot,
    posting,
    from: storageLocation,
    to: StorageLocationId.make("BAY-4"),
    quantity: quantity("2", "KGM")
  },
  LotHeld: signed,
  LotReleased: signed,
  LotRejected: signed,
  QualityReadingRecorded: { ...lot, characteristic: "viscosity", value: fromText("3.25"), unit: "Pa.s" },
  TestResultRecorded: { ...lot, testSpecification: "TS-3", passed: false, reason },
  LotSampled: { ...handled, use: "Retained Sample" },
  LotScrapped: { ...handled, scrapReason: "Burst" },
  LotAdjusted: { ...handled, reason },
  LotShipped: shipment,
  LotReceivedBack: shipment,
  LotDerived: { ...passage, from: lot },
  LotPassedOn: { ...passage, to: lot },
  LotConsumed: orderLine,
  LotReturned: orderLine,
  LotProduced: orderLine,
  LotLineReversed: { ...orderLine, was: "LotConsumed", reverses: { source, messageId } },
  LotPassageReversed: { ...passage, was: "LotDerived", reverses: { source, messageId } },
  LotReportReversed: {
    ...lot,
    reverses: { messageId },
    reason,
    posting,
    version: 3,
    takesBack: {
      type: "LotMoved",
      quantities: [quantity("2", "KGM")],
      storageLocation,
      to: StorageLocationId.make("BAY-4")
    },
    nowHolds: { disposition: "held", sequence: 0, at: 1_795_420_800_000, source, messageId },
    nowExpires: null
  },
  LotReversalDeferred: {
    body: { ...lot, occurredAt: OccurredAt.make("2026-11-23T06:00:00+01:00"), reverses: { messageId }, reason },
    waitsFor: `${source}\n${messageId}`
  },
  LotExpired: { ...lot, expiresAt: OccurredAt.make("2027-01-01T00:00:00+01:00") },
  LotBreachFound: {
    breach: "negativeBalance/KGM",
    kind: "negativeBalance",
    since: 4,
    extent: fromText("2"),
    unit: Unit.make("KGM")
  },
  LotBreachOverdue: {
    breach: "negativeBalance/KGM",
    kind: "negativeBalance",
    since: 4,
    extent: fromText("3"),
    unit: Unit.make("KGM")
  },
  LotBreachWithdrawn: { breach: "negativeBalance/KGM", overdue: true },
  LotBreachWaived: { breach: "usedAfterExpiry", extent: fromText("1"), caseId },
  ProductionOrderReleased: { orderId, ...plan },
  ProductionOrderChanged: { orderId, ...plan, reason },
  ProductionOrderCancelled: { orderId, reason },
  ProductionOrderHeld: { orderId, reason },
  ProductionOrderRestarted: { orderId, reason },
  ProductionOrderTechnicallyCompleted: { orderId, reason },
  ProductionOrderClosed: { orderId, reason },
  OperationStarted: on,
  OperationConfirmed: { ...on, ...amounts, posting },
  LaborBooked: { ...on, laborTime: quantity("45", "MIN"), posting },
  MachineTimeBooked: { ...on, machineTime: quantity("45", "MIN"), posting },
  ScrapDeclared: { ...on, scrap: quantity("3", "EA"), scrapReason: "Scratched", posting: "withheld" },
  ReworkDeclared: { ...on, rework: quantity("3", "EA"), reason, posting },
  NonconformanceRaised: { ...on, nonconforming: quantity("3", "EA"), reason },
  MaterialConsumed: {
    ...on,
    backflush: true,
    materials: [{ ...material, certainty: "allocated", into: lot }],
    posting,
    backflushed: [1]
  },
  MaterialReturned: { ...on, materials: [material], posting, backflushed: [1] },
  MaterialProduced: { ...on, materials: [{ ...material, use: "Co-product Produced" }], posting },
  OperationTakenOver: { ...on, ...amounts, documents: ["5000001"], final: true },
  MaterialTakenOver: { ...on, documents: ["5000002"], materials: [{ ...material, use: "Consumed" }] },
  ReportReversed: { orderId, reverses: { source, messageId }, reason, posting, version: 3, material: true },
  ReportCorrected: { ...on, ...amounts, corrects: { source, messageId }, reason, posting, version: 3 },
  MessageDeferred: {
    type: "ReportReversed",
    body: { orderId, occurredAt: OccurredAt.make("2026-11-23T06:00:00+01:00"), reverses: { messageId }, reason },
    waitsFor: `${source}\n${messageId}`
  },
  MaterialDefinitionPublished: {
    ...published,
    itemId: ItemId.make("STEEL-7"),
    unit: Unit.make("KGM"),
    conversions: [{ unit: Unit.make("MTR"), numerator: fromText("0.302"), denominator: fromText("1") }],
    lotScope: "plant"
  },
  UnitOfMeasurePublished: {
    ...published,
    unit: Unit.make("HUR"),
    base: { unit: Unit.make("MIN"), numerator: fromText("60"), denominator: fromText("1") }
  },
  MaterialBillPublished: {
    ...published,
    ...validity,
    materialBillId: MaterialBillId.make("B-PUMP-80"),
    version,
    itemId: ItemId.make("PUMP-80"),
    quantity: quantity("1", "EA"),
    components: [
      {
        id: "0010",
        itemId: ItemId.make("STEEL-7"),
        quantity: quantity("2.05", "KGM"),
        use: "Consumed",
        operationId,
        scrapPercent: fromText("2.5"),
        backflush: true
      }
    ]
  },
  OperationsDefinitionPublished: {
    ...published,
    ...validity,
    operationsDefinitionId: OperationsDefinitionId.make("R-PUMP-80"),
    version,
    itemId: ItemId.make("PUMP-80"),
    materialBill: { id: MaterialBillId.make("B-PUMP-80"), version },
    operations: plan.operations
  },
  WorkCalendarPublished: {
    ...published,
    workCalendarId: WorkCalendarId.make("SHIFTS"),
    workCenterId: WorkCenterId.make("LATHE-1"),
    entries: [
      {
        id: "1",
        isWorking: true,
        type: "Early shift",
        startsAt: OccurredAt.make("2026-11-23T06:00:00+01:00"),
        endsAt: OccurredAt.make("2026-11-23T14:00:00+01:00")
      }
    ]
  },
  DirectiveOverdue: {
    directive: { source, messageId },
    type: "ReportReversed",
    waitsFor: `${source}\n${messageId}`
  },
  DirectiveWentOn: { directive: { source, messageId } },
  DirectiveWaived: { directive: { source, messageId }, caseId },
  BreachFound: {
    breach,
    kind: "overproduction",
    operationId: "0010",
    since: 9,
    allowed: fromText("256.25"),
    reported: fromText("257"),
    unit: Unit.make("EA")
  },
  BreachWithdrawn: { breach },
  BreachWaived: { breach, caseId },
  ParkedMessageSettled: { message: { source, messageId }, caseId, resolution: "resubmitted" },
  PostingsFreed: { versions: [3, 4, 300, 70_000] },
  PostingsGrouped: {
    documents: [
      { version: 3, kind: "confirmation" },
      { version: 300, kind: "goodsMovement" },
      { version: 70_000, kind: "reversal" }
    ],
    resubmissions: [resubmission]
  },
  PostingsUngrouped: { group: 70_001 },
  PostingOmitted: { ...outcome, reason, resubmission },
  PostingShadowed: outcome,
  PostingAdopted: { ...outcome, document: "5000001", resubmission },
  PostingModeSet: {
    plantId: PlantId.make("berlin"),
    reason,
    kinds: ["confirmation", "goodsMovement", "lotStatus"],
    mode: "shadow",
    from: OccurredAt.make("2026-11-30T06:00:00+01:00")
  },
  PostingAccepted: { ...outcome, document: "5000001" },
  PostingVerified: { ...outcome, document: "5000001", resubmission },
  PostingDeferred: {
    ...outcome,
    until: 1_795_420_800_000,
    class: "ClosedPeriod",
    reason,
    rule: "sandbox/1",
    policy: "closedPeriod/wait"
  },
  PostingDateMoved: {
    ...outcome,
    from: "2026-11-30",
    to: "2026-12-01",
    reason,
    rule: "sandbox/1",
    policy: "closedPeriod/nextOpenPeriod"
  },
  PostingResumed: outcome,
  PostingInDoubt: { ...outcome, reason },
  PostingFailed: {
    ...outcome,
    class: "BusinessRuleViolation",
    code: "PERIOD_CLOSED",
    reason,
    field: "code",
    nextStep: "Open the period",
    document: "5000001",
    resubmission
  },
  PostingRequestedAgain: { ...outcome, resubmission },
  PostingWaived: { posting: outcome.posting, caseId, reversal: 7 },
  PostingRepeated: {
    posting: PostingKey.make("order/ulm/4711/3/confirmation"),
    reason: "Cancelled in the ERP by mistake"
  },
  DocumentAcknowledged: {
    document: "5000000017",
    content: { orderId, operationId, amounts: { yield: quantity("2", "EA") }, final: false },
    reason: "Booked by hand"
  },
  DifferenceFound: {
    id: "0123456789abcdef",
    stream: "order/ulm/4711",
    kind: "failed",
    about: "order/ulm/4711/3/confirmation",
    reported: { "0010: good EA": fromText("12.5") },
    journal: { "0010: good EA": fromText("0") },
    erp: { "0010: good EA": fromText("0") },
    since: OccurredAt.make("2026-11-23T06:00:00Z"),
    value: { value: fromText("23.06"), currency: "EUR" },
    repair: "exceptions resubmit 0123456789abcdef0123456789abcdef --by NAME --reason TEXT"
  },
  DifferenceGone: { id: "0123456789abcdef" },
  DifferenceAccepted: {
    plant: PlantId.make("ulm"),
    difference: "0123456789abcdef",
    quantities: "0123456789abcdef0123456789abcdef",
    reason
  },
  PlantReconciled: { plant: PlantId.make("ulm"), orders: 12, lots: 30, equal: 41, differences: 1, more: 2 },
  RecallRecorded: {
    recallId: RecallId.make("R-20261130T0912-k3x9"),
    kind: "recall",
    reason,
    signature: { role: "quality manager", meaning: "approved" },
    lot: { scope: LotScope.make("plant/ulm"), itemId: ItemId.make("MILK"), lotId: LotId.make("M-17") },
    direction: "both",
    asOf: OccurredAt.make("2026-11-30T18:00:00+01:00"),
    windows: [
      {
        equipment: WorkCenterId.make("FILLER-1"),
        from: OccurredAt.make("2026-11-29T06:00:00+01:00"),
        to: OccurredAt.make("2026-11-29T14:00:00+01:00")
      }
    ],
    startedAt: OccurredAt.make("2026-11-30T09:12:00Z"),
    scopeKnownAt: OccurredAt.make("2026-11-30T09:12:01Z"),
    completedAt: OccurredAt.make("2026-11-30T09:12:05Z"),
    scopes: { smallest: 12, largest: 40 },
    shipments: 7,
    customers: 3,
    accountedPercent: fromText("99.5"),
    held: { scope: "largest", lots: 40 },
    report: "ab".repeat(32),
    journal: { events: 4711, hash: "cd".repeat(32) },
    version: "0.1.0"
  },
  PostingWithdrawn: { version: 3, reversal: 7 },
  CaseOpened: { subject, failure, ownerRole: "steward", waiting },
  MessageResubmitted: { reason, shown: digest, attempt: 1, digest, contentType: "application/json", subject },
  ReleasePolicySet: {
    plantId: PlantId.make("ulm"),
    reason,
    policy: {
      checks: [{ check: "revisionValid", withinSeconds: 60, withoutAnswer: "stop" }],
      acknowledgedWithinSeconds: 900
    },
    from: OccurredAt.make("2026-12-01T06:00:00+01:00")
  },
  VesselDefined: {
    plantId: PlantId.make("ulm"),
    storageLocation: StorageLocationId.make("TANK-1"),
    mixing: "untilCleaned",
    from: OccurredAt.make("2026-12-01T06:00:00+01:00"),
    reason
  },
  MessageRedacted: { plantId: PlantId.make("ulm"), reason, digest },
  PersonErased: {
    plantId: PlantId.make("ulm"),
    reason,
    personId: PersonId.make("5f0c2f4e-3f0b-4a66-9a50-7d1f3c3f7a10")
  },
  ProductionOrderAcknowledged: { orderId, revision: 2, actionCode: "Rejected", reason },
  ReleaseStarted: {
    revision: 2,
    policy: {
      checks: [
        { check: "materialAvailable", withinSeconds: 60, withoutAnswer: "stop" },
        { check: "workCenterReady", withinSeconds: 5, withoutAnswer: "goOn" }
      ],
      acknowledgedWithinSeconds: 900
    },
    replaces: 1,
    begun: true
  },
  ReleaseCheckPassed: { ...step, check: "revisionValid" },
  ReleaseCheckFailed: { ...step, check: "materialAvailable", failure },
  ReleaseCheckUnanswered: { ...step, check: "workCenterReady", reason },
  ProductionOrderDispatched: { ...step, acknowledgedWithinSeconds: 900 },
  ReleaseAcknowledged: { ...step, by: "answer" },
  ReleaseReported: { ...step, omitted: reason },
  ReleaseStopped: { ...step, at: "acknowledgement", failure, resubmission },
  ReleaseTriedAgain: { ...step, at: "checks", resubmission },
  ReleaseWentOn: { ...step, resubmission },
  ReleaseWaived: { ...step, at: "report", caseId },
  ReleaseCancelled: { ...step, because: "orderCancelled", withdraw: true, stopped: true },
  ReleaseRevisionRaised: { ...step, to: 7 },
  ProductionOrderWithdrawn: { revision: 2 },
  ReleaseResubmitted: { reason, shown: digest, attempt: 1, subject: { kind: "release", revision: 2, stream: waiting } },
  PostingResubmitted: {
    reason,
    shown: digest,
    attempt: 1,
    subject: { kind: "posting", posting: outcome.posting, stream: waiting }
  },
  CaseReopened: { attempt: 1, failure },
  CaseWaived: { reason, shown: digest },
  CaseClosed: {
    resolution: "waived",
    subject: { kind: "breach", breach, stream: waiting, since: 9 },
    waiting,
    unseen: true
  },
  EquipmentStateChanged: { workCenterId, state: "Maintenance", reason },
  EquipmentStateSampled: {
    workCenterId,
    runs: [
      {
        state: "Running",
        from: OccurredAt.make("2026-11-23T06:00:00+01:00"),
        to: OccurredAt.make("2026-11-23T06:16:39.500+01:00"),
        samples: 1_000
      }
    ]
  },
  DowntimeStarted: { workCenterId, reason },
  DowntimeEnded: { workCenterId, reason },
  EquipmentUseStarted: { workCenterId, order: served },
  EquipmentUseEnded: { workCenterId, order: served },
  CleanBreakRecorded: {
    workCenterId,
    startedAt: OccurredAt.make("2026-11-23T05:00:00+01:00"),
    endedAt: OccurredAt.make("2026-11-23T05:40:00+01:00"),
    method: "CIP, caustic 2 %",
    reference: "SAN-118"
  },
  EquipmentReportReversed: { workCenterId, reverses: { source, messageId }, reason },
  MessageNoted: { type: "ReportReversed", reason },
  MessageParked: { failure, subject, waiting },
  DuplicateSuspected: { failure, subject }
}
