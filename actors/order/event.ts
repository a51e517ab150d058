// Every event that an order's stream may hold. Used by the order actor alone.
import type { GenericEvent } from "../../core/event/generic.ts"
import type { OrderEvent } from "../../core/event/order.ts"
import type { PostingEvent } from "../../core/event/posting.ts"
import type { ReleaseEvent } from "../../core/event/release.ts"
import type { WaitingEvent } from "../../core/event/waiting.ts"

export type Event = OrderEvent | PostingEvent | ReleaseEvent | WaitingEvent | GenericEvent
