// An event in one plain line, for people who read a history. Used by `order show` and `lot show`.
import type { AnyEvent } from "../../core/event/catalogue.ts"
import { isEquipmentEvent } from "../../core/event/equipment.ts"
import { isLotEvent } from "../../core/event/lot.ts"
import { isMasterDataEvent } from "../../core/event/master-data.ts"
import { isReleaseEvent } from "../../core/event/release.ts"
import { hex } from "../../core/journal/hash.ts"
import type { Amounts } from "../../core/message/order.ts"
import type { Quantity } from "../../core/plant/quantity.ts"
import { describeEquipmentEvent } from "./describe-equipment-event.ts"
import { describeLotEvent } from "./describe-lot-event.ts"
import { describeMasterDataEvent } from "./describe-master-data-event.ts"
import { describeReleaseEvent } from "./describe-release-event.ts"

const quantity = (value: Quantity): string => `${value.value} ${value.unit}`

const named = (name: string, value: Quantity | undefined): ReadonlyArray<string> =>
  value === undefined || value.value === "0" ? [] : [`${name} ${quantity(value)}`]

const amounts = (reported: Amounts): string =>
  [
    ...named("good", reported.yield),
    ...named("scrap", reported.scrap),
    ...named("rework", reported.rework),
    ...named("nonconforming", reported.nonconforming),
    ...named("labor", reported.laborTime),
    ...named("machine", reported.machineTime)
  ].join(", ") || "nothing"

const because = (reason: string | undefined): string => (reason === undefined || reason === "" ? "" : `: ${reason}`)

const waits = (posting: "requested" | "withheld" | undefined): string =>
  posting === "withheld" ? " (posting withheld)" : ""

interface Material {
  readonly itemId: string
  readonly lotId?: string
  readonly quantity: Quantity
}

const materials = (lines: ReadonlyArray<Material>): string =>
  lines
    .map(
      (line) => `${quantity(line.quantity)} of ${line.itemId}${line.lotId === undefined ? "" : ` lot ${line.lotId}`}`
    )
    .join(", ")

const backflushedByErp = ({
  backflushed = [],
  materials
}: {
  readonly backflushed?: ReadonlyArray<number>
  readonly materials: ReadonlyArray<Material>
}): string => {
  const items = new Set(backflushed.flatMap((place) => materials[place]?.itemId ?? []))
  return items.size === 0 ? "" : ` (the ERP backflushes ${[...items].join(", ")})`
}

