// The names of an order's operations: their place in its routing. Pure; used inside adapters/erp/tryton.
import { OperationId } from "../../../core/plant/identifiers.ts"

const first = 10

/** Of an order without routing. */
export const onlyOperation = OperationId.make("0010")

/** `0010` for the step of sequence 10, unless its operation is called by that number in other digits (`10`). */
export const operationOfStep = (sequence: number | null, name: string): OperationId => {
  const place = sequence ?? first
  return OperationId.make(/^\d{1,9}$/.test(name) && Number(name) === place ? name : String(place).padStart(4, "0"))
}

/** In however many digits it is said. */
export const isOfSequence = (operation: OperationId, sequence: number | null): boolean =>
  Number(operation) === (sequence ?? first)

export const sequenceOfOperation = (operation: OperationId): number => Number(operation)
