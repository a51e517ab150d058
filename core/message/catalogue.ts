// Every message type that Traveler understands: its versions, where it may come from, its schema. Anyone may import it.
// A new message type is one entry here, one decider branch, and one line in `actors/route.ts`.
import type { Schema } from "effect"
import { exceptionMessages } from "./exception.ts"
import { orderMessages } from "./order.ts"
import { postingMessages } from "./posting.ts"

/** Types that a plant's ERP or MES may send. */
export const plantMessages = orderMessages

/** Types that a person may send through `traveler.commands`, which only our own user may write to. */
export const commandMessages = {
  ExceptionWaived: exceptionMessages.ExceptionWaived,
  ExceptionResubmitted: exceptionMessages.ExceptionResubmitted
} as const

/** Types that only the core itself sends, by the partition's door. */
export const internalMessages = { ...exceptionMessages, ...postingMessages } as const

/** The version of the canonical contract in this code; a message of another version is parked. */
export const schemaVersion = "1"

/** For the compiler: a schema that needs no services to decode. */
export type MessageSchema = Schema.Codec<unknown, unknown>
