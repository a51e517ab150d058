// Where an order and its operations stand, in the words of B2MML (RequestState, ResponseState). Derived; never stored.
import { HashMap, Option } from "effect"
import type { OperationId } from "../../core/plant/identifiers.ts"
import { hasGap } from "./course.ts"
import { type Operation, unreported } from "./operation.ts"
import type { OrderState } from "./state.ts"

export type OrderStatus =
  | "Forecast"
  | "Released"
  | "Running"
  | "Held"
  | "Completed"
  | "Closed"
  | "Cancelled"
  | "Aborted"

export type OperationStatus = "Pending" | "Running" | "Held" | "Completed" | "Aborted"

/** Nothing more is expected of it, as far as is known: a final report only rules once no gap is known. */
const isComplete = (operation: Operation, state: OrderState): boolean => operation.finals > 0 && !hasGap(state.course)

const isOver = ({ facts }: OrderState): boolean => facts.cancelled !== undefined

export const orderStatus = (state: OrderState): OrderStatus => {
  const { facts } = state
  const hasBegun = !HashMap.isEmpty(facts.operations)
  if (facts.closed !== undefined) return "Closed"
  if (isOver(state)) return hasBegun ? "Aborted" : "Cancelled"
  if (facts.technicallyCompleted !== undefined || isWhollyComplete(state)) return "Completed"
  if (facts.hold?.held === true) return "Held"
  if (hasBegun) return "Running"
  return facts.released ? "Released" : "Forecast"
}

/** Every planned operation is; an order without a plan never is. */
const isWhollyComplete = (state: OrderState): boolean => {
  const planned = state.facts.plan?.content.operations ?? []
  return planned.length > 0 && planned.every(({ operationId }) => isComplete(operationAt(state, operationId), state))
}

const operationAt = ({ facts }: OrderState, operationId: OperationId): Operation =>
  Option.getOrElse(HashMap.get(facts.operations, operationId), () => unreported)

export const operationStatus = (state: OrderState, operationId: OperationId): OperationStatus => {
  const operation = operationAt(state, operationId)
  if (isComplete(operation, state)) return "Completed"
  if (isOver(state)) return "Aborted"
  if (!HashMap.has(state.facts.operations, operationId)) return "Pending"
  return state.facts.hold?.held === true ? "Held" : "Running"
}
