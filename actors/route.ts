// Which one stream a message belongs to. Pure; used by everything that sends through the door.
import {
  caseStream,
  equipmentStream,
  lotStream,
  masterDataStream,
  orderStream,
  plantStream,
  recallStream,
  reconciliationStream,
  type StreamName
} from "../core/journal/stream.ts"
import { type EquipmentMessage, isEquipmentMessage } from "../core/message/equipment.ts"
import type { ExceptionMessage } from "../core/message/exception.ts"
import type { LotMessage } from "../core/message/lot.ts"
import { isMasterData, type MasterDataMessage, masterDataKey } from "../core/message/master-data.ts"
import type { OrderMessage } from "../core/message/order.ts"
import { isPlantDecision, type PlantDecision } from "../core/message/plant.ts"
import { isRecallMessage, type RecallMessage } from "../core/message/recall.ts"
import {
  isOfReconciliation,
  isRepair,
  type ReconciliationMessage,
  type RepairMessage
} from "../core/message/reconciliation.ts"
import type { PlantId } from "../core/plant/identifiers.ts"
import { lotKey, plantScope } from "../core/plant/lot.ts"
import { instant } from "../core/plant/time.ts"

/** What comes from outside; what the core sends itself says for which stream it is. */
export type Routable =
  | OrderMessage
  | LotMessage
  | EquipmentMessage
  | MasterDataMessage
  | PlantDecision
  | ExceptionMessage
  | ReconciliationMessage
  | RepairMessage
  | RecallMessage

/**
 * What names an order goes to that order at the sender's plant, what names a lot to that lot, which is the plant's own
 * where no scope is said, what is said of a work center to its day, a record of master data to that record, what is
 * decided of a plant to that plant, and a case's messages to the case. What a reconciliation found, and what people decide on it,
 * says its plant itself: it comes by the commands' queue.
 */
export const route = (plant: PlantId, message: Routable): StreamName => {
  if (isMasterData(message)) return masterDataStream(plant, masterDataKey(message.body))
  if (isPlantDecision(message)) return plantStream(message.body.plantId)
  if (isEquipmentMessage(message)) {
    return equipmentStream(plant, message.body.workCenterId, message.body.occurredAt)
  }
  if (isOfReconciliation(message)) {
    const { occurredAt, plant: of } = message.body
    return reconciliationStream(of, new Date(instant(occurredAt)).toISOString().slice(0, 7))
  }
  if (isRecallMessage(message)) return recallStream(message.body.recallId)
  if (isRepair(message)) return orderStream(message.body.plant, message.body.orderId)
  const { body } = message
  if ("orderId" in body) return orderStream(plant, body.orderId)
  return "lotId" in body ? lotStream(lotKey(body, plantScope(plant))) : caseStream(body.caseId)
}
