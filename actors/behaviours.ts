// Which actor lives on which kind of stream. A new kind of actor is one line here.
import type { Evolved } from "../core/decider.ts"
import type { AnyEvent } from "../core/event/catalogue.ts"
import { type EquipmentEvent, equipmentEvents } from "../core/event/equipment.ts"
import { type ExceptionEvent, exceptionEvents } from "../core/event/exception.ts"
import { type GenericEvent, genericEvents } from "../core/event/generic.ts"
import { type LotEvent, lotEvents } from "../core/event/lot.ts"
import { type MasterDataEvent, masterDataEvents } from "../core/event/master-data.ts"
import { type OrderEvent, orderEvents } from "../core/event/order.ts"
import { type PlantEvent, plantEvents } from "../core/event/plant.ts"
import { type PostingEvent, postingEvents } from "../core/event/posting.ts"
import { type RecallEvent, recallEvents } from "../core/event/recall.ts"
import { type ReconciliationEvent, reconciliationEvents } from "../core/event/reconciliation.ts"
import { type ReleaseEvent, releaseEvents } from "../core/event/release.ts"
import { type WaitingEvent, waitingEvents } from "../core/event/waiting.ts"
import { type EquipmentMessage, equipmentMessages } from "../core/message/equipment.ts"
import { type CaseNotice, caseNotices, type ExceptionMessage, exceptionMessages } from "../core/message/exception.ts"
import { type LotMessage, type LotNotice, lotMessages, lotNotices } from "../core/message/lot.ts"
import { type MasterDataMessage, masterDataMessages } from "../core/message/master-data.ts"
import { type OrderMessage, orderMessages } from "../core/message/order.ts"
import { type PlantDecision, plantDecisions } from "../core/message/plant.ts"
import {
  type GroupingMessage,
  groupingMessages,
  type PostingMessage,
  postingMessages
} from "../core/message/posting.ts"
import { type RecallMessage, recallMessages } from "../core/message/recall.ts"
import { isOfReconciliation, type RepairMessage, repairMessages } from "../core/message/reconciliation.ts"
import { type ReleaseMessage, releaseMessages } from "../core/message/release.ts"
import {
  type DirectiveTimer,
  directiveTimers,
  type LotTimer,
  lotTimers,
  type OrderTimer,
  orderTimers
} from "../core/message/timer.ts"
import type { CanonicalMessage } from "../core/port/door.ts"
import { behaviour } from "./behaviour.ts"
import { equipmentDecider } from "./equipment/decider.ts"
import { exceptionDecider } from "./exception/decider.ts"
import type { LotPolicy } from "./lot/breaches.ts"
import { lotDeciderBy } from "./lot/decider.ts"
import { masterDataDecider } from "./master-data/decider.ts"
import { orderDecider } from "./order/decider.ts"
import type { Behaviours } from "./partition-state.ts"
import { plantDecider } from "./plant/decider.ts"
import { recallDecider } from "./recall/decider.ts"
import { reconciliationDecider } from "./reconciliation/decider.ts"

/** What a stream that asks for ERP documents takes and holds besides its own. */
type Asking = PostingMessage | DirectiveTimer | CaseNotice
const asking = { ...postingMessages, ...directiveTimers, ...caseNotices }
type Shared = PostingEvent | WaitingEvent | GenericEvent
const shared = { ...postingEvents, ...waitingEvents, ...genericEvents }

type OrdersTake = OrderMessage | GroupingMessage | ReleaseMessage | RepairMessage | OrderTimer | Asking
type OrdersHold = OrderEvent | ReleaseEvent | Shared
type LotsTake = LotMessage | LotNotice | LotTimer | Asking
type LotsHold = LotEvent | Shared
type RecordsTake = MasterDataMessage | CaseNotice
type RecordsHold = MasterDataEvent | GenericEvent
type PlantsTake = PlantDecision | CaseNotice
type PlantsHold = PlantEvent | GenericEvent
type EquipmentTakes = EquipmentMessage | CaseNotice
type EquipmentHolds = EquipmentEvent | GenericEvent
type CasesHold = ExceptionEvent | GenericEvent
type FindingsHold = ReconciliationEvent | GenericEvent
type RecallsTake = RecallMessage | CaseNotice
type RecallsHold = RecallEvent | GenericEvent