export const describeEvent = (event: AnyEvent): string => {
  if (isLotEvent(event)) return describeLotEvent(event)
  if (isEquipmentEvent(event)) return describeEquipmentEvent(event)
  if (isMasterDataEvent(event)) return describeMasterDataEvent(event)
  if (isReleaseEvent(event)) return describeReleaseEvent(event)
  switch (event.type) {
    case "ProductionOrderReleased":
    case "ProductionOrderChanged":
      return `${event.type === "ProductionOrderReleased" ? "released" : "changed"}, revision ${event.data.revision}: ${quantity(event.data.quantity)} of ${event.data.itemId}, ${event.data.operations.length} operations`
    case "ProductionOrderCancelled":
      return `cancelled${because(event.data.reason)}`
    case "ProductionOrderHeld":
      return `held${because(event.data.reason)}`
    case "ProductionOrderRestarted":
      return `restarted${because(event.data.reason)}`
    case "ProductionOrderTechnicallyCompleted":
      return `technically complete${because(event.data.reason)}`
    case "ProductionOrderClosed":
      return `closed${because(event.data.reason)}`
    case "ProductionOrderAcknowledged":
      return `the MES says of revision ${event.data.revision}: ${event.data.actionCode}${because(event.data.reason)}`
    case "ReleasePolicySet":
      return `orders go to the MES ${event.data.policy === undefined ? "some other way" : "by Traveler"} from ${event.data.from} on: ${event.data.reason}`
    case "VesselDefined":
      return `${event.data.storageLocation} is ${event.data.mixing === undefined ? "no vessel" : `a vessel, ${event.data.mixing},`} from ${event.data.from} on: ${event.data.reason}`
    case "MessageRedacted":
      return `message ${hex(event.data.digest)} redacted: ${event.data.reason}`
    case "PersonErased":
      return `person ${event.data.personId} erased: ${event.data.reason}`
    case "OperationStarted":
      return `${event.data.operationId} started`
    case "OperationConfirmed":
      return `${event.data.operationId} confirmed${event.data.final === true ? ", final" : ""}: ${amounts(event.data)}${waits(event.data.posting)}`
    case "LaborBooked":
    case "MachineTimeBooked":
    case "ScrapDeclared":
    case "ReworkDeclared":
      return `${event.data.operationId} reports ${amounts(event.data)}${waits(event.data.posting)}`
    case "NonconformanceRaised":
      return `${event.data.operationId} reports ${quantity(event.data.nonconforming)} nonconforming${because(event.data.reason)}`
    case "MaterialConsumed":
      return `consumed ${materials(event.data.materials)}${backflushedByErp(event.data)}`
    case "MaterialReturned":
      return `returned ${materials(event.data.materials)}${backflushedByErp(event.data)}`
    case "MaterialProduced":
      return `produced ${materials(event.data.materials)}`
    case "OperationTakenOver":
      return `${event.data.operationId} taken over from the ERP${event.data.final === true ? ", final" : ""}: ${amounts(event.data)}; history begins here`
    case "MaterialTakenOver":
      return `taken over from the ERP: ${materials(event.data.materials)}; history begins here`
    case "ReportReversed":
      return `report at version ${event.data.version} reversed${because(event.data.reason)}${waits(event.data.posting)}`
    case "ReportCorrected":
      return `report at version ${event.data.version} corrected to ${amounts(event.data)}${because(event.data.reason)}${waits(event.data.posting)}`
    case "MessageDeferred":
      return `${event.data.type} waits for ${event.data.waitsFor.replace("\n", " ")}`
    case "DirectiveOverdue":
      return `${event.data.type} ${event.data.directive.messageId} has waited too long for ${event.data.waitsFor.replace("\n", " ")}`
    case "DirectiveWentOn":
      return `what ${event.data.directive.messageId} waited for has come`
    case "DirectiveWaived":
      return `the wait of ${event.data.directive.messageId} waived by case ${event.data.caseId}`
    case "MessageNoted":
      return `${event.data.type} noted: ${event.data.reason}`
    case "MessageParked":
      return `a message was parked: ${event.data.failure.field} ${event.data.failure.value}: ${event.data.failure.reason}`
    case "DuplicateSuspected":
      return `an equal message without an id came again`
    case "BreachFound":
      return `breach ${event.data.breach} found${event.data.reported === undefined ? "" : `: ${event.data.reported} reported, ${event.data.allowed} ${event.data.kind === "underproduction" ? "asked for" : "allowed"}`}`
    case "BreachWithdrawn":
      return `breach ${event.data.breach} withdrawn`
    case "BreachWaived":
      return `breach ${event.data.breach} waived by case ${event.data.caseId}`
    case "ParkedMessageSettled":
      return `parked message ${event.data.message.messageId} ${event.data.resolution} by case ${event.data.caseId}`
    case "PostingsFreed":
      return `postings of versions ${event.data.versions.join(", ")} freed`
    case "PostingsGrouped":
      return `${event.data.documents.length} postings go as one document: ${event.data.documents.map(({ kind, version }) => `${kind} of ${version}`).join(", ")}`
    case "PostingsUngrouped":
      return `the refused document of version ${event.data.group} ends: what it was made of is posted anew`
    case "PostingOmitted":
      return `posting ${event.data.posting} left out: ${event.data.reason}`
    case "PostingShadowed":
      return `posting ${event.data.posting} is left to people: its plant posts none of its kind yet`
    case "PostingAdopted":
      return `posting ${event.data.posting} is ${event.data.document}, which a person had posted`
    case "PostingModeSet":
      return `${event.data.kinds.join(", ")} ${event.data.mode} from ${event.data.from} on${because(event.data.reason)}`
    case "PostingAccepted":
    case "PostingVerified":
      return `posting ${event.data.posting} ${event.type === "PostingVerified" ? "verified" : "accepted"} as ${event.data.document}`
    case "PostingDeferred":
      return `posting ${event.data.posting} deferred until ${new Date(event.data.until).toISOString()}${event.data.policy === undefined ? "" : ` by ${event.data.policy}`}: ${event.data.reason}`
    case "PostingDateMoved":
      return `posting ${event.data.posting} moved from ${event.data.from} to ${event.data.to}${event.data.policy === undefined ? "" : ` by ${event.data.policy}`}: ${event.data.reason}`
    case "PostingResumed":
      return `posting ${event.data.posting} is tried again`
    case "PostingInDoubt":
      return `posting ${event.data.posting} is in doubt: ${event.data.reason}`
    case "PostingFailed":
      return `posting ${event.data.posting} refused (${event.data.code}${event.data.rule === undefined ? "" : ` by ${event.data.rule}`}): ${event.data.reason}`
    case "PostingRequestedAgain":
      return `posting ${event.data.posting} is asked for again by case ${event.data.resubmission.caseId}`
    case "PostingWaived":
      return `posting ${event.data.posting} waived by case ${event.data.caseId}: it ends without a document`
    case "PostingWithdrawn":
      return `posting of version ${event.data.version} withdrawn: its report was taken back before anything was posted`
    case "PostingRepeated":
      return `posting ${event.data.posting}, which the ERP holds no more, is posted again: ${event.data.reason}`
    case "DocumentAcknowledged":
      return `the ERP's document ${event.data.document} is taken as it is: ${event.data.reason}`
    case "DifferenceFound":
      return `difference ${event.data.id} found: ${event.data.kind} of ${event.data.stream}`
    case "DifferenceGone":
      return `difference ${event.data.id} is gone`
    case "DifferenceAccepted":
      return `difference ${event.data.difference} accepted: ${event.data.reason}`
    case "PlantReconciled":
      return `${event.data.orders} orders and ${event.data.lots} lots reconciled, ${event.data.equal} equal, ${event.data.differences} differences`
    case "RecallRecorded":
      return `${event.data.kind === "mock" ? "mock recall" : "recall"} of ${event.data.lot.itemId} lot ${event.data.lot.lotId}: ${event.data.scopes.smallest} to ${event.data.scopes.largest} lots, ${event.data.shipments} shipments to ${event.data.customers} customers${event.data.held === undefined ? "" : `, ${event.data.held.lots} lots held`}: ${event.data.reason}`
    case "CaseOpened":
      return `case opened for the ${event.data.ownerRole}: ${event.data.failure.reason}`
    case "MessageResubmitted":
    case "PostingResubmitted":
    case "ReleaseResubmitted":
      return `resubmitted (attempt ${event.data.attempt}): ${event.data.reason}`
    case "CaseReopened":
      return `reopened, attempt ${event.data.attempt} failed: ${event.data.failure.reason}`
    case "CaseWaived":
      return `waived: ${event.data.reason}`
    case "CaseClosed":
      return `case closed: ${event.data.resolution}`
  }
}
