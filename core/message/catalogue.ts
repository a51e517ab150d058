// The message types that may come from outside, by whom they may be sent, with their schemas. Anyone may import it.
// A new type is an entry in `order.ts`, `lot.ts`, `equipment.ts` or `master-data.ts` and a branch of its decider; only a new kind of stream needs `actors/route.ts`.
import type { Schema } from "effect"
import { equipmentMessages } from "./equipment.ts"
import { exceptionMessages } from "./exception.ts"
import { lotMessages } from "./lot.ts"
import { masterDataMessages } from "./master-data.ts"
import { orderMessages } from "./order.ts"
import { plantDecisions } from "./plant.ts"
import { recallMessages } from "./recall.ts"
import { reconciliationMessages, repairMessages } from "./reconciliation.ts"

/** Types that a plant's ERP or MES may send. */
export const plantMessages = { ...orderMessages, ...lotMessages, ...equipmentMessages, ...masterDataMessages } as const

/** Those of them that only an ERP may: its master data, and what it had before its plant was served. */
export const erpMessages: ReadonlySet<string> = new Set([
  ...Object.keys(masterDataMessages),
  "OperationTakenOver",
  "MaterialTakenOver",
  "LotTakenOver"
])

/** Types that a person may send through `traveler.commands`, which only our own user may write to. */
export const commandMessages = {
  ExceptionWaived: exceptionMessages.ExceptionWaived,
  ExceptionResubmitted: exceptionMessages.ExceptionResubmitted,
  ...plantDecisions,
  ...reconciliationMessages,
  ...repairMessages,
  ...recallMessages
} as const

/** The version of the canonical contract in this code; a message of another version is parked. */
export const schemaVersion = "1"

/** For the compiler: a schema that needs no services to decode. */
export type MessageSchema = Schema.Codec<unknown, unknown>