const orderTypes = new Set<string>(
  Object.keys({
    ...orderMessages,
    ...groupingMessages,
    ...releaseMessages,
    ...repairMessages,
    ...orderTimers,
    ...asking
  })
)
const takenByOrders = (message: CanonicalMessage): message is OrdersTake => orderTypes.has(message.type)

const orderEventTypes = new Set<string>(Object.keys({ ...orderEvents, ...releaseEvents, ...shared }))
const heldByOrders = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<OrdersHold> =>
  orderEventTypes.has(event.type)

const lotTypes = new Set<string>(Object.keys({ ...lotMessages, ...lotNotices, ...lotTimers, ...asking }))
const takenByLots = (message: CanonicalMessage): message is LotsTake => lotTypes.has(message.type)

const lotEventTypes = new Set<string>(Object.keys({ ...lotEvents, ...shared }))
const heldByLots = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<LotsHold> =>
  lotEventTypes.has(event.type)

const recordTypes = new Set<string>(Object.keys({ ...masterDataMessages, ...caseNotices }))
const takenByRecords = (message: CanonicalMessage): message is RecordsTake => recordTypes.has(message.type)

const recordEventTypes = new Set<string>(Object.keys({ ...masterDataEvents, ...genericEvents }))
const heldByRecords = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<RecordsHold> =>
  recordEventTypes.has(event.type)

const plantTypes = new Set<string>(Object.keys({ ...plantDecisions, ...caseNotices }))
const takenByPlants = (message: CanonicalMessage): message is PlantsTake => plantTypes.has(message.type)

const plantEventTypes = new Set<string>(Object.keys({ ...plantEvents, ...genericEvents }))
const heldByPlants = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<PlantsHold> =>
  plantEventTypes.has(event.type)

const equipmentTypes = new Set<string>(Object.keys({ ...equipmentMessages, ...caseNotices }))
const takenByEquipment = (message: CanonicalMessage): message is EquipmentTakes => equipmentTypes.has(message.type)

const equipmentEventTypes = new Set<string>(Object.keys({ ...equipmentEvents, ...genericEvents }))
const heldByEquipment = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<EquipmentHolds> =>
  equipmentEventTypes.has(event.type)

const caseTypes = new Set<string>(Object.keys(exceptionMessages))
const takenByCases = (message: CanonicalMessage): message is ExceptionMessage => caseTypes.has(message.type)

const caseEventTypes = new Set<string>(Object.keys({ ...exceptionEvents, ...genericEvents }))
const heldByCases = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<CasesHold> =>
  caseEventTypes.has(event.type)

const findingTypes = new Set<string>(Object.keys({ ...reconciliationEvents, ...genericEvents }))
const heldByFindings = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<FindingsHold> =>
  findingTypes.has(event.type)

const recallTypes = new Set<string>(Object.keys({ ...recallMessages, ...caseNotices }))
const takenByRecalls = (message: CanonicalMessage): message is RecallsTake => recallTypes.has(message.type)

const recallEventTypes = new Set<string>(Object.keys({ ...recallEvents, ...genericEvents }))
const heldByRecalls = (event: Evolved<AnyEvent>): event is Evolved<AnyEvent> & Evolved<RecallsHold> =>
  recallEventTypes.has(event.type)

/** Stream category → actor. */
export const behavioursBy = (policy: LotPolicy): Behaviours => ({
  order: behaviour(orderDecider, takenByOrders, heldByOrders),
  lot: behaviour(lotDeciderBy(policy), takenByLots, heldByLots),
  equipment: behaviour(equipmentDecider, takenByEquipment, heldByEquipment),
  masterData: behaviour(masterDataDecider, takenByRecords, heldByRecords),
  plant: behaviour(plantDecider, takenByPlants, heldByPlants),
  case: behaviour(exceptionDecider, takenByCases, heldByCases),
  reconciliation: behaviour(reconciliationDecider, isOfReconciliation, heldByFindings),
  recall: behaviour(recallDecider, takenByRecalls, heldByRecalls)
})
