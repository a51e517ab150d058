// Every event that a lot's stream may hold. Used by the lot actor alone.
import type { GenericEvent } from "../../core/event/generic.ts"
import type { LotEvent } from "../../core/event/lot.ts"
import type { PostingEvent } from "../../core/event/posting.ts"
import type { WaitingEvent } from "../../core/event/waiting.ts"

export type Event = LotEvent | PostingEvent | WaitingEvent | GenericEvent
