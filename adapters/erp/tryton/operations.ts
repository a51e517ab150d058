// The names of an order's operations: their place in its routing. Pure; used inside adapters/erp/tryton.
import { OperationId } from "../../../core/plant/identifiers.ts"

const first = 10

/** `10` for the step of sequence 10, and for the only one of an order without routing. */
export const operationOfSequence = (sequence: number | null): OperationId => OperationId.make(String(sequence ?? first))

export const sequenceOfOperation = (operation: OperationId): number => Number(operation)
