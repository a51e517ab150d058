// Every event type there is. Anyone may import this file. A new event type is one entry in one of the files here.
import { type EquipmentEvent, equipmentEvents } from "./equipment.ts"
import { type ExceptionEvent, exceptionEvents } from "./exception.ts"
import { type GenericEvent, genericEvents } from "./generic.ts"
import { type LotEvent, lotEvents } from "./lot.ts"
import { type MasterDataEvent, masterDataEvents } from "./master-data.ts"
import { type OrderEvent, orderEvents } from "./order.ts"
import { type PlantEvent, plantEvents } from "./plant.ts"
import { type PostingEvent, postingEvents } from "./posting.ts"
import { type RecallEvent, recallEvents } from "./recall.ts"
import { type ReconciliationEvent, reconciliationEvents } from "./reconciliation.ts"
import { type ReleaseEvent, releaseEvents } from "./release.ts"
import { type WaitingEvent, waitingEvents } from "./waiting.ts"

/** An event by its type and content, whatever stream it is in. */
export type AnyEvent =
  | OrderEvent
  | LotEvent
  | EquipmentEvent
  | MasterDataEvent
  | PlantEvent
  | PostingEvent
  | ReleaseEvent
  | WaitingEvent
  | ExceptionEvent
  | ReconciliationEvent
  | RecallEvent
  | GenericEvent
export type EventType = AnyEvent["type"]

/** Type name → schema of its content in today's version. */
export const eventSchemas = {
  ...orderEvents,
  ...lotEvents,
  ...equipmentEvents,
  ...masterDataEvents,
  ...plantEvents,
  ...postingEvents,
  ...releaseEvents,
  ...waitingEvents,
  ...exceptionEvents,
  ...reconciliationEvents,
  ...recallEvents,
  ...genericEvents
} as const

/** Today's version of each event type's schema; older ones are upcast on read (`upcast.ts`). */
export const schemaVersionOf = (_type: EventType): number => 1
