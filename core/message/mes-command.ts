// What Traveler asks a plant's MES to do, by `mes.commands`: B2MML's verbs PROCESS, CHANGE and CANCEL of an order. Anyone
// may import this file.
import { Schema } from "effect"
import { OrderId } from "../plant/identifiers.ts"
import { OccurredAt } from "../plant/time.ts"
import { plan } from "./order.ts"

const about = { orderId: OrderId, occurredAt: OccurredAt }

/** The whole plan of its revision. The MES answers with `ProductionOrderAcknowledged`. */
export const DispatchProductionOrder = Schema.Struct({
  ...about,
  /** `Change` where the MES has, or may have, a lower revision. */
  actionCode: Schema.Literals(["Add", "Change"]),
  ...plan
})

/** The order isn't to be made: whatever of this revision or a lower one comes later is void. */
export const WithdrawProductionOrder = Schema.Struct({ ...about, revision: plan.revision })

export const mesCommands = { DispatchProductionOrder, WithdrawProductionOrder } as const
